"""ID tokens of our own that come back as a hint of who somebody is."""

from gatepost.idp.endpoints import World
from gatepost.oidc import parse, verify
from gatepost.values import Fault


def hinted(world: World, text: str) -> dict[str, object] | None:
    """Return the claims of an ID token that this provider gave, or None.

    It may have expired, and its key may have been withdrawn: it proves nothing but that its
    bearer once got it (OpenID Connect RP-Initiated Logout 1.0, 2).
    """
    try:
        token = parse(text)
        verify(token, world.keys.past)
    except Fault:
        return None
    claims = token.payload
    if token.typ != "jwt" or claims.get("iss") != world.issuer:
        return None  # access tokens and logout tokens have types of their own
    named = all(isinstance(claims.get(name), str) for name in ("sub", "aud"))
    return claims if named and "iat" in claims else None
