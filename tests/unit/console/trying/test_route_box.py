import pytest

from gatepost.console.trying.route_box import read_headers, request_box, written
from tests.unit.console.shown import press
from tests.unit.console.trying.desks import HOSTILE, at_desk, soon

pytestmark = pytest.mark.anyio


async def test_a_route_is_found_and_chosen() -> None:
    async with at_desk(request_box) as page:
        hit = {"kind": "routes", "id": "r1", "name": "orders", "about": HOSTILE, "parents": []}
        page.answers.say("/search", {"data": [hit], "total": 12})
        page.box("route").set_value("ord")
        await page.user.should_see("and 11 more")
        await page.user.should_see("<script>alert(1)</script>")
        press(page.user, "orders")
        await soon(lambda: page.desk.trial.route)
        await page.user.should_see("bearer")
        assert page.box("path").value == "/orders"


async def test_a_route_that_is_not_there_is_said_to_be_so() -> None:
    async with at_desk(request_box) as page:
        page.answers.say("/search", {"data": [], "total": 0})
        page.box("route").set_value("nothing")
        await page.user.should_see("No route is called 'nothing'.")


async def test_what_is_typed_is_sent() -> None:
    async with at_desk(request_box) as page:
        page.box("path").set_value("/a?b")
        page.box("headers").set_value("X-A: 1\nX-B:2")
        page.box("body").set_value("hello")
        page.box("host").set_value("api.test")
        press(page.user, "Send")
        await soon(lambda: page.desk.sent)
        (asked,) = page.asked("/try/request")
        assert asked["headers"] == [["X-A", "1"], ["X-B", "2"]]
        expected = ("/a?b", "hello", "api.test")
        assert (asked["path"], asked["body"], asked["host"]) == expected


async def test_what_cannot_be_sent_is_said_instead() -> None:
    async with at_desk(request_box) as page:
        page.box("path").set_value("no slash")
        press(page.user, "Send")
        await page.user.should_see("The path begins with a slash.")
        assert not page.asked("/try/request")


async def test_without_a_gateway_it_says_how_to_get_one() -> None:
    async with at_desk(request_box, lambda desk: desk.gateways.clear()) as page:
        await page.user.should_see("No node is connected")


@pytest.mark.parametrize(
    ("lines", "found", "wrong"),
    [
        ("", (), None),
        ("A: 1\n\n B :2:3 \n", (("A", "1"), ("B", "2:3")), None),
        ("A: 1\nno header\nB: 2", (("A", "1"),), "no header"),
        (": x", (), ": x"),
    ],
)
def test_headers_are_read_line_by_line(
    lines: str, found: tuple[tuple[str, str], ...], wrong: str | None
) -> None:
    assert read_headers(lines) == (found, wrong)


def test_headers_that_are_written_are_read_again() -> None:
    headers = (("A", "1"), ("B", ""))
    assert read_headers(written(headers)) == (headers, None)
