import json
from collections.abc import Callable
from urllib.parse import parse_qsl

import pytest

from gatepost.oidc import AuthorizationRequest, Client, Pushed, par
from gatepost.values import By, Fault, Reply, Secret

URL = "https://issuer.example/par"
CLIENT = Client("gate", Secret("s3cret"))
ASKED = AuthorizationRequest(
    "gate", "https://app.example/cb", "s", "n", scopes=("openid",), extra=(("prompt", "login"),)
).parameters()
Answer = Callable[..., Reply]


def _pushed(**changes: object) -> str:
    members = {"request_uri": "urn:ietf:params:oauth:request_uri:6", "expires_in": 90, **changes}
    return json.dumps({name: value for name, value in members.items() if value is not ...})


def _fault(reply: Reply) -> Fault:
    with pytest.raises(Fault) as raised:
        par.read(reply)
    assert raised.value.by is By.PROVIDER
    return raised.value


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post", "none"])
def test_what_is_asked_for_is_pushed_with_the_client_named_once(method: str) -> None:
    call = par.request(URL, CLIENT, method, ASKED)
    assert (call.method, call.url, call.purpose) == ("POST", URL, "par")
    form = parse_qsl(call.body.decode())
    assert sorted(pair for pair in form if pair[0] != "client_secret") == sorted(ASKED)
    assert [value for name, value in form if name == "client_id"] == ["gate"]
    assert ("client_secret" in dict(form)) == (method == "client_secret_post")
    assert ("authorization" in call.headers) == (method == "client_secret_basic")


@pytest.mark.parametrize(
    "name", ["request_uri", "client_secret", "client_assertion", "client_assertion_type"]
)
def test_neither_a_reference_nor_a_proof_is_among_what_is_pushed(name: str) -> None:
    with pytest.raises(Fault, match=name) as raised:
        par.request(URL, CLIENT, "none", (*ASKED, (name, "canary")))
    assert (raised.value.code, raised.value.by) == ("config.reserved_argument", By.OPERATOR)
    assert "canary" not in str(raised.value)


def test_the_request_of_another_client_is_not_pushed() -> None:
    with pytest.raises(ValueError, match="another client"):
        par.request(URL, Client("other"), "none", ASKED)


def test_a_reference_is_read(answer: Answer) -> None:
    pushed = par.read(answer(_pushed(x=1), status=201))
    assert pushed == Pushed("urn:ietf:params:oauth:request_uri:6", 90)
    assert "urn:" not in repr(pushed)


def test_the_browser_carries_the_reference_and_the_client_alone() -> None:
    assert par.front_parameters("gate", "urn:x") == (
        ("client_id", "gate"),
        ("request_uri", "urn:x"),
    )


@pytest.mark.parametrize(
    "changes",
    [
        *({"request_uri": value} for value in (..., None, "", 1, ["urn:x"], "a b", "a\nb", "é")),
        {"request_uri": "x" * 3_000},
        *({"expires_in": value} for value in (..., None, "90", 0, -1, True, [90], 10**9)),
    ],
)
def test_a_reference_that_cannot_be_used_is_the_providers_failure(
    answer: Answer, changes: dict[str, object]
) -> None:
    assert _fault(answer(_pushed(**changes), status=201)).code == "provider.bad_answer"


@pytest.mark.parametrize(
    ("body", "media"), [("[]", "application/json"), ("", ""), ("<html>", "text/html")]
)
def test_what_is_no_answer_is_the_providers_failure(answer: Answer, body: str, media: str) -> None:
    assert _fault(answer(body, status=201, media=media)).code == "provider.bad_answer"


@pytest.mark.parametrize("status", [200, 202, 204, 302, 307, 400, 404, 405, 413, 429, 500, 503])
def test_any_other_status_is_the_providers_failure(answer: Answer, status: int) -> None:
    assert _fault(answer(_pushed(), status=status)).code == "provider.bad_status"


@pytest.mark.parametrize("status", [401, 403])
def test_our_own_refused_credential_has_its_own_code(answer: Answer, status: int) -> None:
    fault = _fault(answer('{"error":"invalid_client"}', status=status))
    assert fault.code == "provider.refused_our_credentials"
    assert fault.cause == f"status {status}, it said invalid_client"


@pytest.mark.parametrize(
    ("body", "cause"),
    [
        ('{"error":"invalid_redirect_uri"}', "status 400, it said invalid_redirect_uri"),
        ('{"error":"canary: <1>"}', "status 400"),
        ('{"error":["canary"]}', "status 400"),
        ('{"error":"' + "x" * 61 + '"}', "status 400"),
        ("canary", "status 400"),
    ],
)
def test_why_it_was_refused_is_told_where_that_is_a_known_kind_of_word(
    answer: Answer, body: str, cause: str
) -> None:
    assert _fault(answer(body, status=400)).cause == cause
