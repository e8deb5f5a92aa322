import re

import pytest

from gatepost.idp import IdentityProvider, read_seed
from gatepost.idp.asking import Asking
from gatepost.idp.browser import cookies
from gatepost.idp.endpoints import World
from gatepost.values import FixedClock


def asking(cookie: str) -> Asking:
    return Asking("GET", [(b"cookie", cookie.encode())] if cookie else [], b"")


def world_of(issuer: str) -> World:
    return IdentityProvider(
        issuer=issuer, seed=read_seed(), clock=FixedClock(1.0), alg="ES256"
    ).world


def test_a_browser_gets_one_secret_and_keeps_it(world: World) -> None:
    secret, (header,) = cookies.browser(world, asking(""))
    assert header[0] == "set-cookie"
    pair, *attributes = header[1].split("; ")
    assert re.fullmatch(r"gatepost_idp_browser_80_[0-9a-f]{8}", pair.removesuffix(f"={secret}"))
    assert attributes == ["Path=/", "HttpOnly", "SameSite=Lax"]
    assert cookies.browser(world, asking(pair)) == (secret, ())
    assert cookies.known_browser(world, asking(pair)) == [secret]
    assert cookies.known_browser(world, asking("")) == []


def test_two_pages_that_open_at_once_take_nothing_from_each_other(world: World) -> None:
    one, (first,) = cookies.browser(world, asking(""))
    two, (second,) = cookies.browser(world, asking(""))
    both = asking("; ".join(header[1].partition(";")[0] for header in (first, second)))
    assert cookies.known_browser(world, both) == [one, two]
    assert cookies.browser(world, both) == (one, ())


@pytest.mark.parametrize("value", ["", "x", "a" * 42, "a" * 44, "a" * 42 + "!", "a" * 42 + '"'])
def test_a_secret_that_was_not_made_here_is_replaced(world: World, value: str) -> None:
    secret, headers = cookies.browser(world, asking(f"gatepost_idp_browser_80_0000={value}"))
    assert secret != value
    assert len(headers) == 1


def test_a_session_is_handed_over_and_taken_back(world: World) -> None:
    user = world.directory.user_by_login("alice")
    assert user is not None
    session = world.sessions.start(user)
    _, value = cookies.signed_in(world, session)
    pair, *attributes = value.split("; ")
    assert attributes == ["Path=/", "HttpOnly", "SameSite=Lax"]
    assert cookies.session(world, asking(pair)) is session
    assert cookies.session(world, asking(f"{pair}; {pair}")) is None
    _, gone = cookies.signed_out(world)
    assert gone == "gatepost_idp_session_80=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0"


def test_names_hold_the_port_since_cookies_know_none() -> None:
    for issuer, port, secure in (
        ("http://127.0.0.1:8180/oauth2/default", 8180, False),
        ("http://localhost/oauth2/default", 80, False),
        ("https://idp.example/oauth2/default", 443, True),
    ):
        _, value = cookies.signed_out(world_of(issuer))
        assert value.startswith(f"gatepost_idp_session_{port}=;")
        assert ("; Secure" in value) is secure
