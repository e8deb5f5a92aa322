"""Lies about a token that is about to be signed: in its claims, or in how it is sealed."""

from collections.abc import Callable

import msgspec

from gatepost.idp.draft import Change, Draft, rightly
from gatepost.idp.key_ring import KeyRing
from gatepost.oidc import Key, generate, sign
from gatepost.oidc.compact import decode_segment, encode_segment
from gatepost.values import Secret

EXPIRED_FOR = 360
"""Seconds between a token's end and now: more than anybody allows for clocks that differ."""


def with_claims(draft: Draft, **claims: object) -> Draft:
    """Return the draft with other claims in place of its own."""
    return Draft({**draft.claims, **claims}, draft.typ, draft.header, draft.seal)


def with_seal(draft: Draft, seal: Callable[[Draft, KeyRing, Secret], str]) -> Draft:
    """Return the draft with another way to sign it."""
    return Draft(draft.claims, draft.typ, draft.header, seal)


def set_to(name: str, value: object) -> Change:
    """Return the change that gives a claim a value."""
    return lambda draft: with_claims(draft, **{name: value})


def suffixed(name: str, tail: str) -> Change:
    """Return the change that appends to a claim."""
    return lambda draft: with_claims(draft, **{name: f"{draft.claims.get(name, '')}{tail}"})


def without(*names: str) -> Change:
    """Return the change that leaves claims out."""

    def change(draft: Draft) -> Draft:
        kept = {name: value for name, value in draft.claims.items() if name not in names}
        return Draft(kept, draft.typ, draft.header, draft.seal)

    return change


def with_header(**members: object) -> Change:
    """Return the change that sets members of the header; None leaves one out."""
    return lambda draft: Draft(draft.claims, draft.typ, {**draft.header, **members}, draft.seal)


def expired(lifetime: int) -> Change:
    """Return the change that lets a token of a lifetime end some minutes before it was made."""

    def change(draft: Draft) -> Draft:
        right = draft.claims["exp"]
        if not isinstance(right, int):
            raise TypeError("exp is not a number")
        return with_claims(draft, exp=right - lifetime - EXPIRED_FOR)

    return change


def unsigned(draft: Draft) -> Draft:
    """Say ``alg`` none and sign nothing (RFC 7519, 6)."""

    def seal(draft: Draft, _keys: KeyRing, _secret: Secret) -> str:
        header = {"alg": "none", "typ": draft.typ, **draft.header}
        return (
            ".".join(encode_segment(msgspec.json.encode(p)) for p in (header, draft.claims)) + "."
        )

    return with_seal(draft, seal)


def flipped(draft: Draft) -> Draft:
    """Sign with the right key, and spoil every byte of the signature."""
    return with_seal(draft, lambda draft, keys, _secret: spoil(rightly(draft, keys)))


def flipped_hs256(draft: Draft) -> Draft:
    """Sign with the client's secret, and spoil every byte of the signature."""

    def seal(draft: Draft, _keys: KeyRing, secret: Secret) -> str:
        key = secret or Secret("a public client has none")
        return spoil(sign(draft.claims, key, header={"typ": draft.typ, **draft.header}))

    return with_seal(draft, seal)


def flipped_es256(draft: Draft) -> Draft:
    """Sign with a P-256 key that is published, and spoil every byte of the signature."""
    return with_seal(draft, lambda draft, keys, _secret: spoil(_by(keys.other("ES256"), draft)))


def other_alg(draft: Draft) -> Draft:
    """Sign well, with a published key of another algorithm."""
    return with_seal(draft, lambda draft, keys, _secret: _by(keys.other(), draft))


def impostor(draft: Draft) -> Draft:
    """Sign well, with a fresh key that has taken the name of the right one."""

    def seal(draft: Draft, keys: KeyRing, _secret: Secret) -> str:
        fresh = generate(keys.current.alg or "RS256")
        return sign(
            draft.claims,
            fresh,
            header={"kid": keys.current.kid, "typ": draft.typ, **draft.header},
        )

    return with_seal(draft, seal)


def spoil(token: str) -> str:
    """Return a token whose signature has each byte changed (XOR 0x5A)."""
    data, _, signature = token.rpartition(".")
    wrong = bytes(byte ^ 0x5A for byte in decode_segment(signature) or b"")
    return f"{data}.{encode_segment(wrong)}"


def _by(key: Key, draft: Draft) -> str:
    return sign(draft.claims, key, header={"typ": draft.typ, **draft.header})
