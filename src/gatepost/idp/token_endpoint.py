"""The token endpoint: client credentials and password grants (RFC 6749, 4.4 and 4.3)."""

from gatepost.idp.asking import Asking, RefusedError, json_reply
from gatepost.idp.directory import Application, User
from gatepost.idp.endpoints import World
from gatepost.values import Reply, Secret

NAME = "token"


def answer(world: World, asking: Asking) -> Reply:
    """Give a token.

    Form: grant_type, scope (must be allowed to the application), audience (one of the
    application's), and username and password for the password grant.
    """
    application, form = world.caller(asking, NAME)
    grant = form.get("grant_type", "")
    if not grant:
        raise RefusedError(400, "invalid_request", "grant_type is missing")
    if grant not in ("client_credentials", "password"):
        raise RefusedError(400, "unsupported_grant_type", "client_credentials or password")
    if grant not in application.seed.grants:
        raise RefusedError(400, "unauthorized_client", f"{grant} is not allowed to it")
    scopes = _scopes(application, form.get("scope", ""))
    audience = _audience(application, form.get("audience"))
    user = _user(world, form) if grant == "password" else None
    token = world.tokens.give(application, user=user, scopes=scopes, audience=audience)
    return json_reply(
        {
            "token_type": "Bearer",
            "expires_in": application.seed.expires_in,
            "access_token": token,
            "scope": " ".join(scopes),
        }
    )


def _scopes(application: Application, asked: str) -> list[str]:
    """Return what is granted: exactly what was asked, or the default (RFC 6749, 3.3)."""
    seed = application.seed
    scopes = list(dict.fromkeys(asked.split(" "))) if asked else []
    if not scopes:
        default = seed.scopes if seed.default_scopes is None else seed.default_scopes
        return list(default)
    if not set(scopes) <= set(seed.scopes):
        raise RefusedError(400, "invalid_scope", "a scope that this application may not have")
    return scopes


def _audience(application: Application, asked: str | None) -> str:
    if not asked:
        return application.seed.audience[0]
    if asked not in application.seed.audience:
        raise RefusedError(400, "invalid_target", "an audience not of this application")
    return asked


def _user(world: World, form: dict[str, str]) -> User:
    if not form.get("username") or "password" not in form:
        raise RefusedError(400, "invalid_request", "username and password are needed")
    user = world.directory.user_by_login(form["username"])
    expected = user.password if user else Secret("\x00")
    if Secret(form["password"]) != expected or user is None or not user.life.active:
        raise RefusedError(400, "invalid_grant", "wrong login or password, or deactivated")
    return user
