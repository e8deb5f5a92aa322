import pytest

from gatepost.console.parts.moments import ago, bytes_of, duration, moment, until


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.0000004, "0 µs"), (0.0004, "400 µs"), (0.0042, "4.2 ms"), (0.0999, "100 ms"),
        (1.24, "1.2 s"), (42, "42 s"), (300, "5 min"), (7200, "2 h"), (86400 * 12, "12 d"),
    ],
)  # fmt: skip
def test_lengths_of_time_are_read_at_a_glance(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_moments_are_told_from_now() -> None:
    assert ago(None) == "never"
    assert ago(99, 100) == "just now"
    assert ago(40, 100) == "1 min ago"
    assert until(None) == "no end"
    assert until(160, 100) == "in 1 min"
    assert until(40, 100) == "1 min ago"
    assert moment(0) == "1970-01-01 00:00:00 UTC"
    assert moment(None) == "\N{EN DASH}"


def test_sizes_have_their_units() -> None:
    assert [bytes_of(n) for n in (5, 1536, 3 * 2**20, 5 * 2**30)] == [
        "5 B", "1.5 KiB", "3.0 MiB", "5.0 GiB",
    ]  # fmt: skip
