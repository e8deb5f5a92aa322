from collections.abc import Callable
from urllib.parse import parse_qsl

import pytest

from gatepost.oidc import Client, revocation
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
