import pytest

from gatepost.cli.spans import ago, left, span


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-3, "0 s"),
        (0.9, "0 s"),
        (12, "12 s"),
        (60, "1 min"),
        (90, "90 s"),
        (120, "2 min"),
        (3600, "1 h"),
        (5400, "90 min"),
        (86400, "1 d"),
        (36 * 3600, "36 h"),
        (30 * 86400 - 1, "29 d"),
    ],
)
def test_a_span_is_told_in_one_unit(seconds: float, words: str) -> None:
    assert span(seconds) == words


def test_what_was_and_what_will_be() -> None:
    assert ago(12) == "12 s ago"
    assert left(7200) == "in 2 h"
    assert left(0) == "ended"
