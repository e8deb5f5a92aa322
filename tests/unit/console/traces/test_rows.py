from typing import Any

import pytest

from gatepost.console.traces.rows import TraceRows
from tests.unit.console.shown import User, shown
from tests.unit.console.telling.stories import HOSTILE, trace

pytestmark = pytest.mark.anyio


def where(kind: str, ident: str) -> str:
    return f"/{kind}/{ident}"


def lines(user: User) -> list[Any]:
    assert user.client is not None
    (body,) = [one for one in user.client.elements.values() if one.tag == "tbody"]
    return list(body.default_slot.children)


def words(element: Any) -> str:
    return " ".join(str(getattr(one, "text", "")) for one in element.descendants())


async def test_a_row_says_what_when_who_and_how() -> None:
    made: list[TraceRows] = []
    told = trace("wrong audience", consumer={"id": "c", "username": "ann"}, memory="level1")
    async with shown(lambda: made.append(TraceRows(where))) as user:
        made[0].show([told], {told["route"]: "orders"})
        (line,) = lines(user)
        said = words(line)
        for part in (
            "GET /x", "403 refused", "not for an audience", "ann", "remembered", "20 ms", "orders",
        ):  # fmt: skip
            assert part in said, part
        titles = [one.props["data-title"] for one in line.default_slot.children]
        assert titles == ["When", "Request", "Outcome", "Who", "Decision", "Took"]


async def test_rows_come_go_and_change_one_by_one() -> None:
    made: list[TraceRows] = []
    a, b, c = (trace("no token", id=one * 32) for one in "abc")
    async with shown(lambda: made.append(TraceRows(where))) as user:
        made[0].show([b, a], {})
        before = lines(user)
        made[0].show([c, b, a], {})
        after = lines(user)
        assert after[1:] == before
        assert "gp-new" in after[0].classes
        unfinished = {**c, "seconds": None}
        made[0].show([unfinished, b], {})
        assert lines(user) == after[:2]
        assert "20 ms" not in words(lines(user)[0])
        made[0].show([a, c], {})
        links = [
            one.props["href"]
            for line in lines(user)
            for one in line.descendants()
            if str(one.props.get("href", "")).startswith("/traces/")
        ]
        assert links == ["/traces/" + "a" * 32, "/traces/" + "c" * 32]
        made[0].show([], {})
        assert lines(user) == []


async def test_the_apis_own_failure_is_told_apart_from_a_refusal() -> None:
    made: list[TraceRows] = []
    async with shown(lambda: made.append(TraceRows(where))) as user:
        made[0].show([trace("accepted", status=404), trace("nowhere", id="n")], {})
        assert "The 404 is the API's own answer." in words(lines(user)[0])
        assert "no Route matched" in words(lines(user)[1])


async def test_hostile_words_are_text() -> None:
    made: list[TraceRows] = []
    names = ("method", "path", "host", "message", "outcome", "memory")
    told = trace("nowhere", **dict.fromkeys(names, HOSTILE), at=None, seconds=None)
    told |= {"code": HOSTILE, "consumer": {"id": HOSTILE, "username": HOSTILE}, "route": HOSTILE}
    async with shown(lambda: made.append(TraceRows(where))) as user:
        made[0].show([told], {HOSTILE: HOSTILE})
        await user.should_see(HOSTILE)
        for one in lines(user)[0].descendants():
            assert "innerHTML" not in one.props
