"""The revocation endpoint (RFC 7009)."""

from gatepost.idp.asking import Asking, RefusedError
from gatepost.idp.endpoints import World
from gatepost.values import Headers, Reply

NAME = "revoke"


def answer(world: World, asking: Asking) -> Reply:
    """End a token of the calling application.

    A token that is not known is no error (2.2); one of another application is refused (2.1).
    """
    application, form = world.caller(asking, NAME)
    token = form.get("token")
    if not token:
        raise RefusedError(400, "invalid_request", "token is missing")
    given = world.tokens.find(token)
    if given is not None:
        if given.application is not application:
            raise RefusedError(400, "unauthorized_client", "the token of another application")
        given.revoked = True
    return Reply(200, Headers((("cache-control", "no-store"),)))
