"""What a published key must be like before it may verify anything.

The dangers are known ones: keys that are too short to hold or so long that each use is an attack
on our processor, exponents that make every signature valid, points of small order under which one
signature fits every message, keys made for another purpose (RFC 8725, 3; RFC 7517, 4).
"""

from collections.abc import Mapping
from typing import Final

from gatepost.oidc.compact import decode_segment

RSA_BITS: Final = range(2048, 8193)
"""Sizes of an RSA modulus: below it can be broken, above it burns our processor."""

# Ed25519 points of order 8 or less, and the spellings of them beyond the field's modulus. The
# sign bit (highest) is masked before comparing.
_SMALL_ORDER: Final = frozenset(
    bytes.fromhex(text)
    for text in (
        "00" * 32,
        "01" + "00" * 31,
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ec" + "ff" * 30 + "7f",
        "ed" + "ff" * 30 + "7f",
        "ee" + "ff" * 30 + "7f",
    )
)


class UnusableKey(ValueError):
    """A key that must not be used so; the message says why, without the key's content."""


def check_purpose(jwk: Mapping[str, object]) -> None:
    """Refuse keys for encryption, and names that are not text (RFC 7517, 4.2 to 4.5)."""
    operations = jwk.get("key_ops")
    if jwk.get("use", "sig") != "sig":
        raise UnusableKey("not a signing key")
    if operations is not None and not (isinstance(operations, list) and "verify" in operations):
        raise UnusableKey("not for verifying")
    if not isinstance(jwk.get("kid", ""), str) or not isinstance(jwk.get("alg", ""), str):
        raise UnusableKey("kid or alg is not text")


def check_rsa(parts: Mapping[str, str]) -> None:
    """Refuse weak and enormous RSA keys; parts: ``n`` and ``e``, base64url."""
    n, e = (
        int.from_bytes(decode_segment(parts[name].rstrip("=")) or b"", "big") for name in ("n", "e")
    )
    if n.bit_length() not in RSA_BITS or n % 2 == 0:
        raise UnusableKey(f"an RSA modulus of {n.bit_length()} bits (2048 to 8192, odd)")
    if e < 3 or e % 2 == 0 or e.bit_length() > 33:
        raise UnusableKey("an RSA exponent that is even, 1 or huge")


def check_curve(crv: object, known: tuple[str, ...]) -> None:
    """Refuse any curve but the known ones; secp256k1 is not among them."""
    if crv not in known:
        raise UnusableKey(f"a curve other than {', '.join(known)}")


def check_ed25519(x: str) -> None:
    """Refuse points of small order; x: base64url."""
    raw = decode_segment(x.rstrip("=")) or b""
    if len(raw) != 32:
        raise UnusableKey("a point that is not 32 bytes")
    if raw[:31] + bytes([raw[31] & 0x7F]) in _SMALL_ORDER:
        raise UnusableKey("a point of small order")
