"""The console's process, over a real control plane."""

from collections.abc import Iterator

import pytest

from tests.console_world import Console, console
from tests.integration.admin_world import Admin, control_plane

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def world() -> Iterator[tuple[Console, Admin]]:
    with control_plane() as admin, console(f"http://127.0.0.1:{admin.port}") as one:
        yield one, admin


def test_a_browser_here_may_what_any_program_here_may(world: tuple[Console, Admin]) -> None:
    one, _ = world
    status, headers, text = one.ask("/")
    assert status == 200
    assert "loopback" in text
    assert headers["cache-control"] == "no-store"
    assert "'nonce-" in headers["content-security-policy"]


@pytest.mark.parametrize("name", ["X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"])
def test_a_browser_that_came_through_a_proxy_does_not_get_the_rights_of_this_machine(
    world: tuple[Console, Admin], name: str
) -> None:
    one, _ = world
    status, headers, _ = one.ask("/", headers={name: "10.0.0.1"})
    assert (status, headers["location"]) == (303, "/enter?to=%2F")


def test_a_name_that_was_rebound_gets_nothing(world: tuple[Console, Admin]) -> None:
    one, _ = world
    for path in (
        "/",
        "/enter",
        "/static/console.js",
        "/_nicegui_ws/socket.io/?EIO=4&transport=polling",
    ):
        status, _, text = one.ask(path, headers={"Host": "evil.example"})
        assert status == 403
        assert "GATEPOST_CONSOLE_NAMES" in text


def test_a_control_plane_that_is_not_there_is_said_not_to_be(world: tuple[Console, Admin]) -> None:
    one, admin = world
    status, _, text = one.ask("/?plane=7a1f1b0e-0000-4000-8000-000000000000")
    assert status == 200
    assert "There is no such control plane" in text
    made = admin.json("POST", "/v2/control-planes", {"name": "second"}).json()
    status, _, text = one.ask(f"/?plane={made['id']}")
    assert status == 200
    assert "There is no such control plane" not in text
    assert "second" in text


def test_the_looks_of_each_page_are_loaded_and_nothing_from_elsewhere(
    world: tuple[Console, Admin],
) -> None:
    one, _ = world
    _, _, text = one.ask("/")
    for path in ("/static/console.css", "/static/pages/overview.css", "/static/console.js"):
        assert f'"{path}"' in text
        assert one.ask(path)[0] == 200
    assert "https://" not in text


def test_nothing_of_the_library_that_is_not_wanted_is_served(world: tuple[Console, Admin]) -> None:
    one, _ = world
    for path in ("/docs", "/openapi.json", "/redoc"):
        assert one.ask(path)[0] == 404
