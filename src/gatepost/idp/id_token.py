"""The ID token: what an application is told about a sign-on (OpenID Connect Core 1.0, 2)."""

import hashlib
from collections.abc import Collection

from gatepost.idp.draft import ID_TOKEN_SECONDS, Draft
from gatepost.idp.endpoints import World
from gatepost.idp.families import Family
from gatepost.idp.person import person_claims
from gatepost.oidc.compact import encode_segment


def id_token(
    world: World, family: Family, *, access_token: str, scopes: Collection[str], renewed: bool
) -> Draft:
    """Return the ID token that goes with an access token.

    renewed: it comes with a refresh, and then repeats no nonce; the rest says the same as the
    first one did, ``auth_time`` included (12.2).
    """
    now = int(world.clock.now())
    claims = person_claims(world.directory, family.user, scopes)
    claims |= {
        "iss": world.issuer,
        "sub": family.user.seed.login,
        "aud": family.application.id,
        "iat": now,
        "exp": now + ID_TOKEN_SECONDS,
        "at_hash": half_hash(access_token, world.keys.current.alg or ""),
    }
    told = {"sid": family.sid, "auth_time": family.auth_time}
    if not renewed:
        told["nonce"] = family.nonce
    claims |= {name: value for name, value in told.items() if value is not None}
    return Draft(claims, "JWT")


def half_hash(text: str, alg: str) -> str:
    """Return the left half of a text's digest, with the hash that a signature uses (3.1.3.6)."""
    name = {"256": "sha256", "384": "sha384"}.get(alg[-3:], "sha512")  # EdDSA: Ed25519 has SHA-512
    digest = hashlib.new(name, text.encode()).digest()
    return encode_segment(digest[: len(digest) // 2])
