from typing import Any

import pytest

from gatepost.cli.plan_shown import lines, show, summary
from tests.unit.cli.answering import DONE, NOTHING, PLAN


def _plan(*fields: tuple[str, Any, Any], name: str = "service a") -> dict[str, Any]:
    told = [{"field": field, "before": was, "after": is_} for field, was, is_ in fields]
    return {"changes": [{"action": "update", "name": name, "fields": told}]}


def test_a_plan_is_a_line_for_each_change(capsys: pytest.CaptureFixture[str]) -> None:
    show(PLAN)
    assert capsys.readouterr().out.splitlines() == [
        "+ create route orders",
        "~ update service billing: read_timeout 60000 -> 5000",
    ]


def test_several_fields_stand_below() -> None:
    found = _plan(("tags", [], ["a"]), ("path", None, "/x"), ("name", "a", "b c"))
    assert [line for line, _ in lines(found)] == [
        "~ update service a:",
        '    tags [] -> ["a"]',
        "    path (not set) -> /x",
        '    name a -> "b c"',
    ]


def test_long_and_hostile_values_stay_on_their_line() -> None:
    (found,) = lines(_plan(("x", "a" * 500, "\x1b[2J\n"), name="service \x1b[31m"))
    assert "\x1b" not in found[0]
    assert "\n" not in found[0]
    assert len(found[0]) < 200


def test_the_summary_counts() -> None:
    assert summary(PLAN) == "1 to create, 1 to update, 0 to delete."
    assert summary(DONE, done=True) == "1 created, 1 updated, 0 deleted."
    assert summary(NOTHING) == "Nothing to change."


def test_on_a_terminal_nothing_in_brackets_is_a_colour(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    show(_plan(("x", "[red]", "[/red]")))
    assert "x [red] -> [/red]" in capsys.readouterr().out
