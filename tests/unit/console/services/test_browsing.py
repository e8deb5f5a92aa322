import asyncio
from typing import Any

import pytest

from gatepost.console.parts import text
from gatepost.console.services.browsing import browsing, each, first
from tests.unit.console.hands import click, until
from tests.unit.console.shown import admin_api, opened, ui, view_of

pytestmark = pytest.mark.anyio


async def test_a_hundred_are_shown_then_more_and_all_are_searched() -> None:
    async def fetch(wanted: int) -> tuple[list[dict[str, Any]], bool]:
        return [{"name": f"n{n}"} for n in range(min(wanted, 150))], wanted < 150

    async def hits(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return found

    async def build(view: Any) -> None:
        browsing(
            view,
            kinds=("routes", "services"),
            fetch=fetch,
            hits=hits,
            draw=lambda rows: text(f"{len(rows)} rows, last {rows[-1]['name']}"),
            nothing=lambda: text("none at all"),
            label="Find one",
        )

    async with admin_api() as (api, answers), opened(build, view_of(api)) as user:
        await user.should_see("100 rows, last n99")
        await click(user, "Show more")
        await user.should_see("150 rows, last n149")
        await user.should_not_see("Show more")
        (box,) = user.find(kind=ui.input).elements
        answers.say("/search", {"data": [{"name": "x"}], "total": 7})
        box.set_value("  some thing ")
        await user.should_see("1 rows, last x")
        await user.should_see("1 of 7 found")
        assert dict(answers.asked[-1].query) == {
            "q": "some thing", "kinds": "routes,services", "size": "100"
        }  # fmt: skip
        answers.say("/search", {"data": [], "total": 0})
        box.set_value("<b>")
        await user.should_see("Nothing here is called '<b>'.")
        box.set_value("")
        await user.should_see("100 rows, last n99")


async def test_nothing_at_all_teaches_and_a_short_list_has_no_box() -> None:
    rows: list[dict[str, Any]] = []

    async def fetch(_: int) -> tuple[list[dict[str, Any]], bool]:
        return list(rows), False

    async def build(view: Any) -> None:
        made = browsing(
            view,
            kinds=(),
            fetch=fetch,
            hits=lambda found: asyncio.sleep(0, found),
            draw=lambda _: text("a few"),
            nothing=lambda: text("none at all"),
            label="Find one",
        )
        ui.button("again", on_click=made.live.refresh)

    async with admin_api() as (api, _), opened(build, view_of(api)) as user:
        await user.should_see("none at all")
        rows.append({})
        await click(user, "again")
        await user.should_see("a few")
        await user.should_not_see("Find one")


async def test_pages_are_followed_as_far_as_is_wanted() -> None:
    async with admin_api() as (api, answers):
        answers.say("/x", {"data": [{"n": 1}] * 100, "offset": "more"})
        items, more = await first(api, "/x", 150)
        assert (len(items), more, len(answers.asked)) == (150, True, 2)
        assert answers.asked[1].query["offset"] == "more"
        answers.say("/x", {"data": [{"n": 1}] * 3, "offset": None})
        assert await first(api, "/x", 100) == ([{"n": 1}] * 3, False)


async def test_each_is_asked_once_and_a_few_at_a_time() -> None:
    running, most, asked = 0, 0, list[str]()

    async def one(ident: str) -> int:
        nonlocal running, most
        running += 1
        most = max(most, running)
        asked.append(ident)
        await asyncio.sleep(0.01)
        running -= 1
        return len(ident)

    got = await each(one, ["a", "bb", "a", "ccc"] * 5, at_once=2)
    assert got == {"a": 1, "bb": 2, "ccc": 3}
    assert sorted(asked) == ["a", "bb", "ccc"]
    assert most == 2
    await until(lambda: running == 0)
