"""Tokens to order, right and wrong: what an attacker would send."""

import base64
import secrets
from typing import Literal

import msgspec

from gatepost.idp.back_channel import EVENT
from gatepost.idp.draft import LOGOUT_TOKEN_SECONDS
from gatepost.idp.endpoints import World
from gatepost.oidc import Key, UnusableKey, sign
from gatepost.oidc.compact import encode_segment
from gatepost.values import Secret


class MintOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A token to make.

    claims: over those of a good token (see ``good_claims``), or of a good logout token where the
    header's typ is ``logout+jwt``; for an ID token give aud and nonce. remove: claims to leave out.
    payload: instead of all claims, this text as it is. header: over alg, typ and kid; null leaves
    a member out.
    key: ``current``; ``old`` (the one before the last rotation, published or withdrawn);
    ``unknown`` (never published); ``hs256-with-public-key`` (HMAC keyed with the text of
    the current public key in PEM, the classic confusion of algorithms). alg: to sign with, where
    the key allows several (RS256 and its kin, PS256 and its kin), or ``none`` for no signature.
    """

    claims: dict[str, object] = {}
    remove: tuple[str, ...] = ()
    payload: str | None = None
    header: dict[str, object] = {}
    key: Literal["current", "old", "unknown", "hs256-with-public-key"] = "current"
    alg: str | None = None


class BadMintError(ValueError):
    """A token that cannot be made; the text says why."""


def mint(world: World, text: bytes) -> str:
    """Make the token that an order (JSON) describes; raise BadMintError.

    The provider does not know the token: introspection calls it inactive.
    """
    try:
        order = msgspec.json.decode(text or b"{}", type=MintOrder)
    except msgspec.MsgspecError as error:
        raise BadMintError(f"not an order: {error}") from None
    if order.payload is not None and (order.claims or order.remove):
        raise BadMintError("give payload, or claims and remove, not both")
    logout = order.header.get("typ") == "logout+jwt"
    right = good_logout_claims(world) if logout else good_claims(world)
    claims = {**right, **order.claims}
    kept = {name: value for name, value in claims.items() if name not in order.remove}
    content = msgspec.json.encode(kept) if order.payload is None else order.payload.encode()
    if order.alg == "none":
        header = {"alg": "none", "typ": "at+jwt", **order.header}
        written = {name: value for name, value in header.items() if value is not None}
        return f"{encode_segment(msgspec.json.encode(written))}.{encode_segment(content)}."
    try:
        return _signed(world, order, content)
    except UnusableKey as error:
        raise BadMintError(str(error)) from None


def good_claims(world: World) -> dict[str, object]:
    """Return the claims of a token that is accepted: of this issuer, for an hour from now."""
    now = int(world.clock.now())
    return {
        "iss": world.issuer,
        "aud": "api://default",
        "sub": "minted",
        "client_id": "minted",
        "cid": "minted",
        "iat": now,
        "exp": now + 3600,
        "jti": "AT." + secrets.token_urlsafe(24),
        "scp": ["read"],
        "scope": "read",
    }


def good_logout_claims(world: World) -> dict[str, object]:
    """Return the claims of a logout token (OpenID Connect Back-Channel Logout 1.0, 2.4)."""
    now = int(world.clock.now())
    return {
        "iss": world.issuer,
        "aud": "minted",
        "sub": "minted",
        "iat": now,
        "exp": now + LOGOUT_TOKEN_SECONDS,
        "jti": "LT." + secrets.token_urlsafe(24),
        "events": {EVENT: {}},
    }


def _signed(world: World, order: MintOrder, content: bytes) -> str:
    keys = world.keys
    if order.key == "hs256-with-public-key":
        alg = order.alg or "HS256"
        header = {"typ": "at+jwt", "kid": keys.current.kid, **order.header}
        return sign(content, Secret(public_pem(keys.current)), alg=alg, header=header)
    key = {"current": keys.current, "old": keys.old, "unknown": keys.unknown}[order.key]
    if key is None:
        raise BadMintError("there is no old key before the first rotation")
    return sign(content, key, alg=order.alg, header={"typ": "at+jwt", **order.header})


def public_pem(key: Key) -> str:
    """Return an RSA public key as PEM text (SubjectPublicKeyInfo, RFC 5280, 4.1)."""
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    if key.kty != "RSA":
        raise BadMintError("the current key is not RSA")
    n, e = (int.from_bytes(base64.urlsafe_b64decode(f"{key.jwk[name]}==")) for name in ("n", "e"))
    public = RSAPublicNumbers(e, n).public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
