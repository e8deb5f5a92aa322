from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost.oidc import (
    AuthorizationError,
    AuthorizationRequest,
    AuthorizationResponse,
    authorization,
)
from gatepost.values import By, Fault, Secret

ISSUER = "https://issuer.example"
Pairs = list[tuple[str, str]]


def _request(**changes: object) -> AuthorizationRequest:
    given = {
        "client_id": "gate",
        "redirect_uri": "https://app.example/cb",
        "state": "canary-s",
        "nonce": "canary-n",
        **changes,
    }
    return AuthorizationRequest(**given)  # type: ignore[arg-type]


def _code(parameters: Pairs, *, promised: bool = False) -> str:
    with pytest.raises(Fault) as raised:
        authorization.read(parameters, issuer=ISSUER, iss_promised=promised)
    assert raised.value.by is By.CLIENT
    return raised.value.code


def _denied(*parameters: tuple[str, str]) -> AuthorizationError:
    with pytest.raises(AuthorizationError) as raised:
        authorization.read([*parameters, ("state", "s")], issuer=ISSUER, iss_promised=False)
    assert (raised.value.code, raised.value.by) == ("authorization.denied", By.CLIENT)
    return raised.value


def test_a_login_asks_for_what_it_needs_and_nothing_more() -> None:
    assert _request().parameters() == (
        ("client_id", "gate"),
        ("response_type", "code"),
        ("redirect_uri", "https://app.example/cb"),
        ("state", "canary-s"),
        ("nonce", "canary-n"),
    )


def test_everything_configured_is_asked_for() -> None:
    parameters = _request(
        response_mode="form_post",
        scopes=("openid", "email"),
        audience=("a", "b"),
        code_challenge="canary-c",
        max_age=60.9,
        extra=(("prompt", "login"), ("login_hint", "ann&co")),
    ).parameters()
    assert dict(parameters) == {
        "client_id": "gate",
        "response_type": "code",
        "response_mode": "form_post",
        "redirect_uri": "https://app.example/cb",
        "state": "canary-s",
        "nonce": "canary-n",
        "scope": "openid email",
        "audience": "b",
        "code_challenge": "canary-c",
        "code_challenge_method": "S256",
        "max_age": "60",
        "prompt": "login",
        "login_hint": "ann&co",
    }
    assert ("audience", "a") in parameters


def test_a_request_shows_neither_state_nor_nonce_nor_extras() -> None:
    request = _request(code_challenge="canary-c", extra=(("x", "canary-x"),))
    assert "canary" not in repr(request)


@pytest.mark.parametrize(
    "name",
    ["client_id", "redirect_uri", "state", "nonce", "response_type", "code_challenge",
     "code_challenge_method", "request", "request_uri", "client_secret", "client_assertion",
     "client_assertion_type"],
)  # fmt: skip
def test_an_extra_argument_never_replaces_what_the_protocol_says(name: str) -> None:
    with pytest.raises(Fault, match=name) as raised:
        _request(extra=((name, "canary"),)).parameters()
    assert (raised.value.code, raised.value.by) == ("config.reserved_argument", By.OPERATOR)
    assert "canary" not in str(raised.value)


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("scope", {"scopes": ("openid",)}),
        ("audience", {"audience": ("a", "b")}),
        ("max_age", {"max_age": 9}),
        ("response_mode", {"response_mode": "query"}),
    ],
)
def test_some_extra_arguments_take_the_place_of_ours(name: str, ours: dict[str, object]) -> None:
    parameters = _request(extra=((name, "theirs"),), **ours).parameters()
    assert [value for key, value in parameters if key == name] == ["theirs"]


def test_an_address_keeps_its_own_query_and_says_nothing_twice() -> None:
    parameters = _request(scopes=("openid", "a&b")).parameters()
    url = authorization.url("https://i.example/authorize?p=b2c", parameters)
    assert parse_qsl(urlsplit(url).query) == [("p", "b2c"), *parameters]
    with pytest.raises(Fault, match=r"config\.endpoint_query"):
        authorization.url("https://i.example/authorize?redirect_uri=https%3A%2F%2Fevil", parameters)


def test_an_answer_is_its_code_and_state() -> None:
    answer = [("code", "canary+/="), ("state", "canary-s"), ("session_state", "x"), ("x", "1")]
    response = authorization.read(answer, issuer=ISSUER, iss_promised=False)
    assert response == AuthorizationResponse(Secret("canary+/="), "canary-s")
    assert "canary" not in repr(response)


def test_unknown_parameters_may_be_repeated() -> None:
    answer = [("x", "1"), ("x", "2"), ("code", "c"), ("state", "s")]
    assert authorization.read(answer, issuer=ISSUER, iss_promised=False).state == "s"


@pytest.mark.parametrize("promised", [True, False])
def test_an_answer_may_name_its_issuer(promised: bool) -> None:
    answer = [("code", "c"), ("state", "s"), ("iss", ISSUER)]
    assert authorization.read(answer, issuer=ISSUER, iss_promised=promised).state == "s"


@pytest.mark.parametrize("name", ["code", "state", "iss", "error", "response", "error_description"])
@pytest.mark.parametrize("second", ["same", "other", ""])
def test_what_is_there_twice_is_refused(name: str, second: str) -> None:
    answer = [("code", "c"), ("state", "s"), ("iss", ISSUER), (name, "same"), (name, second)]
    assert _code(answer) == "authorization.duplicate"


@pytest.mark.parametrize("promised", [True, False])
@pytest.mark.parametrize(
    "issuer",
    [f"{ISSUER}1", f"{ISSUER}/", ISSUER.upper(), "", "http://issuer.example", f" {ISSUER}",
     f"{ISSUER}@evil.example", "https://issuer.ex\u0430mple"],
)  # fmt: skip
def test_an_answer_of_another_issuer_is_refused(issuer: str, promised: bool) -> None:
    answer = [("code", "c"), ("state", "s"), ("iss", issuer)]
    assert _code(answer, promised=promised) == "authorization.issuer"


def test_an_issuer_that_was_promised_is_missed() -> None:
    assert _code([("code", "c"), ("state", "s")], promised=True) == "authorization.issuer_missing"


def test_an_error_must_come_from_the_right_issuer_too() -> None:
    error = [("error", "access_denied"), ("state", "s")]
    assert _code([*error, ("iss", "https://evil")]) == "authorization.issuer"
    assert _code(error, promised=True) == "authorization.issuer_missing"
    assert _code([*error, ("iss", ISSUER)], promised=True) == "authorization.denied"


@pytest.mark.parametrize("state", [[], [("state", "")]])
@pytest.mark.parametrize("what", [("code", "c"), ("error", "access_denied")])
def test_an_answer_without_state_belongs_to_no_login(state: Pairs, what: tuple[str, str]) -> None:
    assert _code([what, *state]) == "authorization.no_state"


@pytest.mark.parametrize("code", [[], [("code", "")]])
def test_an_answer_without_code_is_none(code: Pairs) -> None:
    assert _code([("state", "s"), *code]) == "authorization.no_code"
    assert _code([("state", "s"), ("response", "jwt"), *code]) == "authorization.no_code"


def test_an_error_beside_a_code_is_an_error() -> None:
    assert _denied(("code", "c"), ("error", "access_denied")).error == "access_denied"


def test_an_error_says_what_happened_and_to_which_login() -> None:
    denied = _denied(("error", "login_required"), ("error_description", "Log in, please."))
    assert (denied.error, denied.description, denied.state) == (
        "login_required",
        "Log in, please.",
        "s",
    )
    assert denied.cause == "it said login_required"
    assert _denied(("error", "x")).description == ""


@pytest.mark.parametrize(
    "error", ["", "a\nb", 'a"b', "a\\b", "é", "a\x00", "\u202e", "x" * 101, "access_denied\n"]
)
def test_an_error_that_is_none_is_called_invalid(error: str) -> None:
    denied = _denied(("error", error))
    assert denied.error == "invalid"
    assert denied.cause == "it said invalid"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("a\r\nb\tc", "a b c"),
        ("\u202eevil\u200f", "evil"),
        ("a\x00\x1b[31mb", "a [31mb"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("Zugriff verweigert: ü", "Zugriff verweigert: ü"),
    ],
)
def test_a_description_is_printable_and_short(given: str, kept: str) -> None:
    denied = _denied(("error", "server_error"), ("error_description", given))
    assert denied.description == kept
    assert kept == "" or kept not in str(denied)


def test_an_enormous_description_is_cut() -> None:
    for words, kept in (("x" * 1_000_000, "x" * 200), (" " * 1_000_000 + "x", "")):
        denied = _denied(("error", "server_error"), ("error_description", words))
        assert denied.description == kept


@given(st.text(max_size=300), st.text(max_size=1_000))
def test_whatever_a_stranger_writes_as_an_error_can_be_printed(error: str, words: str) -> None:
    denied = _denied(("error", error), ("error_description", words))
    assert denied.error.isprintable()
    assert denied.error.isascii()
    assert denied.description.isprintable()
    assert len(denied.description) <= 200
    assert str(denied).isprintable()


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["code", "state", "iss", "error", "response", "x"]),
            st.sampled_from(["", "a", ISSUER]),
        ),
        max_size=6,
    ),
    st.booleans(),
)
def test_an_answer_is_believed_only_when_there_is_one_reading_of_it(
    answer: Pairs, promised: bool
) -> None:
    try:
        response = authorization.read(answer, issuer=ISSUER, iss_promised=promised)
    except Fault:
        return
    names = [name for name, _ in answer if name != "x"]
    assert len(names) == len(set(names))
    values = dict(answer)
    assert response == AuthorizationResponse(Secret(values["code"]), values["state"])
    assert "error" not in values
    assert values.get("iss", ISSUER if not promised else None) == ISSUER
