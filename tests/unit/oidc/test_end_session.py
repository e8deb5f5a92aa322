from urllib.parse import parse_qsl, urlsplit

import pytest

from gatepost.oidc import end_session
from gatepost.values import By, Fault, Secret

URL = "https://issuer.example/logout"


def test_a_browser_is_sent_to_log_out() -> None:
    url = end_session.logout_url(
        f"{URL}?tenant=a",
        id_token_hint=Secret("a.b.c"),
        client_id="gate",
        post_logout_redirect_uri="https://app.example/bye?x=1&y=2",
        state="s+/=",
        extra=(("logout_hint", "ann"), ("ui_locales", "de en")),
    )
    assert url.startswith(f"{URL}?tenant=a&id_token_hint=a.b.c&")
    assert parse_qsl(urlsplit(url).query) == [
        ("tenant", "a"),
        ("id_token_hint", "a.b.c"),
        ("client_id", "gate"),
        ("post_logout_redirect_uri", "https://app.example/bye?x=1&y=2"),
        ("state", "s+/="),
        ("logout_hint", "ann"),
        ("ui_locales", "de en"),
    ]


def test_what_is_not_known_is_left_out() -> None:
    url = end_session.logout_url(
        URL, id_token_hint=None, client_id=None, post_logout_redirect_uri=None, state=None
    )
    assert url == URL


@pytest.mark.parametrize(
    "name", ["id_token_hint", "client_id", "post_logout_redirect_uri", "state"]
)
@pytest.mark.parametrize("own", [True, False])
def test_nobody_else_sets_what_the_protocol_says(name: str, own: bool) -> None:
    extra = () if own else ((name, "canary"),)
    with pytest.raises(Fault, match=name) as raised:
        end_session.logout_url(
            f"{URL}?{name}=canary" if own else URL,
            id_token_hint=Secret("canary"),
            client_id="gate",
            post_logout_redirect_uri="https://a",
            state="s",
            extra=extra,
        )
    assert raised.value.by is By.OPERATOR
    assert raised.value.code == ("config.endpoint_query" if own else "config.reserved_argument")
    assert "canary" not in str(raised.value)
