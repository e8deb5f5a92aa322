import json
from typing import Any

import pytest
from pydantic import ValidationError

from gatepost.plugin.canonical import canonical, expanded, filled, patched, with_old_names
from tests.unit.plugin.configs import kinds

EVERYTHING: dict[str, Any] = {
    "name": "n",
    "rate": None,
    "words": None,
    "methods": ["POST", "GET"],
    "headers": {"x-b": "2", "x-a": "1"},
    "limits": {"b": 1, "a": 2},
    "anything": [1, {"b": None}],
    "server": {"port": 81},
    "spare": {"host": "localhost"},
    "servers": [{"port": 80}, {"host": "h", "password": "p"}],
}


def test_defaults_are_left_out_also_deep_inside() -> None:
    assert canonical(kinds, {"name": "n", "mode": "a", "rate": 1, "server": {"port": 80}}) == {
        "name": "n"
    }
    assert canonical(kinds, EVERYTHING) == {
        **EVERYTHING,
        "methods": ["GET", "POST"],
        "spare": {},
        "servers": [{}, {"host": "h", "password": "p"}],
    }


def test_the_order_of_maps_and_sets_says_nothing() -> None:
    other = {**EVERYTHING, "methods": ["GET", "POST"], "limits": {"a": 2, "b": 1}}
    assert json.dumps(canonical(kinds, other)) == json.dumps(canonical(kinds, EVERYTHING))


def test_a_null_that_says_something_is_kept() -> None:
    assert canonical(kinds, {"name": "n", "words": None}) == {"name": "n", "words": None}


def test_everything_is_shown() -> None:
    whole = expanded(kinds, {"name": "n", "servers": [{}]})
    assert whole == {
        "name": "n",
        "mode": "a",
        "count": 3,
        "rate": 1,
        "on": True,
        "words": ["x"],
        "methods": [],
        "headers": {},
        "limits": None,
        "anything": None,
        "server": {"host": "localhost", "port": 80, "password": None},
        "spare": None,
        "servers": [{"host": "localhost", "port": 80, "password": None}],
        "either": None,
        "later": {"key": None, "on": False},
        "keys": None,
    }


def test_a_whole_number_is_shown_without_a_fraction() -> None:
    assert json.dumps(canonical(kinds, {"name": "n", "rate": 2.0})["rate"]) == "2"


def test_one_form_leads_to_the_other() -> None:
    short, whole = canonical(kinds, EVERYTHING), expanded(kinds, EVERYTHING)
    assert canonical(kinds, whole) == short
    assert kinds.read(EVERYTHING) == kinds.read(short)
    assert {**whole, "later": None} == {**expanded(kinds, short), "later": None}


def test_what_is_not_valid_is_refused() -> None:
    with pytest.raises(ValidationError):
        canonical(kinds, {"name": "n", "mode": "c"})


def test_what_is_stored_is_shown_even_when_it_is_valid_no_more() -> None:
    assert filled(kinds, {"mode": "c", "unknown": 1})["mode"] == "c"
    assert filled(kinds, {"mode": "c", "unknown": 1})["unknown"] == 1


def test_filling_shares_nothing_with_the_schema() -> None:
    filled(kinds, {"name": "n"})["server"]["port"] = 1
    filled(kinds, {"name": "n"})["words"].append("y")
    assert filled(kinds, {"name": "n"})["server"]["port"] == 80
    assert filled(kinds, {"name": "n"})["words"] == ["x"]


def test_a_change_is_laid_over_what_is_stored() -> None:
    stored = {"name": "n", "server": {"port": 81}, "words": ["a"], "limits": {"a": 1}}
    change = {"server": {"host": "h"}, "words": ["b"], "limits": {"b": 1}, "mode": None}
    assert patched(kinds, stored, change) == {
        "name": "n",
        "server": {"port": 81, "host": "h"},
        "words": ["b"],
        "limits": {"b": 1},
        "mode": None,
    }


def test_an_old_name_in_a_change_replaces_what_is_stored() -> None:
    stored = {"name": "n", "server": {"port": 81, "host": "h"}, "words": ["a"]}
    assert patched(kinds, stored, {"host": "i", "word": None}) == {
        "name": "n",
        "server": {"port": 81},
        "words": ["a"],
        "host": "i",
        "word": None,
    }


def test_old_names_stand_beside_todays_where_they_are_asked_for() -> None:
    shown = with_old_names(kinds, expanded(kinds, {"name": "n", "server": {"host": "h"}}))
    assert (shown["host"], shown["password"], shown["word"]) == ("h", None, "x")
    assert "gone" not in shown
    assert with_old_names(kinds, {"words": ["a", "b"]})["word"] is None
