import time
from typing import Any

import pytest

from gatepost.console.parts.chart import chart, joined, number
from tests.unit.console.shown import admin_api, opened, press, view_of

pytestmark = pytest.mark.anyio
HOSTILE = '<script>alert(1)</script>\u202e"'


def told(*lines: tuple[dict[str, str], dict[str, float]]) -> dict[str, Any]:
    end = int(time.time()) // 10 * 10 + 10
    shown = [
        {"labels": labels, "total": values, "points": [[end - 600, values]]}
        for labels, values in lines
    ]
    return {"what": "requests", "step": 10, "begin": end - 3600, "end": end, "lines": shown}


async def test_it_says_in_words_what_it_shows_and_has_a_table() -> None:
    async with admin_api() as (api, answers):
        answers.say("/telemetry", told(({"code": "2xx"}, {"n": 1200}), ({"code": "5xx"}, {"n": 3})))

        async def build(view: Any) -> None:
            chart(view, "Traffic", where={"service": "abc"})

        async with opened(build, view_of(api)) as user:
            await user.should_see("Traffic")
            await user.should_see("1,200")
            asked = dict(answers.asked[0].query)
            assert asked == {
                "what": "requests", "by": "code", "service": "abc", "interval": "1h"
            }  # fmt: skip
            picture = next(
                one for one in user.client.elements.values() if one.props.get("role") == "img"
            )
            assert picture.props["aria-label"].startswith(
                "Traffic, last hour: 1,203 requests. 2xx: 1,200; 5xx: 3. Most: 1,203, "
            )
            press(user, "As a table")
            await user.should_see("When")
            press(user, "Hide the table")
            await user.should_not_see("When")


async def test_another_interval_is_asked_for_and_marked() -> None:
    async with admin_api() as (api, answers):
        answers.say("/telemetry", told())

        async def build(view: Any) -> None:
            chart(view, "Traffic")

        async with opened(build, view_of(api)) as user:
            await user.should_see("Nothing was counted in the last hour.")
            press(user, "24h")
            await user.should_see("Nothing was counted in the last 24 hours.")
            assert answers.asked[-1].query["interval"] == "24h"
            pressed = {
                one.props["aria-label"]: one.props["aria-pressed"]
                for one in user.client.elements.values()
                if "aria-pressed" in one.props
            }
            assert pressed["Last 24 hours"] == "true"
            assert pressed["Last hour"] == "false"


async def test_latencies_are_lines_in_units_of_time() -> None:
    async with admin_api() as (api, answers):
        answers.say("/telemetry", told(({}, {"n": 9, "p50": 0.012, "p95": 1.5})))

        async def build(view: Any) -> None:
            chart(view, "Latency", what="latency", by="", measures=("p50", "p95"))

        async with opened(build, view_of(api)) as user:
            await user.should_see("12 ms")
            await user.should_see("1.5 s")
            assert "by" not in answers.asked[0].query


async def test_names_of_lines_are_text_whatever_they_are() -> None:
    async with admin_api() as (api, answers):
        answers.say("/telemetry", told(({"consumer": HOSTILE}, {"n": 2})))

        async def build(view: Any) -> None:
            chart(view, "Who", what="consumers", by="consumer")

        async with opened(build, view_of(api)) as user:
            await user.should_see(HOSTILE)
            (shown,) = [
                one for one in user.find(HOSTILE).elements if one.props.get("dir") == "auto"
                and one.tag == "span"
            ]  # fmt: skip
            assert "innerHTML" not in shown.props


def test_numbers_are_short_and_lines_without_labels_have_a_name() -> None:
    assert [number(one) for one in (0, 950, 1234, 12345, 4_500_000, 0.25)] == [
        "0", "950", "1,234", "12.3k", "4.5M", "0.2"
    ]  # fmt: skip
    assert joined({}) == "all"
    assert joined({"service": "", "code": "2xx"}) == "none, 2xx"
