from urllib.parse import parse_qsl

import pytest

from gatepost.oidc import Client, Extra, token
from gatepost.values import By, Call, Fault, Secret

URL = "https://issuer.example/token"
CLIENT = Client("app", Secret("s3cret"))


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


def _form(call: Call) -> list[tuple[str, str]]:
    assert (call.method, call.url, call.purpose) == ("POST", URL, "token")
    assert "canary" not in repr(call)
    return parse_qsl(call.body.decode(), keep_blank_values=True)


def test_a_code_is_traded_with_the_verifier_and_the_same_redirect() -> None:
    call = token.authorization_code(
        URL,
        CLIENT,
        "client_secret_basic",
        code=Secret("canary+/="),
        redirect_uri="https://app.example/cb?a=b",
        verifier="canary-v",
        extra=Extra((("resource", "x"),), (("X-Tenant", "1"),)),
    )
    assert _form(call) == [
        ("grant_type", "authorization_code"),
        ("code", "canary+/="),
        ("redirect_uri", "https://app.example/cb?a=b"),
        ("code_verifier", "canary-v"),
        ("resource", "x"),
    ]
    assert (call.headers.get("authorization") or "").startswith("Basic ")
    assert call.headers.get("x-tenant") == "1"


def test_a_public_client_trades_a_code_under_its_name_alone() -> None:
    call = token.authorization_code(
        URL, Client("app"), "none", code=Secret("c"), redirect_uri="https://a", verifier=None
    )
    assert _form(call) == [
        ("grant_type", "authorization_code"),
        ("code", "c"),
        ("redirect_uri", "https://a"),
        ("client_id", "app"),
    ]
    assert "authorization" not in call.headers


def test_a_refresh_token_is_traded() -> None:
    call = token.refresh(URL, Client("app"), "none", refresh_token=Secret("canary-r"))
    assert _form(call) == [
        ("grant_type", "refresh_token"),
        ("refresh_token", "canary-r"),
        ("client_id", "app"),
    ]
    narrower = token.refresh(
        URL, CLIENT, "client_secret_post", refresh_token=Secret("r"), scopes=["a", "b"]
    )
    assert ("scope", "a b") in _form(narrower)
    assert ("client_secret", "s3cret") in _form(narrower)


def test_a_password_is_traded() -> None:
    call = token.password(
        URL,
        CLIENT,
        "client_secret_basic",
        username="ann",
        password=Secret("canary &=é"),
        scopes=["openid"],
        audience=["a"],
    )
    assert _form(call) == [
        ("grant_type", "password"),
        ("username", "ann"),
        ("password", "canary &=é"),
        ("scope", "openid"),
        ("audience", "a"),
    ]


def test_an_extra_scope_takes_the_place_of_ours_in_every_grant() -> None:
    extra = Extra((("scope", "x"), ("audience", "y")))
    calls = [
        token.refresh(
            URL, CLIENT, "none", refresh_token=Secret("r"), scopes=["a"], extra=extra
        ),
        token.password(
            URL, CLIENT, "none", username="u", password=Secret("p"), scopes=["a"],
            audience=["b"], extra=extra,
        ),
    ]  # fmt: skip
    for call in calls:
        form = _form(call)
        assert [value for name, value in form if name in ("scope", "audience")] == ["x", "y"]


@pytest.mark.parametrize(
    "name", ["grant_type", "code", "redirect_uri", "code_verifier", "client_id", "client_secret"]
)
@pytest.mark.parametrize("verifier", ["v", None])
def test_an_extra_argument_never_replaces_what_a_code_is_traded_with(
    name: str, verifier: str | None
) -> None:
    with pytest.raises(Fault, match=name) as raised:
        token.authorization_code(
            URL,
            CLIENT,
            "client_secret_basic",
            code=Secret("c"),
            redirect_uri="https://a",
            verifier=verifier,
            extra=Extra(((name, "x"),)),
        )
    assert (raised.value.code, raised.value.by) == ("config.reserved_argument", By.OPERATOR)


def test_an_extra_argument_never_replaces_a_credential() -> None:
    with pytest.raises(Fault, match=r"config\.reserved_argument"):
        token.refresh(
            URL, CLIENT, "none", refresh_token=Secret("r"), extra=Extra((("refresh_token", "x"),))
        )
    for name in ("username", "password"):
        with pytest.raises(Fault, match=r"config\.reserved_argument"):
            token.password(
                URL,
                CLIENT,
                "none",
                username="u",
                password=Secret("p"),
                extra=Extra(((name, "x"),)),
            )
