"""Keys and signatures: the only door to the JOSE library.

A Key is read once, checked for every weakness that can be seen without a token, and then verifies
without further preparation. Whether a key may judge a token at all is decided by ``fits`` (type,
curve, declared algorithm), never by trying (RFC 8725, 3.1 and 3.2).
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, final

from cryptography.exceptions import UnsupportedAlgorithm
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

from gatepost.oidc.compact import Unverified, encode_segment
from gatepost.oidc.key_strength import (
    RSA_BITS,
    UnusableKey,
    check_curve,
    check_ed25519,
    check_purpose,
    check_rsa,
)
from gatepost.values import Secret

__all__ = [
    "ASYMMETRIC",
    "SHARED_SECRET",
    "SYMMETRIC",
    "Key",
    "UnusableKey",
    "generate",
    "mac_verifies",
    "read_key",
    "sign",
]

_SHAPES: Final[dict[str, tuple[str, str | None]]] = {
    **{f"{family}{size}": ("RSA", None) for family in ("RS", "PS") for size in (256, 384, 512)},
    "ES256": ("EC", "P-256"),
    "ES384": ("EC", "P-384"),
    "ES512": ("EC", "P-521"),
    "EdDSA": ("OKP", "Ed25519"),  # Ed448 is not offered
}
ASYMMETRIC: Final = frozenset(_SHAPES)
"""The algorithms that keys of a provider may sign with; ES256K and ``none`` are not among them."""

SYMMETRIC: Final = frozenset({"HS256", "HS384", "HS512"})
"""The algorithms that need a shared secret; never verified with a published key."""

_ALGORITHMS: Final = {name: JWSRegistry.algorithms[name] for name in _SHAPES}
_PRIVATE: Final = ("d", "p", "q", "dp", "dq", "qi", "oth", "k")


@final
@dataclass(frozen=True, slots=True, eq=False)
class Key:
    """A signing key, ready for use.

    kid: its id, where it has one. kty, crv: type and curve. alg: the one algorithm it declares,
    or None. jwk: its public part as published (RFC 7517).
    """

    kid: str | None
    kty: str
    crv: str | None
    alg: str | None
    jwk: Mapping[str, object] = field(repr=False)
    _native: RSAKey | ECKey | OKPKey | None = field(repr=False)
    _algorithms: frozenset[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Settle once which algorithms fit: those of its type and curve, or the one it declares."""
        shape = (self.kty, None if self.kty == "RSA" else self.crv)
        names = (name for name, other in _SHAPES.items() if other == shape)
        fitting = frozenset(name for name in names if self.alg in (None, name))
        object.__setattr__(self, "_algorithms", fitting)

    @property
    def private(self) -> bool:
        """Whether this key can sign."""
        return self._native is not None and self._native.is_private

    def fits(self, alg: str) -> bool:
        """Return whether this key may be used with an algorithm."""
        return alg in self._algorithms

    def verifies(self, token: Unverified) -> bool:
        """Return whether the token's signature was made by this key with the header's alg."""
        alg = token.alg
        if alg not in self._algorithms:
            return False
        try:
            return _ALGORITHMS[alg].verify(token.signing_input, token.signature, self._native)
        except (ValueError, TypeError, JoseError, UnsupportedAlgorithm):
            return False

    def thumbprint(self) -> str:
        """Return the SHA-256 thumbprint (RFC 7638), base64url."""
        if self._native is None:
            raise UnusableKey("a shared secret has no thumbprint")
        return self._native.thumbprint()


SHARED_SECRET: Final = Key(None, "oct", None, None, {}, None)
"""Stands for the client secret where a token was verified with it; shows nothing of it."""


def read_key(jwk: Mapping[str, object]) -> Key:
    """Read a public signing key of a provider (RFC 7517, 4; RFC 7518, 6; RFC 8037, 2).

    Raises UnusableKey for everything that must not verify: other types and uses, shared secrets,
    weak or oversized RSA, points off the curve or of small order, and keys whose private part
    was published, since anybody may have signed with them.
    """
    kty, crv = jwk.get("kty"), jwk.get("crv")
    if kty == "oct":
        raise UnusableKey("a shared secret in a public set")
    if not isinstance(kty, str) or kty not in ("RSA", "EC", "OKP"):
        raise UnusableKey("an unknown key type")
    if any(name in jwk for name in _PRIVATE):
        raise UnusableKey("its private part was published")
    check_purpose(jwk)
    alg, kid = jwk.get("alg"), jwk.get("kid")
    names = ("n", "e") if kty == "RSA" else ("crv", "x", "y") if kty == "EC" else ("crv", "x")
    parts = {name: value for name in names if isinstance(value := jwk.get(name), str)}
    if len(parts) != len(names):
        raise UnusableKey("a part of the key is missing")
    native: RSAKey | ECKey | OKPKey
    try:
        if kty == "RSA":
            check_rsa(parts)
            native = RSAKey.import_key({"kty": kty, **parts})
        elif kty == "EC":
            check_curve(crv, ("P-256", "P-384", "P-521"))
            native = ECKey.import_key({"kty": kty, **parts})
        else:
            check_curve(crv, ("Ed25519",))
            check_ed25519(parts["x"])
            native = OKPKey.import_key({"kty": kty, **parts})
    except UnusableKey:
        raise
    except (ValueError, TypeError, KeyError, JoseError, UnsupportedAlgorithm):
        raise UnusableKey("not a valid key") from None
    key = Key(
        kid if isinstance(kid, str) else None,
        kty,
        parts.get("crv"),
        alg if isinstance(alg, str) else None,
        dict(jwk),
        native,
    )
    if key.alg is not None and not key.fits(key.alg):
        raise UnusableKey("made for another algorithm")
    return key


def mac_verifies(token: Unverified, secret: Secret) -> bool:
    """Return whether a HS256, HS384 or HS512 token was made with the secret (RFC 7518, 3.2)."""
    if token.alg not in SYMMETRIC or not secret:
        return False
    return hmac.compare_digest(_mac(token.alg, token.signing_input, secret), token.signature)


def _mac(alg: str, data: bytes, secret: Secret) -> bytes:
    return hmac.digest(secret.reveal().encode(), data, getattr(hashlib, f"sha{alg[2:]}"))


def generate(alg: str = "RS256", kid: str | None = None, *, bits: int = 2048) -> Key:
    """Make a new private key for an algorithm of ASYMMETRIC; kid: its thumbprint unless given.

    The key declares its algorithm. bits: size of an RSA key, 2048 to 8192.
    """
    if alg not in _SHAPES or bits not in RSA_BITS:
        raise UnusableKey(f"cannot make a key for {alg} with {bits} bits")
    kty, crv = _SHAPES[alg]
    native: RSAKey | ECKey | OKPKey
    if kty == "RSA":
        native = RSAKey.generate_key(bits)
    elif kty == "EC" and crv is not None:
        native = ECKey.generate_key(crv)
    else:
        native = OKPKey.generate_key("Ed25519")
    name = kid if kid is not None else native.thumbprint()
    public = {**native.as_dict(private=False), "kid": name, "use": "sig", "alg": alg}
    return Key(name, kty, crv, alg, public, native)


def sign(
    claims: Mapping[str, object] | bytes,
    key: Key | Secret,
    *,
    alg: str | None = None,
    header: Mapping[str, object] | None = None,
) -> str:
    """Sign claims, or a payload given as bytes, and return the compact form.

    key: a private Key, or a Secret for HS256 and its kin. alg: needed where the key declares
    none. header: further members; one that is None is left out, ``kid`` and ``alg`` included.
    Raises UnusableKey when key and algorithm do not belong together.
    """
    name = alg or (key.alg if isinstance(key, Key) else "HS256") or ""
    members: dict[str, object] = {"alg": name, "typ": "JWT"}
    if isinstance(key, Key) and key.kid is not None:
        members["kid"] = key.kid
    members = {k: v for k, v in {**members, **(header or {})}.items() if v is not None}
    payload = claims if isinstance(claims, bytes) else _dump(claims)
    data = f"{encode_segment(_dump(members))}.{encode_segment(payload)}".encode()
    if isinstance(key, Secret):
        if name not in SYMMETRIC or not key:
            raise UnusableKey(f"a secret cannot sign with {name}")
        signature = _mac(name, data, key)
    else:
        if not key.private or _SHAPES.get(name, ("", ""))[0] != key.kty:
            raise UnusableKey(f"this key cannot sign with {name}")
        signature = _ALGORITHMS[name].sign(data, key._native)
    return f"{data.decode()}.{encode_segment(signature)}"


def _dump(value: Mapping[str, object]) -> bytes:
    return json.dumps(dict(value), separators=(",", ":"), ensure_ascii=False).encode()
