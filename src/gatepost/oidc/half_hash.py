"""The hash by which an id token names what was issued beside it: ``at_hash`` and ``c_hash``."""

import hashlib

from gatepost.oidc.compact import encode_segment
from gatepost.values import Secret


def of(issued: Secret, alg: str) -> str | None:
    """Return the left half of the hash of a token or code (OpenID Connect Core 1.0, 3.1.3.6).

    alg: of the id token's header; its hash is used. Ed25519 hashes with SHA-512 (RFC 8032, 5.1).
    None where the algorithm has no such hash.
    """
    name = "sha512" if alg == "EdDSA" else f"sha{alg[-3:]}"
    if name not in ("sha256", "sha384", "sha512"):
        return None
    digest = hashlib.new(name, issued.reveal().encode()).digest()
    return encode_segment(digest[: len(digest) // 2])
