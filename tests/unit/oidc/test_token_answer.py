import json
from collections.abc import Callable

import pytest

from gatepost.oidc import GrantRefused
from gatepost.oidc.token_answer import read
from gatepost.values import By, Fault, Reply, Secret

Answer = Callable[..., Reply]


def _grant(**changes: object) -> str:
    members = {"access_token": "abc", "token_type": "Bearer", "expires_in": 300, **changes}
    return json.dumps({name: value for name, value in members.items() if value is not ...})


def _code(reply: Reply, by: By = By.PROVIDER) -> str:
    with pytest.raises(Fault) as raised:
        read(reply)
    assert raised.value.by is by
    return raised.value.code


def test_a_grant_is_read(answer: Answer) -> None:
    tokens = read(answer(_grant(scope="read", refresh_token="r", id_token="i", extra=1)))
    assert (tokens.access_token, tokens.expires_in, tokens.scope) == (Secret("abc"), 300, "read")
    assert (tokens.refresh_token, tokens.id_token) == (Secret("r"), Secret("i"))
    assert tokens.raw["extra"] == 1
    assert "abc" not in repr(tokens)


def test_what_a_provider_may_leave_out_is_none(answer: Answer) -> None:
    tokens = read(answer(_grant(expires_in=..., token_type=...)))
    assert (tokens.expires_in, tokens.scope, tokens.id_token) == (None, None, None)
    assert read(answer(_grant(token_type="bearer", expires_in="3599"))).expires_in == 3599
    assert read(answer(_grant(expires_in=0))).expires_in == 0


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
    with pytest.raises(GrantRefused) as raised:
        read(reply)
    assert raised.value.error == error
    assert "canary" not in str(raised.value)


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


@pytest.mark.parametrize("kind", ["Bearer", "bearer", "bEARER", "BEARER"])
def test_the_type_of_a_token_is_compared_without_case(answer: Answer, kind: str) -> None:
    assert read(answer(_grant(token_type=kind))).access_token == Secret("abc")
    assert _code(answer(_grant(token_type="DPoP"))) == "provider.bad_answer"
