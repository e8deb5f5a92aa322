"""Key sets that are hard to find the right key in; each still holds it (RFC 7517, 5)."""

import base64
import secrets
from collections.abc import Callable, Iterable, Mapping

from gatepost.idp.key_ring import KeyRing
from gatepost.oidc import Key, generate

Jwk = dict[str, object]


class Crowd:
    """Keys beside the provider's own, of every type, made when they are first needed.

    Nothing is ever signed with one of them. Each type is a list that grows and stays, so that a
    reader who comes twice sees the same keys.
    """

    def __init__(self) -> None:
        self._made: dict[str, list[Jwk]] = {}

    def keys(self, kind: str, number: int) -> list[Jwk]:
        """Return so many public keys of one of the KINDS, with ``use`` and ``kid``, without alg."""
        made = self._made.setdefault(kind, [])
        while len(made) < number:
            made.append(KINDS[kind]())
        return [dict(jwk) for jwk in made[:number]]


def _signing(alg: str) -> Jwk:
    return _without(generate(alg).jwk, "alg")


def _encrypting(alg: str, other: str) -> Jwk:
    return {**generate(alg).jwk, "use": "enc", "alg": other}


def _secp256k1() -> Jwk:
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256K1, generate_private_key

    point = generate_private_key(SECP256K1()).public_key().public_numbers()
    x, y = (_coordinate(number) for number in (point.x, point.y))
    kid = secrets.token_urlsafe(16)
    return {"kty": "EC", "crv": "secp256k1", "x": x, "y": y, "use": "sig", "kid": kid}


def _coordinate(number: int) -> str:
    return base64.urlsafe_b64encode(number.to_bytes(32)).rstrip(b"=").decode()


KINDS: dict[str, Callable[[], Jwk]] = {
    "RSA": lambda: _signing("RS256"),
    "P-256": lambda: _signing("ES256"),
    "secp256k1": _secp256k1,  # RFC 8812; nobody has to know it
    "Ed25519": lambda: _signing("EdDSA"),
    "RSA for encryption": lambda: _encrypting("RS256", "RSA-OAEP-256"),
    "P-256 for encryption": lambda: _encrypting("ES256", "ECDH-ES"),
}
_SIGNING = ("RSA", "P-256", "secp256k1", "Ed25519")
_ENCRYPTING = ("RSA for encryption", "P-256 for encryption")


def _crowded(ring: KeyRing, crowd: Crowd) -> Iterable[Jwk]:
    """Put the keys of the OpenID Foundation's provider beside the right ones."""
    yield from crowd.keys("RSA", 1)
    yield from crowd.keys("RSA for encryption", 1)
    yield from (dict(key.jwk) for key in ring.published)
    for kind, number in (("P-256", 2), ("secp256k1", 1), ("Ed25519", 1)):
        yield from crowd.keys(kind, number)
    yield from crowd.keys("P-256 for encryption", 1)


def _nameless(number: int) -> Callable[[KeyRing, Crowd], Iterable[Jwk]]:
    """Return the fault that publishes so many signing keys of each type, all without an id."""

    def keys(ring: KeyRing, crowd: Crowd) -> Iterable[Jwk]:
        right = ring.current
        own = _kind(right)
        for kind in _SIGNING:
            # The right one is the last of its type: whoever tries only one takes the wrong one.
            for jwk in crowd.keys(kind, number - (kind == own)):
                yield _without(jwk, "kid")
            if kind == own:
                yield _without(right.jwk, "kid", "alg")
        if own not in _SIGNING:
            yield _without(right.jwk, "kid", "alg")
        for kind in _ENCRYPTING:
            yield from crowd.keys(kind, 1)

    return keys


def _decoys(ring: KeyRing, crowd: Crowd) -> Iterable[Jwk]:
    """Publish keys of other algorithms under the id of the right one, before and after it."""
    right = ring.current
    rsa, rsa_pss = crowd.keys("RSA", 2)
    others = {
        "RS256": rsa,
        "ES256": crowd.keys("P-256", 1)[0],
        "PS256": rsa_pss,
        "EdDSA": crowd.keys("Ed25519", 1)[0],
    }
    decoys: list[Jwk] = [
        {**jwk, "alg": alg, "kid": right.kid} for alg, jwk in others.items() if alg != right.alg
    ]
    return [decoys[0], dict(right.jwk), *decoys[1:]]


def _kind(key: Key) -> str:
    return key.crv or "RSA"


def _without(jwk: Mapping[str, object], *names: str) -> Jwk:
    return {name: value for name, value in jwk.items() if name not in names}


KEY_SETS: dict[str, Callable[[KeyRing, Crowd], Iterable[Jwk]]] = {
    "crowded": _crowded,
    "no-kid-single": _nameless(1),
    "no-kid-multiple": _nameless(3),
    "same-kid-decoys": _decoys,
}
"""Faults of the key set; with a well-written reader each lets a right token pass."""
