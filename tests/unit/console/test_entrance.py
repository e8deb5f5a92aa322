"""Coming in, over a real console and a real control plane."""

import asyncio
from collections.abc import Iterator
from urllib.parse import unquote

import pytest

from tests.console_world import Console, console
from tests.integration.admin_world import Admin, control_plane
from tests.unit.console.shown import admin_api

pytestmark = pytest.mark.slow
FIRST = "0123456789abcdef-first"


@pytest.fixture(scope="module")
def world() -> Iterator[tuple[Console, Admin]]:
    with (
        control_plane(ADMIN_CLOSED="on", ADMIN_TOKEN=FIRST) as admin,
        console(f"http://127.0.0.1:{admin.port}") as one,
    ):
        yield one, admin


def test_who_is_not_known_is_asked_and_comes_back_to_the_page(
    world: tuple[Console, Admin],
) -> None:
    one, _ = world
    status, headers, _ = one.ask("/?x=1")
    assert status == 303
    assert unquote(headers["location"]) == "/enter?to=/?x=1"
    status, headers, text = one.ask(headers["location"])
    assert status == 200
    assert 'value="/?x=1"' in text
    assert "/auth/login" not in text  # nobody logs in to this Admin API
    assert "default-src 'none'" in headers["content-security-policy"]


def test_a_good_token_is_kept_sealed_and_opens_the_pages(world: tuple[Console, Admin]) -> None:
    one, _ = world
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    status, headers, _ = one.ask("/enter", "POST", f"token={FIRST}&to=/%3Fx%3D1", form)
    assert (status, headers["location"]) == (303, "/?x=1")
    cookie = headers["set-cookie"]
    assert FIRST not in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    status, _, text = one.ask("/", headers={"Cookie": cookie.partition(";")[0]})
    assert status == 200
    assert "Overview" in text
    assert FIRST not in text


@pytest.mark.parametrize("token", ["wrong-token-0123456789", "", "a b", "é", "x" * 5000, "a%0Ab"])
def test_a_bad_token_is_refused_in_words_without_being_shown(
    world: tuple[Console, Admin], token: str
) -> None:
    one, _ = world
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    status, headers, text = one.ask("/enter", "POST", f"token={token}", form)
    assert status == 400
    assert "set-cookie" not in headers
    assert 'role="alert"' in text
    assert not token or token not in text


@pytest.mark.parametrize(
    "to", ["//evil.example", "https://evil.example", "/\\evil", "javascript:x"]
)
def test_nobody_is_led_to_another_site(world: tuple[Console, Admin], to: str) -> None:
    one, _ = world
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    status, headers, _ = one.ask("/enter", "POST", f"token={FIRST}&to={to}", form)
    assert (status, headers["location"]) == (303, "/")


def test_a_page_of_another_origin_cannot_sign_somebody_in_or_out(
    world: tuple[Console, Admin],
) -> None:
    one, _ = world
    for path in ("/enter", "/leave"):
        status, _, _ = one.ask(path, "POST", "", {"Origin": "http://evil.example"})
        assert status == 403


def test_who_leaves_is_forgotten_and_a_revoked_token_opens_nothing(
    world: tuple[Console, Admin],
) -> None:
    one, admin = world
    bearer = {"Authorization": f"Bearer {FIRST}"}
    made = admin.json("POST", "/tokens", {"name": "t", "role": "viewer"}, **bearer).json()
    cookie = one.enter(made["token"])
    assert one.ask("/", headers={"Cookie": cookie})[0] == 200
    admin.json("DELETE", f"/tokens/{made['id']}", **bearer)
    assert one.ask("/", headers={"Cookie": cookie})[0] == 303
    status, headers, _ = one.ask("/leave", "POST")
    assert status == 303
    assert 'gatepost_console=""' in headers["set-cookie"]
    assert 'gatepost_admin=""' in headers["set-cookie"]


def test_where_the_admin_api_is_away_that_is_what_is_said() -> None:
    from tests.ports import free_port

    with console(f"http://127.0.0.1:{free_port()}") as alone:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        status, _, text = alone.ask("/enter", "POST", f"token={FIRST}", form)
        assert status == 400
        assert "does not answer" in text
        status, _, text = alone.ask("/auth/login")
        assert status == 400
        assert "nobody can log in now" in text
        status, _, text = alone.ask("/")
        assert status == 200
        assert "The control plane does not answer" in text


@pytest.mark.anyio
async def test_a_login_is_passed_on_with_its_own_cookies_and_nothing_else() -> None:
    async with admin_api() as (api, answers):
        answers.say("/auth/login", {"message": "no"}, 401)
        with console(api.url) as one:
            sent = {
                "Cookie": 'gatepost_console=sealed; other="x; gatepost_admin_flow=abc"; '
                "gatepost_admin=def=",
                "X-Forwarded-For": "127.0.0.1",
                "Authorization": "Bearer x",
                "X-Other": "y",
            }
            path = "/auth/login?return_to=%2F&x=%0d%0aSet-Cookie:%20a"
            status, headers, _ = await asyncio.to_thread(one.ask, path, headers=sent)
            assert status == 400
            assert "set-cookie" not in headers
        (asked,) = [one for one in answers.asked if "Cookie" in one.headers]
        assert asked.headers["Cookie"] == 'gatepost_admin_flow=abc"; gatepost_admin=def='
        assert asked.headers["X-Forwarded-For"] == "unknown"
        assert "Authorization" not in asked.headers
        assert "X-Other" not in asked.headers
