"""The compact form of a signed token, taken apart strictly (RFC 7515, 3.1 and 7.1).

Nothing here is verified: ``parse`` only makes sure that there is one reading of the text. One
token has one spelling, because remembered decisions and revocations are found by it. What the
header proposes as a key (``jwk``, ``jku``, ``x5u``, ``x5c``) is never used by anybody.
"""

import binascii
import functools
from typing import Final

import msgspec

from gatepost.oidc.strict_json import NotStrictJson, read_object
from gatepost.values import By, Fault

TOKEN_LIMIT = 16_384
"""Characters of a token that are looked at; more is refused before any work."""

KID_LIMIT = 1_024
"""Characters of a key id; longer ones name nothing that a provider published."""

_SHORT_HEADER: Final = 1_024
_TO_STANDARD: Final = bytes.maketrans(b"-_", b"+/")
_TO_URL: Final = bytes.maketrans(b"+/", b"-_")


class Unverified(msgspec.Struct, frozen=True):  # quicker to build than a dataclass
    """A token's parts before anybody checked its signature; believe nothing in it.

    header and payload: JSON objects. signing_input: the bytes that were signed.
    """

    header: dict[str, object]
    payload: dict[str, object]
    signing_input: bytes
    signature: bytes

    def __repr__(self) -> str:
        return "Unverified()"

    @property
    def alg(self) -> str:
        """The algorithm that the header names; always text, never ``none``."""
        return str(self.header["alg"])

    @property
    def kid(self) -> str | None:
        """The key id that the header names, or None."""
        kid = self.header.get("kid")
        return kid if isinstance(kid, str) else None

    @property
    def typ(self) -> str | None:
        """The media type that the header names, in lower case without ``application/``.

        RFC 7515, 4.1.9: names are compared without case, and the prefix may be left out.
        """
        typ = self.header.get("typ")
        return typ.lower().removeprefix("application/") if isinstance(typ, str) else None


def parse(token: str, *, limit: int = TOKEN_LIMIT, repeats: bool = False) -> Unverified:
    """Take a signed token in compact form apart.

    repeats: as in ``strict_json.read_object``, for the payload. Raises Fault(by=CLIENT), code
    ``token.malformed``, or ``token.algorithm`` for unsigned ones.
    """
    if len(token) > limit:
        raise _malformed(f"longer than {limit} characters")
    if not token.isascii():
        raise _malformed("not ASCII")
    parts = token.split(".")
    if len(parts) != 3:
        raise _malformed(f"{min(len(parts), 9)} segments, a signed token has 3")
    first = parts[0]
    header = dict(_known_header(first)) if len(first) <= _SHORT_HEADER else _header(first)
    payload = _object(parts[1], "payload", repeats=repeats)
    signature = decode_segment(parts[2])
    if not signature:
        raise _malformed("the signature is empty or not canonical base64url")
    return Unverified(header, payload, token[: token.rindex(".")].encode("ascii"), signature)


def _header(segment: str) -> dict[str, object]:
    header = _object(segment, "header")
    alg = header.get("alg")
    if not isinstance(alg, str):
        raise _malformed("the header names no algorithm")
    if alg.lower() == "none":
        raise Fault(
            "token.algorithm", "The token is not signed.", by=By.CLIENT, cause="alg is none"
        )
    _check_header(header)
    return header


# Tokens of one issuer share their header, so it is read once. A refused one is never kept.
_known_header = functools.lru_cache(maxsize=256)(_header)


def decode_segment(text: str) -> bytes | None:
    """Decode unpadded base64url (RFC 7515, 2), or return None when it is not the one spelling.

    Padding, white space, the other alphabet and set bits in the unused tail are all refused.
    """
    try:
        given = text.encode("ascii")
        raw = binascii.a2b_base64(given.translate(_TO_STANDARD) + b"==")
    except ValueError:
        return None
    return raw if _encode(raw) == given else None  # lenient decoding, exact comparison


def encode_segment(raw: bytes) -> str:
    """Encode bytes as unpadded base64url."""
    return _encode(raw).decode("ascii")


def _encode(raw: bytes) -> bytes:
    return binascii.b2a_base64(raw, newline=False).translate(_TO_URL).rstrip(b"=")


def _object(segment: str, name: str, *, repeats: bool = False) -> dict[str, object]:
    raw = decode_segment(segment)
    if raw is None:
        raise _malformed(f"the {name} is not canonical base64url")
    try:
        return read_object(
            raw, limit=len(raw), repeats=repeats
        )  # the token's length is bounded already
    except NotStrictJson as reason:
        raise _malformed(f"the {name} is {reason}") from None


def _check_header(header: dict[str, object]) -> None:
    if "crit" in header or "b64" in header:  # RFC 7515, 4.1.11: we implement no extension
        raise _malformed("the header demands an extension (crit, b64)")
    for name in ("kid", "typ", "cty"):
        value = header.get(name, "")
        if not isinstance(value, str) or len(value) > KID_LIMIT:
            raise _malformed(f"{name} in the header is not a short text")


def _malformed(cause: str) -> Fault:
    return Fault(
        "token.malformed", "The token is not a well-formed signed JWT.", by=By.CLIENT, cause=cause
    )
