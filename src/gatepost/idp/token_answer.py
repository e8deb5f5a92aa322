"""The answer of the token endpoint where a person stands behind it."""

from gatepost.idp.endpoints import World
from gatepost.idp.families import Family
from gatepost.idp.faulty.id_tokens import (
    ID_TOKEN,
    MISSING,
    RENEWED_ID_TOKEN,
    RENEWED_MISSING,
    ROTATES,
)
from gatepost.idp.id_token import id_token

NAME = "token"


def token_answer(
    world: World,
    family: Family,
    *,
    scopes: list[str],
    refresh_token: str | None,
    renewed: bool = False,
) -> dict[str, object]:
    """Give an access token, and an ID token where ``openid`` is among the scopes.

    renewed: it is the answer to a refresh (OpenID Connect Core 1.0, 3.1.3.3 and 12.2).
    """
    application = family.application
    people = "openid" in scopes
    if people and world.orders.take(NAME, ROTATES) is not None:
        world.keys.rotate(withdraw=True)
    access_token = world.tokens.give(
        application, user=family.user, scopes=scopes, audience=family.audience, family=family
    )
    members: dict[str, object] = {
        "token_type": "Bearer",
        "expires_in": application.seed.expires_in,
        "access_token": access_token,
        "scope": " ".join(scopes),
    }
    if refresh_token is not None:
        members["refresh_token"] = refresh_token
    if people:
        text = _id_token(world, family, access_token, scopes, renewed=renewed)
        if text is not None:
            members["id_token"] = text
    return members


def _id_token(
    world: World, family: Family, access_token: str, scopes: list[str], *, renewed: bool
) -> str | None:
    """Return the signed ID token, right or as it was ordered; None where none was ordered."""
    if world.orders.take(NAME, MISSING | RENEWED_MISSING if renewed else MISSING) is not None:
        return None
    draft = id_token(world, family, access_token=access_token, scopes=scopes, renewed=renewed)
    faults = ID_TOKEN | RENEWED_ID_TOKEN if renewed else ID_TOKEN
    order = world.orders.take(NAME, faults)
    if order is not None:
        draft = faults[order.fault](draft)
    return draft.signed(world.keys, family.application.secret)
