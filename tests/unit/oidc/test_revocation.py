from collections.abc import Callable
from urllib.parse import parse_qsl

import pytest

from gatepost.oidc import Client, Extra, revocation
from gatepost.values import By, Fault, Reply, Secret

Answer = Callable[..., Reply]


def test_a_token_is_sent_to_be_revoked() -> None:
    call = revocation.request(
        "https://i/revoke",
        Secret("t"),
        Client("gate", Secret("s")),
        "client_secret_post",
        hint="refresh_token",
    )
    assert dict(parse_qsl(call.body.decode())) == {
        "token": "t",
        "token_type_hint": "refresh_token",
        "client_id": "gate",
        "client_secret": "s",
    }
    assert call.purpose == "revocation"


def test_a_provider_may_call_the_field_otherwise_and_want_more() -> None:
    call = revocation.request(
        "https://i/revoke",
        Secret("canary"),
        Client("gate"),
        "none",
        parameter="refresh",
        extra=Extra((("tenant", "a"),), (("X-Tenant", "1"),)),
    )
    assert parse_qsl(call.body.decode()) == [
        ("refresh", "canary"),
        ("token_type_hint", "access_token"),
        ("tenant", "a"),
        ("client_id", "gate"),
    ]
    assert call.headers.get("x-tenant") == "1"
    assert "canary" not in repr(call)


def test_an_extra_argument_never_replaces_the_token() -> None:
    for name in ("token", "token_type_hint", "client_id"):
        with pytest.raises(Fault, match=r"config\.reserved_argument"):
            revocation.request(
                "https://i/revoke",
                Secret("t"),
                Client("gate"),
                "none",
                extra=Extra(((name, "x"),)),
            )


def test_a_revoked_token_is_no_news(answer: Answer) -> None:
    revocation.read(answer("", media=""))


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (401, "provider.refused_our_credentials"),
        (403, "provider.refused_our_credentials"),
        (400, "provider.bad_status"),
        (302, "provider.bad_status"),
        (503, "provider.bad_status"),
    ],
)
def test_any_other_status_is_a_failure(answer: Answer, status: int, code: str) -> None:
    with pytest.raises(Fault) as raised:
        revocation.read(answer("", status=status))
    assert (raised.value.code, raised.value.by) == (code, By.PROVIDER)
