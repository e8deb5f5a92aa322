"""The audit log: events of policies as JSON lines on stderr, and how often each came.

    {"at": "2026-11-25T01:02:03.456Z", "event": "login.done", "request": "…", "route": "…", …}

Details may hold what a client sent: JSON escapes whatever could end or colour a line, and a line
is short enough to be written in one piece, so that lines of several processes do not mix.
"""

import json
import logging
import math
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from gatepost.outside import Sample
from gatepost.plugin import Event

log = logging.getLogger("gatepost.audit")

MALFORMED = "malformed"
"""What an event, a code or a detail is called whose name is no word of a program."""

_WORD = re.compile(r"[a-z0-9._-]{1,64}")
_LINE = 4000
"""Bytes of a line: a pipe takes up to 4096 in one piece (PIPE_BUF, pipe(7))."""
_TEXT = 256
_DETAILS = 32
_KINDS = 500


class Audit:
    """Writes and counts. wall: seconds since 1970."""

    def __init__(self, wall: Callable[[], float] = time.time) -> None:
        self._wall = wall
        self._counts: dict[tuple[str, str], int] = defaultdict(int)

    def write(self, events: Iterable[Event], *, request: str, route: str) -> None:
        """Write the events of one request, in order."""
        for event in events:
            name, code = _word(event.name), _word(event.code) if event.code else ""
            kind = (name, code)
            if len(self._counts) >= _KINDS and kind not in self._counts:
                kind = (MALFORMED, "")  # so many words no program has
            self._counts[kind] += 1
            line: dict[str, Any] = {"at": _moment(self._wall()), "event": name}
            if code:
                line["code"] = code
            line |= {"request": request, "route": route}
            log.info("%s", _bounded(line, event))

    def samples(self) -> Iterator[Sample]:
        """Yield how often each event came."""
        for (event, code), number in self._counts.items():
            yield "gatepost_events_total", {"event": event, "code": code}, number


def _bounded(line: dict[str, Any], event: Event) -> str:
    """Return one line of JSON in ASCII, without the details where it would be too long with."""
    told = dict(line)
    for name, value in list(event.details.items())[:_DETAILS]:
        word = _word(name)
        if word not in line:
            told[word] = _plain(value)
    text = json.dumps(told, separators=(",", ":"))
    return text if len(text) <= _LINE else json.dumps({**line, "cut": True}, separators=(",", ":"))


def _plain(value: object) -> object:
    if isinstance(value, str):
        return value if len(value) <= _TEXT else value[:_TEXT] + "…"
    if value is None or isinstance(value, bool | int):
        return value
    return value if isinstance(value, float) and math.isfinite(value) else str(value)[:_TEXT]


def _word(text: str) -> str:
    return text if _WORD.fullmatch(text) else MALFORMED


def _moment(wall: float) -> str:
    whole, thousandths = divmod(round(wall * 1000), 1000)
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(whole)) + f".{thousandths:03d}Z"
