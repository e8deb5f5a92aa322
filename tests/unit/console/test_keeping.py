import pytest

from gatepost.console import keeping
from gatepost.console.keeping import COOKIE, LOGIN_COOKIE, Keeper
from gatepost.values import Secret

URL = "http://127.0.0.1:8001"
SECRET = bytes(range(32))


def test_what_is_kept_comes_back_after_a_restart_and_cannot_be_read_in_the_cookie() -> None:
    sealed = Keeper(SECRET, URL).sealed(Secret("gpa_token"))
    assert "gpa_token" not in sealed
    found = Keeper(SECRET, URL).credentials({COOKIE: sealed}, address=None)
    assert found.token == Secret("gpa_token")


def test_a_cookie_of_another_key_or_for_another_admin_api_is_none() -> None:
    sealed = Keeper(SECRET, URL).sealed(Secret("gpa_token"))
    assert Keeper(bytes(32), URL).credentials({COOKIE: sealed}, address=None).token is None
    assert Keeper(SECRET, URL + "0").credentials({COOKIE: sealed}, address=None).token is None


@pytest.mark.parametrize("cookie", ["", "x", "A" * 5000, "é", "AQ" * 40])
def test_garbage_is_no_cookie(cookie: str) -> None:
    assert not Keeper(SECRET, URL).credentials({COOKIE: cookie}, address=None).given


def test_a_token_is_asked_for_again_after_twelve_hours(monkeypatch: pytest.MonkeyPatch) -> None:
    sealed = Keeper(SECRET, URL).sealed(Secret("gpa_token"))
    later = keeping.time.time() + keeping.SECONDS + 1
    monkeypatch.setattr(keeping.time, "time", lambda: later)
    assert Keeper(SECRET, URL).credentials({COOKIE: sealed}, address=None).token is None


def test_a_token_goes_before_a_login_and_the_address_of_the_browser_stays() -> None:
    keeper = Keeper(SECRET, URL)
    sealed = keeper.sealed(Secret("gpa_token"))
    both = keeper.credentials({COOKIE: sealed, LOGIN_COOKIE: "l"}, address="10.1.1.1")
    assert (both.token, both.login, both.address) == (Secret("gpa_token"), None, "10.1.1.1")
    login = keeper.credentials({LOGIN_COOKIE: "l"}, address=None)
    assert login.login == Secret("l")
