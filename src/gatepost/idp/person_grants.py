"""The grants behind which a person stands: code, password, refresh (RFC 6749, 4.1, 4.3 and 6)."""

from gatepost.idp import allowed
from gatepost.idp.asking import RefusedError
from gatepost.idp.directory import Application
from gatepost.idp.endpoints import World
from gatepost.idp.families import Family
from gatepost.idp.faulty.id_tokens import KEEPS_REFRESH_TOKEN
from gatepost.idp.token_answer import NAME, token_answer


def authorization_code(
    world: World, application: Application, form: dict[str, str]
) -> dict[str, object]:
    """Redeem a code: form fields code, redirect_uri, and code_verifier where PKCE was used."""
    if not form.get("code"):
        raise RefusedError(400, "invalid_request", "code is missing")
    family = world.codes.redeem(
        form["code"],
        application,
        redirect_uri=form.get("redirect_uri"),
        verifier=form.get("code_verifier"),
    )
    return _first(world, family)


def password(world: World, application: Application, form: dict[str, str]) -> dict[str, object]:
    """Take a person's password: form fields username and password, scope and audience."""
    granted = allowed.scopes(application, form.get("scope", ""))
    audience = allowed.audience(application, form.get("audience"))
    if not form.get("username") or "password" not in form:
        raise RefusedError(400, "invalid_request", "username and password are needed")
    user = world.directory.user_who_proves(form["username"], form["password"])
    if user is None:
        raise RefusedError(400, "invalid_grant", "wrong login or password, or deactivated")
    family = Family(application, user, tuple(granted), audience, offline=True)
    return _first(world, family)


def refresh_token(
    world: World, application: Application, form: dict[str, str]
) -> dict[str, object]:
    """Give new tokens for a refresh token; scope may ask for fewer scopes, never for more."""
    if not form.get("refresh_token"):
        raise RefusedError(400, "invalid_request", "refresh_token is missing")
    token = world.refresh_tokens.check(form["refresh_token"], application)
    scopes = _narrowed(token.family, form.get("scope", ""))
    following: str | None
    if application.seed.rotation == "keep":
        following = form["refresh_token"]
    elif world.orders.take(NAME, KEEPS_REFRESH_TOKEN) is not None:
        following = None
    else:
        following = world.refresh_tokens.rotate(token)
    return token_answer(world, token.family, scopes=scopes, refresh_token=following, renewed=True)


def _first(world: World, family: Family) -> dict[str, object]:
    refreshes = world.refresh_tokens.give(family) if _wants_refresh(family) else None
    return token_answer(world, family, scopes=list(family.scopes), refresh_token=refreshes)


def _wants_refresh(family: Family) -> bool:
    """Whether a sign-on gives a refresh token: asked for, always, or no session to come back to."""
    seed = family.application.seed
    if "refresh_token" not in seed.grants:
        return False
    if seed.refresh == "always" or "offline_access" in family.scopes:
        return True
    return family.session is None and "openid" in family.scopes


def _narrowed(family: Family, asked: str) -> list[str]:
    """Return the scopes of a refreshed token (RFC 6749, 6)."""
    scopes = list(dict.fromkeys(asked.split(" "))) if asked else list(family.scopes)
    if not set(scopes) <= set(family.scopes):
        raise RefusedError(400, "invalid_scope", "a scope that was not granted at the sign-on")
    return scopes
