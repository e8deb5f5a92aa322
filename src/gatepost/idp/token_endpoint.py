"""The token endpoint (RFC 6749, 3.2)."""

from collections.abc import Callable

from gatepost.idp import allowed, person_grants
from gatepost.idp.asking import Asking, RefusedError, json_reply
from gatepost.idp.directory import Application
from gatepost.idp.endpoints import World
from gatepost.idp.token_answer import NAME
from gatepost.values import Reply

GrantAnswer = Callable[[World, Application, dict[str, str]], dict[str, object]]


def answer(world: World, asking: Asking) -> Reply:
    """Give tokens. Form: grant_type, and what that grant asks for."""
    application, form = world.caller(asking, NAME, public=True)
    grant = form.get("grant_type", "")
    if not grant:
        raise RefusedError(400, "invalid_request", "grant_type is missing")
    give = GRANTS.get(grant)
    if give is None:
        raise RefusedError(400, "unsupported_grant_type", f"one of {', '.join(GRANTS)}")
    if grant not in application.seed.grants:
        raise RefusedError(400, "unauthorized_client", f"{grant} is not allowed to it")
    return json_reply(give(world, application, form))


def _client_credentials(
    world: World, application: Application, form: dict[str, str]
) -> dict[str, object]:
    """Give an application a token for itself (4.4): form fields scope and audience."""
    scopes = allowed.scopes(application, form.get("scope", ""))
    audience = allowed.audience(application, form.get("audience"))
    token = world.tokens.give(application, user=None, scopes=scopes, audience=audience)
    return {
        "token_type": "Bearer",
        "expires_in": application.seed.expires_in,
        "access_token": token,
        "scope": " ".join(scopes),
    }


GRANTS: dict[str, GrantAnswer] = {
    "authorization_code": person_grants.authorization_code,
    "client_credentials": _client_credentials,
    "password": person_grants.password,
    "refresh_token": person_grants.refresh_token,
}
"""What the token endpoint takes."""
