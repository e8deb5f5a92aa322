from urllib.parse import parse_qsl

import pytest

from gatepost.oidc import Client, Extra
from gatepost.oidc.form_call import form_call
from gatepost.values import By, Call, Fault, Secret, Transport

URL = "https://issuer.example/token"


def _call(*, method: str = "client_secret_basic", extra: Extra) -> Call:
    client = Client("gate", Secret("s"))
    return form_call(
        URL, (("token", "t"),), client=client, method=method, purpose="test", extra=extra
    )


def test_a_form_is_posted_with_extras_in_order() -> None:
    extra = Extra((("resource", "a&b=ü"), ("resource", "c d")), (("X-Tenant", "1"),))
    call = _call(extra=extra)
    assert parse_qsl(call.body.decode()) == [
        ("token", "t"),
        ("resource", "a&b=ü"),
        ("resource", "c d"),
    ]
    assert call.headers.get("content-type") == "application/x-www-form-urlencoded"
    assert call.headers.get("x-tenant") == "1"
    assert len(call.headers.all("authorization")) == 1
    assert (call.method, call.purpose, call.transport) == ("POST", "test", Transport())


@pytest.mark.parametrize(
    "name", ["token", "grant_type", "client_id", "client_secret", "client_assertion"]
)
def test_an_extra_argument_cannot_double_a_protocol_parameter(name: str) -> None:
    with pytest.raises(Fault) as raised:
        _call(extra=Extra(((name, "x"),)))
    assert (raised.value.code, raised.value.by) == ("config.reserved_argument", By.OPERATOR)


@pytest.mark.parametrize("name", ["Authorization", "Content-Type", "HOST", "Accept"])
def test_an_extra_header_cannot_double_a_protocol_header(name: str) -> None:
    with pytest.raises(Fault) as raised:
        _call(extra=Extra(headers=((name, "x"),)))
    assert raised.value.code == "config.reserved_header"


def test_an_own_authorization_is_allowed_where_the_client_sends_none() -> None:
    call = _call(method="none", extra=Extra(headers=(("Authorization", "Bearer k"),)))
    assert call.headers.all("authorization") == ("Bearer k",)


@pytest.mark.parametrize("value", ["a\r\nx: y", "a\x00", "\x7f"])
def test_a_copied_header_cannot_begin_another(value: str) -> None:
    with pytest.raises(Fault) as raised:
        _call(extra=Extra(headers=(("X-Copied", value),)))
    assert (raised.value.code, raised.value.by) == ("request.bad_header", By.CLIENT)


def test_extras_are_not_shown() -> None:
    extra = Extra((("key", "canary-3"),), (("x-key", "canary-4"),))
    assert "canary" not in repr(extra) + repr(_call(extra=extra))
