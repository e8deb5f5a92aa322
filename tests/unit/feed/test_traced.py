from typing import Any

import pytest

from gatepost.feed.traced import read_entry

ENTRY: dict[str, Any] = {"id": "a1", "at": 7.5, "outcome": "forward", "memory": "none"}


def test_an_entry_is_read_and_a_field_that_is_not_known_is_passed_over() -> None:
    entry = read_entry({**ENTRY, "newer": 1, "status": 200, "detail": {"steps": []}})
    assert entry is not None
    assert (entry.id, entry.status, entry.detail) == ("a1", 200, {"steps": []})
    assert "detail" not in entry.summary()
    assert entry.summary()["memory"] == "none"


@pytest.mark.parametrize(
    "more",
    [
        {"id": "../x"},
        {"id": ""},
        {"id": "a" * 65},
        {"at": "now"},
        {"at": float("nan")},
        {"outcome": "won"},
        {"memory": 1},
        {"status": -1},
        {"path": "/" * 1025},
        {"mark": "<script>"},
        {"seconds": -1.0},
        {"detail": []},
    ],
)
def test_what_is_no_entry_is_none(more: dict[str, Any]) -> None:
    assert read_entry({**ENTRY, **more}) is None


def test_a_detail_that_is_too_large_or_too_deep_is_left_out() -> None:
    deep: Any = {}
    for _ in range(40):
        deep = {"x": deep}
    for detail in (deep, {"x": "y" * 70_000}):
        entry = read_entry({**ENTRY, "detail": detail})
        assert entry is not None
        assert entry.detail is None
