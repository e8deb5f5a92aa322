import json
from collections.abc import Callable
from urllib.parse import parse_qsl

import pytest

from gatepost.oidc import Client, Extra, token
from gatepost.values import By, Fault, Reply, Secret

URL = "https://issuer.example/token"
CLIENT = Client("app", Secret("s3cret"))
Answer = Callable[..., Reply]


def _grant(**changes: object) -> str:
    members = {"access_token": "abc", "token_type": "Bearer", "expires_in": 300, **changes}
    return json.dumps({name: value for name, value in members.items() if value is not ...})


def _code(reply: Reply, by: By = By.PROVIDER) -> str:
    with pytest.raises(Fault) as raised:
        token.read(reply)
    assert raised.value.by is by
    return raised.value.code


def test_a_client_asks_in_its_own_name() -> None:
    call = token.client_credentials(
        URL, CLIENT, "client_secret_basic", scopes=["openid", "read"], audience=["a", "b"]
    )
    assert parse_qsl(call.body.decode()) == [
        ("grant_type", "client_credentials"),
        ("scope", "openid read"),
        ("audience", "a"),
        ("audience", "b"),
    ]
    assert (call.headers.get("authorization") or "").startswith("Basic ")
    assert (call.url, call.purpose) == (URL, "token")


def test_an_extra_scope_takes_the_place_of_the_configured_one() -> None:
    extra = Extra((("scope", "write"), ("audience", "c")))
    call = token.client_credentials(
        URL, CLIENT, "client_secret_post", scopes=["read"], audience=["a"], extra=extra
    )
    form = parse_qsl(call.body.decode())
    assert ("scope", "write") in form
    assert ("audience", "c") in form
    assert len([name for name, _ in form if name in ("scope", "audience")]) == 2


def test_this_grant_is_never_asked_for_without_authentication() -> None:
    call = token.client_credentials(URL, CLIENT, "none")
    assert ("client_secret", "s3cret") in parse_qsl(call.body.decode())
    with pytest.raises(Fault, match=r"config\.client_secret_missing"):
        token.client_credentials(URL, Client("app"), "none")


def test_a_grant_is_read(answer: Answer) -> None:
    tokens = token.read(answer(_grant(scope="read", refresh_token="r", id_token="i", extra=1)))
    assert (tokens.access_token, tokens.expires_in, tokens.scope) == (Secret("abc"), 300, "read")
    assert (tokens.refresh_token, tokens.id_token) == (Secret("r"), Secret("i"))
    assert tokens.raw["extra"] == 1
    assert "abc" not in repr(tokens)


def test_what_a_provider_may_leave_out_is_none(answer: Answer) -> None:
    tokens = token.read(answer(_grant(expires_in=..., token_type=...)))
    assert (tokens.expires_in, tokens.scope, tokens.id_token) == (None, None, None)
    assert token.read(answer(_grant(token_type="bearer", expires_in="3599"))).expires_in == 3599
    assert token.read(answer(_grant(expires_in=0))).expires_in == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"token_type": "mac"},
        {"token_type": 1},
        {"access_token": ...},
        {"access_token": None},
        {"access_token": ""},
        {"access_token": 1},
        {"access_token": "a b"},
        {"access_token": "a\r\nX-Evil: 1"},
        {"access_token": "é"},
        {"access_token": "x" * 40_000},
        {"refresh_token": [1]},
        {"id_token": ""},
        {"scope": ["a"]},
        {"expires_in": -1},
        {"expires_in": "-1"},
        {"expires_in": "soon"},
        {"expires_in": "9" * 12},
        {"expires_in": 10**18},
        {"expires_in": True},
        {"expires_in": [1]},
    ],
)
def test_a_grant_that_cannot_be_used_is_the_providers_failure(
    answer: Answer, changes: dict[str, object]
) -> None:
    assert _code(answer(_grant(**changes))) == "provider.bad_answer"


@pytest.mark.parametrize("status", [400, 401, 403])
@pytest.mark.parametrize(
    "error",
    [
        "access_denied",
        "invalid_client",
        "invalid_grant",
        "invalid_request",
        "invalid_scope",
        "invalid_target",
        "unauthorized_client",
    ],
)
def test_a_refused_credential_is_the_clients(answer: Answer, status: int, error: str) -> None:
    reply = answer(json.dumps({"error": error, "error_description": "canary"}), status=status)
    assert _code(reply, By.CLIENT) == "credential.refused"


@pytest.mark.parametrize(
    ("status", "body", "media"),
    [
        (400, '{"error":"temporarily_unavailable"}', "application/json"),
        (400, '{"error":"unsupported_grant_type"}', "application/json"),
        (400, '{"error":["invalid_client"]}', "application/json"),
        (401, '{"error":"invalid_client"}', "text/html"),
        (401, "<html>", "text/html"),
        (401, "", ""),
        (200, '{"error":"invalid_client"}', "application/json"),
        (201, '{"access_token":"a"}', "application/json"),
        (302, "", ""),
        (429, '{"error":"invalid_client"}', "application/json"),
        (500, '{"error":"invalid_client"}', "application/json"),
        (200, "[]", "application/json"),
        (200, "<html>", "text/html"),
    ],
)
def test_any_other_failure_is_the_providers(
    answer: Answer, status: int, body: str, media: str
) -> None:
    code = _code(answer(body, status=status, media=media))
    assert code in ("provider.bad_status", "provider.bad_answer")
