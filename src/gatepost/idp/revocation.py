"""The revocation endpoint (RFC 7009)."""

from gatepost.idp.asking import Asking, RefusedError
from gatepost.idp.directory import Application
from gatepost.idp.endpoints import World
from gatepost.values import Headers, Reply

NAME = "revoke"


def answer(world: World, asking: Asking) -> Reply:
    """End a token of the calling application; with a refresh token, all tokens of that login.

    A token that is not known is no error (2.2); one of another application is refused (2.1).
    ``token_type_hint`` changes nothing: both kinds are looked up quickly.
    """
    application, form = world.caller(asking, NAME, public=True)
    token = form.get("token")
    if not token:
        raise RefusedError(400, "invalid_request", "token is missing")
    given, refresh_token = world.tokens.find(token), world.refresh_tokens.find(token)
    if given is not None:
        _check_owner(given.application, application)
        given.revoked = True
    if refresh_token is not None:
        _check_owner(refresh_token.family.application, application)
        refresh_token.family.ended = True
    return Reply(200, Headers((("cache-control", "no-store"),)))


def _check_owner(owner: Application, caller: Application) -> None:
    if owner is not caller:
        raise RefusedError(400, "unauthorized_client", "the token of another application")
