from typing import Any

import pytest

from gatepost.feed.messages import LONGEST, Message, Traces, write
from gatepost.feed.traced import read_entry
from gatepost.node.tracing import Tracing, batches, entry, records

pytestmark = pytest.mark.anyio

JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJlc2lnbmF0dXJl"
REQUEST: dict[str, Any] = {
    "id": "a", "at": 5.0, "seconds": 0.25, "status": 200, "route": "r", "method": "GET",
    "scheme": "http", "host": "h", "path": "/x", "upstream": "0.001, 0.002 : -", "forwarded": True,
    "planned": True, "level": "asked", "kind": "F", "decided_by": "a", "consumer": "c",
}  # fmt: skip
DETAIL: dict[str, Any] = {"id": "a", "at": 4.9, "route": "r", "outcome": "forward", "detail": {}}
SERVICES: dict[str, str | None] = {"r": "s"}


class Line:
    def __init__(self) -> None:
        self.up = True
        self.sent: list[dict[str, Any]] = []

    async def send(self, message: Message) -> bool:
        assert isinstance(message, Traces)
        if self.up:
            self.sent += message.entries
        return self.up


def tracing(line: Line, *rounds: tuple[list[dict[str, Any]], list[dict[str, Any]]]) -> Tracing:
    waiting = list(rounds)

    async def fetch() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        return waiting.pop(0) if waiting else ([], [])

    return Tracing(fetch, lambda: SERVICES, line.send)


def test_both_halves_of_a_request_make_one_entry_that_the_control_plane_reads() -> None:
    told = entry(REQUEST, DETAIL, SERVICES)
    assert (told["memory"], told["outcome"], told["service"]) == ("asked", "forward", "s")
    assert (told["seconds"], told["upstream_seconds"]) == (0.25, 0.003)
    assert told["decided_by"] is None
    read = read_entry(told)
    assert read is not None
    assert read.summary() | {"detail": read.detail} == told


@pytest.mark.parametrize(
    ("more", "outcome", "memory"),
    [
        ({"level": "level1"}, "forward", "level1"),
        ({"level": "level2", "kind": "R", "forwarded": False, "status": 401}, "refused", "level2"),
        ({"kind": "P", "forwarded": False, "status": 302}, "answered", "asked"),
        ({"planned": None, "level": None, "kind": None}, "forward", "none"),
        ({"level": None, "kind": None, "forwarded": False, "status": 429}, "refused", "none"),
        ({"level": "level1", "forwarded": False, "status": 400}, "refused", "level1"),
    ],
)
def test_how_a_request_ended_is_told_by_nginx(
    more: dict[str, Any], outcome: str, memory: str
) -> None:
    told = entry({**REQUEST, **more}, {}, SERVICES)
    assert (told["outcome"], told["memory"]) == (outcome, memory)
    assert read_entry(told) is not None


def test_what_looks_like_a_token_is_masked_and_what_is_long_is_cut() -> None:
    told = entry(
        {**REQUEST, "path": f"/x/{JWT}/" + "y" * 5000, "message": f"no {JWT}"}, {}, SERVICES
    )
    assert JWT not in str(told)
    assert told["path"].startswith("/x/***")
    assert len(told["path"]) == 1024
    assert read_entry(told) is not None


async def test_a_story_waits_for_the_end_of_its_request_but_not_for_ever() -> None:
    line = Line()
    made = tracing(line, ([], [DETAIL]), ([REQUEST], []), ([], [{**DETAIL, "id": "b"}]))
    await made.once()
    assert line.sent == []
    await made.once()
    assert [(one["id"], one["status"], "detail" in one) for one in line.sent] == [("a", 200, True)]
    for _ in range(5):
        await made.once()
    assert [(one["id"], one["seconds"]) for one in line.sent[1:]] == [("b", None)]


async def test_of_a_flood_the_telling_ones_are_sent_and_no_more_than_the_bound() -> None:
    line = Line()
    some = [{**REQUEST, "id": f"n{number}", "level": "level1"} for number in range(500)]
    marked = {**REQUEST, "id": "marked", "mark": "m"}
    refused = {**REQUEST, "id": "refused", "kind": "R", "forwarded": False}
    await tracing(line, ([*some, refused, marked], [])).once()
    assert len(line.sent) == 100
    assert [one["id"] for one in line.sent[:2]] == ["marked", "refused"]


async def test_what_cannot_be_sent_is_dropped() -> None:
    line = Line()
    line.up = False
    made = tracing(line, ([REQUEST], []))
    await made.once()
    line.up = True
    await made.once()
    assert line.sent == []


def test_messages_are_short_enough_for_the_feed() -> None:
    some = [{"id": str(number), "detail": {"x": "y" * 20_000}} for number in range(100)]
    sent = list(batches(some))
    assert sum(map(len, sent)) == 100
    assert max(len(write(Traces(entries=batch))) for batch in sent) < LONGEST / 2


def test_what_a_process_says_that_is_none_is_left_out() -> None:
    assert records(b'[{"id":"a"},7]') == [{"id": "a"}]
    assert records(b'[{"path":"/\xff"}]') == [{"path": "/\ufffd"}]
    assert records(b"nonsense") == records(b'{"a":1}') == []
