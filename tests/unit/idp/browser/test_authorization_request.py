import pytest

from gatepost.idp.asking import RefusedError
from gatepost.idp.browser.authorization_request import (
    AuthorizationRequest,
    DeniedError,
    application_of,
    read_request,
)
from gatepost.idp.endpoints import World
from tests.unit.idp.person import CALLBACK, CHALLENGE

GOOD = {
    "client_id": "demo-app",
    "redirect_uri": CALLBACK,
    "response_type": "code",
    "scope": "openid read",
    "state": "canary-state",
    "nonce": "canary-nonce",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}


def read(world: World, pushed: bool = False, **changes: str) -> AuthorizationRequest:
    return read_request(world, {**GOOD, **changes}, pushed=pushed)


def denied(world: World, **changes: str) -> DeniedError:
    with pytest.raises(DeniedError) as caught:
        read(world, **changes)
    return caught.value


def test_a_request_is_read_whole(world: World) -> None:
    request = read(world, prompt="login consent", max_age="0", login_hint="bob",
                   response_mode="form_post", acr_values="ignored", unknown="ignored")  # fmt: skip
    assert request.application.id == "demo-app"
    assert request.scopes == ("openid", "read")
    assert request.audience == "api://default"
    assert (request.nonce, request.challenge) == ("canary-nonce", CHALLENGE)
    assert request.prompts == {"login", "consent"}
    assert (request.max_age, request.login_hint, request.subject) == (0, "bob", None)
    target = request.target
    assert (target.redirect_uri, target.mode, target.state) == (
        CALLBACK, "form_post", "canary-state",
    )  # fmt: skip


def test_its_repr_shows_no_state_and_no_nonce(world: World) -> None:
    assert "canary" not in repr(read(world))


def test_jwt_is_short_for_query_jwt(world: World) -> None:
    assert read(world, response_mode="jwt").target.mode == "query.jwt"


def test_an_error_goes_to_where_a_code_would(world: World) -> None:
    error = denied(world, response_mode="form_post.jwt", scope="openid root")
    assert error.target.mode == "form_post.jwt"
    assert error.target.state == "canary-state"
    assert denied(world, response_mode="web_message").target.mode == "query"


def test_a_method_without_a_challenge_is_a_mistake(world: World) -> None:
    parameters = {name: value for name, value in GOOD.items() if name != "code_challenge"}
    with pytest.raises(DeniedError):
        read_request(world, parameters, pushed=False)


@pytest.mark.parametrize("text", ["", "1.5", "-1", "+1", " 1", "١", "9" * 10])
def test_max_age_is_a_plain_number(world: World, text: str) -> None:
    assert denied(world, max_age=text).error == "invalid_request"


def test_a_hint_names_a_person(world: World) -> None:
    claims = {"iss": world.issuer, "sub": "alice", "aud": "demo-app", "iat": 1}
    text = world.keys.sign(dict(claims), typ="JWT")
    assert read(world, id_token_hint=text).subject == "alice"


def test_an_inactive_application_is_nobody(world: World) -> None:
    assert application_of(world, GOOD).id == "demo-app"
    world.directory.applications.by_id["demo-app"].life.end()
    for parameters in (GOOD, {}, {"client_id": ""}):
        with pytest.raises(RefusedError):
            application_of(world, parameters)
