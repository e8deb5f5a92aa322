"""Proof key for code exchange: who began a login is who ends it (RFC 7636).

Only S256. There is no way back to ``plain``, whatever the provider answers (RFC 9700, 2.1.1).
"""

import hashlib
import re
from typing import Final

from gatepost.oidc.compact import encode_segment

METHOD: Final = "S256"
"""What ``code_challenge_method`` says; the only method that is offered."""

CHANCE: Final = 32
"""Bytes of chance that a verifier is made from (RFC 7636, 7.1: 256 bits)."""

_VERIFIER: Final = re.compile(r"[A-Za-z0-9._~-]{43,128}")


def verifier(random: bytes) -> str:
    """Write 32 bytes of chance as a verifier of 43 characters (RFC 7636, 4.1).

    One for each login, and forgotten after use. ValueError for any other number of bytes.
    """
    if len(random) != CHANCE:
        raise ValueError(f"a code verifier is made from {CHANCE} bytes of chance")
    return encode_segment(random)


def challenge(verifier: str) -> str:
    """Return what the authorization request says of a verifier (RFC 7636, 4.2, S256).

    ValueError, which does not quote it, for what is no verifier.
    """
    if not _VERIFIER.fullmatch(verifier):
        raise ValueError("a code verifier has 43 to 128 unreserved characters")
    return encode_segment(hashlib.sha256(verifier.encode("ascii")).digest())
