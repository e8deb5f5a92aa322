import json
import logging
from collections.abc import Iterator

import pytest

from gatepost.authorizer.audit import Audit
from gatepost.plugin import Event


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    caplog.set_level(logging.INFO, "gatepost.audit")
    logger = logging.getLogger("gatepost.audit")
    before, logger.propagate = logger.propagate, True
    yield caplog
    logger.propagate = before


def written(caplog: pytest.LogCaptureFixture, *events: Event) -> list[str]:
    caplog.clear()
    Audit(lambda: 1_800_000_000.1234).write(events, request="abc", route="orders")
    return [record.getMessage() for record in caplog.records]


def test_an_event_is_one_line_of_json(lines: pytest.LogCaptureFixture) -> None:
    event = Event("login.done", "new", {"provider": "okta", "tries": 2, "fresh": True, "n": None})
    (line,) = written(lines, event)
    assert list(json.loads(line).items()) == [
        ("at", "2027-01-15T08:00:00.123Z"),
        ("event", "login.done"),
        ("code", "new"),
        ("request", "abc"),
        ("route", "orders"),
        ("provider", "okta"),
        ("tries", 2),
        ("fresh", True),
        ("n", None),
    ]
    assert "code" not in json.loads(written(lines, Event("logout.done"))[0])


def test_nothing_that_a_client_sent_can_end_a_line_or_colour_it(
    lines: pytest.LogCaptureFixture,
) -> None:
    hostile = 'a\r\n\x1b[31m{"event":"forged"}\u2028\u202e\x00"'
    (line,) = written(lines, Event("a", "", {"text": hostile}))
    assert line.isascii()
    assert line.isprintable()
    assert json.loads(line)["text"] == hostile


def test_details_never_stand_in_for_what_is_ours(lines: pytest.LogCaptureFixture) -> None:
    details = {"event": "forged", "at": "0", "request": "x", "route": "x", "Bad Name": 1}
    (line,) = written(lines, Event("a.b", "c", details))
    told = json.loads(line)
    assert (told["event"], told["request"], told["route"]) == ("a.b", "abc", "orders")
    assert told["malformed"] == 1
    assert "Bad Name" not in line


def test_a_line_is_short_enough_to_be_written_in_one_piece(
    lines: pytest.LogCaptureFixture,
) -> None:
    (line,) = written(lines, Event("a", "", {"text": "x" * 10_000}))
    assert len(json.loads(line)["text"]) == 257
    many = {f"d{number}": "\x00" * 256 for number in range(32)}
    (line,) = written(lines, Event("a", "", many))
    assert json.loads(line)["cut"] is True
    assert len(line) < 4000
    (line,) = written(lines, Event("a", "", {f"d{n}": n for n in range(100)}))
    assert len(json.loads(line)) == 4 + 32


def test_numbers_that_json_has_not_are_texts(lines: pytest.LogCaptureFixture) -> None:
    (line,) = written(lines, Event("a", "", {"x": float("inf"), "y": float("nan"), "z": 1.5}))
    told = json.loads(line)
    assert (told["x"], told["y"], told["z"]) == ("inf", "nan", 1.5)


def test_events_are_counted_by_words_of_the_program_alone() -> None:
    audit = Audit()
    events = [
        Event("login.done"),
        Event("login.done"),
        Event("login.failed", "state.unknown"),
        Event("Naïve", 'x"} 1\n'),
        Event("a" * 65),
        Event(""),
    ]
    audit.write(events, request="r", route="r")
    counted = {(labels["event"], labels["code"]): value for _, labels, value in audit.samples()}
    assert counted == {
        ("login.done", ""): 2,
        ("login.failed", "state.unknown"): 1,
        ("malformed", "malformed"): 1,
        ("malformed", ""): 2,
    }


def test_no_flood_of_words_makes_a_flood_of_numbers() -> None:
    audit = Audit()
    audit.write((Event(f"e{n}") for n in range(2000)), request="r", route="r")
    counted = list(audit.samples())
    assert len(counted) <= 501
    assert sum(value for _, _, value in counted) == 2000
