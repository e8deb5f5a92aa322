"""The keys of one issuer, and the judgement whether one of them signed a token.

A set belongs to one issuer: a key id says nothing outside it. Keys that cannot be used are left
out with a note, so that one strange key does not lock everybody out (RFC 7517, 5).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import final

from gatepost.oidc.compact import Unverified
from gatepost.oidc.jose import (
    ASYMMETRIC,
    SHARED_SECRET,
    SYMMETRIC,
    Key,
    mac_verifies,
    read_key,
)
from gatepost.oidc.key_strength import UnusableKey
from gatepost.oidc.strict_json import NotStrictJson, read_object
from gatepost.values import By, Fault, Secret

MAX_KEYS = 100
"""Keys of one document that are looked at; reading one costs some 50 µs."""

MAX_CANDIDATES = 3
"""Keys that are tried for one token; each try costs up to a millisecond."""

DOCUMENT_LIMIT = 1_048_576
"""Bytes of a key document."""


class UnknownKey(Fault):
    """No key of the set can have signed the token; fetching the keys again may help.

    About a token, code ``token.unknown_key`` by CLIENT: until a new key appears it is the token
    that is wrong. About an answer that the provider signed, ``provider.unknown_key`` by PROVIDER.
    """

    def __init__(self, code: str, message: str, *, by: By, cause: str | None) -> None:
        super().__init__(code, message, by=by, cause=cause)


@final
@dataclass(frozen=True, slots=True)
class KeySet:
    """Ready keys of one issuer; notes say which published keys were left out, and why."""

    keys: tuple[Key, ...] = ()
    issuer: str = ""
    notes: tuple[str, ...] = ()

    @staticmethod
    def read(document: bytes | Mapping[str, object], issuer: str) -> "KeySet":
        """Read a key document (RFC 7517, 5).

        A set without one usable key is returned as such; ``jwks.read`` refuses it.
        Raises Fault(by=PROVIDER), code ``provider.bad_keys``, when it is not a key document.
        """
        try:
            members = (
                read_object(document, limit=DOCUMENT_LIMIT)
                if isinstance(document, bytes)
                else document
            )
        except NotStrictJson as reason:
            raise _bad_keys(f"{reason}") from None
        published = members.get("keys")
        if not isinstance(published, list):
            raise _bad_keys("it has no list of keys")
        keys: list[Key] = []
        notes: list[str] = []
        for number, jwk in enumerate(published[:MAX_KEYS], 1):
            try:
                if not isinstance(jwk, dict):
                    raise UnusableKey("not a JSON object")
                keys.append(read_key(jwk))
            except UnusableKey as reason:
                notes.append(f"key {number} is left out: {reason}")
        if len(published) > MAX_KEYS:
            notes.append(f"{len(published)} keys, only the first {MAX_KEYS} are used")
        return KeySet(tuple(keys), issuer, tuple(notes))

    def candidates(self, kid: str | None, alg: str) -> tuple[Key, ...]:
        """Return the keys that may have signed a token with this header.

        A key id narrows the choice to keys of that id; several keys may share one, and then the
        algorithm decides. Without an id every fitting key is a candidate if they are at most
        MAX_CANDIDATES, else none.
        """
        fitting = [key for key in self.keys if kid in (None, key.kid) and key.fits(alg)]
        return tuple(fitting) if len(fitting) <= MAX_CANDIDATES else ()

    def joined(self, other: "KeySet") -> "KeySet":
        """Return this set followed by the keys of another that is trusted for the same issuer."""
        return KeySet(self.keys + other.keys, self.issuer, self.notes + other.notes)

    def public(self) -> dict[str, object]:
        """Return the key document to publish; private parts are never in it."""
        return {"keys": [dict(key.jwk) for key in self.keys]}

    def kids(self) -> frozenset[str]:
        """Return the ids of the usable keys, to see which ones a provider has withdrawn."""
        return frozenset(key.kid for key in self.keys if key.kid is not None)


def verify(
    token: Unverified,
    keys: KeySet,
    *,
    algorithms: Collection[str] = ASYMMETRIC,
    secret: Secret | None = None,
) -> Key:
    """Check a token's signature and return the key that made it.

    algorithms: the asymmetric ones that are allowed. secret: allows HS256, HS384 and HS512 too,
    with this secret and never with a key of the set (RFC 8725, 2.1); where ``algorithms`` names
    some of the three, only those. The key returned is then SHARED_SECRET. Raises
    Fault(by=CLIENT): ``token.algorithm``, ``token.signature``, or UnknownKey.
    """
    alg = token.alg
    if alg in SYMMETRIC and secret and (alg in algorithms or SYMMETRIC.isdisjoint(algorithms)):
        if mac_verifies(token, secret):
            return SHARED_SECRET
        raise _bad_signature()
    if alg not in ASYMMETRIC or alg not in algorithms:
        raise Fault(
            "token.algorithm",
            "The token is signed with an algorithm that is not accepted here.",
            by=By.CLIENT,
        )
    candidates = keys.candidates(token.kid, alg)
    if not candidates:
        raise UnknownKey(
            "token.unknown_key",
            "The token is signed with a key that the issuer has not published.",
            by=By.CLIENT,
            cause="it names no key, and none or too many fit"
            if token.kid is None
            else "no key has that id and fits the algorithm",
        )
    for key in candidates:
        if key.verifies(token):
            return key
    raise _bad_signature()


def _bad_signature() -> Fault:
    return Fault("token.signature", "The token's signature is not valid.", by=By.CLIENT)


def _bad_keys(cause: str) -> Fault:
    return Fault(
        "provider.bad_keys",
        "The identity provider's key document cannot be used.",
        by=By.PROVIDER,
        cause=cause,
    )
