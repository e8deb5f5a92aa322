"""A decision as the lines of a sequence diagram: who said what to whom, and when."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from gatepost.console.parts.moments import duration
from gatepost.console.reasons import reason
from gatepost.console.telling.steps import CALLS, Doing, doings
from gatepost.console.telling.told import Told, Values, number, words
from gatepost.console.telling.verdict import spent

Kind = Literal["call", "answer", "note"]
CLIENT, GATEWAY, UPSTREAM = "client", "gateway", "upstream"


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody who takes part. about: a line below the name."""

    key: str
    name: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line. source, target: keys of participants; a note has the gateway as both.

    at: milliseconds since the decision began, None where that is not known. took: a length of time
    in words. tone: good, bad, quiet or plain.
    """

    kind: Kind
    source: str
    target: str
    words: str
    more: str = ""
    at: float | None = None
    took: str = ""
    tone: str = "plain"


@dataclass(frozen=True, slots=True)
class Diagram:
    """Participants from left to right, and what happened from top to bottom."""

    participants: tuple[Participant, ...]
    lines: tuple[Line, ...]

    def name(self, key: str) -> str:
        """Return what a participant is called."""
        return next((one.name for one in self.participants if one.key == key), key)

    def sentence(self, line: Line) -> str:
        """Return whose line it is, for who does not see the arrows."""
        if line.kind == "note":
            return f"{self.name(line.source)}:"
        return f"{self.name(line.source)} to {self.name(line.target)}:"


def diagram(told: Told) -> Diagram:
    """Draw a decision up."""
    lines = list(_lines(told))
    taking = {key for line in lines for key in (line.source, line.target)}
    return Diagram(tuple(one for one in _participants(told) if one.key in taking), tuple(lines))


def _participants(told: Told) -> Iterator[Participant]:
    yield Participant(CLIENT, "Caller", told.consumer.called if told.consumer else "")
    yield Participant(GATEWAY, "Gateway", told.host)
    for host in dict.fromkeys(_host(step) for step in told.steps if _asks(step)):
        yield Participant(f"provider {host}", "Identity provider", host)
    service = told.service.name if told.service else ""
    yield Participant(UPSTREAM, "API", service or urlsplit(told.upstream_url).netloc)


def _lines(told: Told) -> Iterator[Line]:
    asked = f"{told.method} {told.path}".strip() or "A request"
    yield Line("call", CLIENT, GATEWAY, asked, at=0.0)
    if told.found:
        yield Line("note", GATEWAY, GATEWAY, _FOUND[told.memory], tone="good")
    elif told.memory == "none" and told.forwarded:
        yield Line("note", GATEWAY, GATEWAY, "No policy on this route: nobody is asked.")
    if not told.found:
        yield from _of_steps(told.steps)
    if told.forwarded:
        yield from _upstream(told)
    yield _end(told)


_FOUND = {
    "level1": "Remembered: the worker process had decided this before.",
    "level2": "Remembered: another worker of this node had decided this before.",
    "shared": "Another request with the same credential was being decided; this one took part.",
}


def _of_steps(steps: Iterable[Values]) -> Iterator[Line]:
    for doing in doings(steps):
        if _asks(doing.step):
            yield from _call(doing)
        else:
            yield Line(
                "note", GATEWAY, GATEWAY, doing.words, doing.more, number(doing.step.get("at_ms")),
                tone=doing.tone,
            )  # fmt: skip


def _call(doing: Doing) -> Iterator[Line]:
    step = doing.step
    whom = f"provider {_host(step)}"
    end, took = number(step.get("at_ms")), number(step.get("ms"))
    begin = None if end is None or took is None else max(0.0, end - took)
    purpose = words(step.get("purpose"))
    question = CALLS.get(purpose, purpose or "a question")
    where = f"{words(step.get('method'))} {_short(urlsplit(words(step.get('url'))).path)}".strip()
    yield Line("call", GATEWAY, whom, question, where, begin)
    failed = words(step.get("failed"))
    status = step.get("status")
    answer = reason(failed).happened if failed else "answer"
    if isinstance(status, int):
        answer = f"{answer}, status {status}"
    lasted = "" if took is None else duration(took / 1000)
    tone = "bad" if failed else "plain"
    yield Line("answer", whom, GATEWAY, answer, failed, end, lasted, tone)


def _upstream(told: Told) -> Iterator[Line]:
    changes = len(told.edits)
    more = f"with {changes} change{'s' if changes != 1 else ''}" if changes else "unchanged"
    url = urlsplit(told.upstream_url).path
    call = f"{told.method} {url}".strip() if url else "The request goes on"
    yield Line("call", GATEWAY, UPSTREAM, call, more, tone="good")
    if told.upstream_seconds is not None:
        lasted = spent(told.upstream_seconds)
        yield Line("answer", UPSTREAM, GATEWAY, "answer", took=lasted)


def _end(told: Told) -> Line:
    at = None if told.seconds is None else told.seconds * 1000
    status = "" if told.status is None else str(told.status)
    if told.forwarded:
        tone = "warn" if told.api_failed else "good"
        return Line("answer", GATEWAY, CLIENT, status or "the API's answer", at=at, tone=tone)
    if told.outcome == "answered":
        away = told.status is not None and 300 <= told.status < 400
        does = "go there instead" if away else "an answer of the gateway itself"
        return Line("answer", GATEWAY, CLIENT, f"{status} {does}".strip(), at=at)
    said = f"{status} {told.message}".strip() or "refused"
    return Line("answer", GATEWAY, CLIENT, said, told.code or "", at, tone="bad")


def _asks(step: Values) -> bool:
    """Say whether a step is a call that was really made."""
    made = words(step.get("source")) not in {"kept", "stale", "shared"}
    return step.get("what") == "provider" and made


def _short(path: str) -> str:
    """Return a path, or its end where that is long."""
    if len(path) <= _PATH:
        return path
    last = path.rstrip("/").rpartition("/")[2]
    return f"…/{last[-_PATH:]}"


_PATH = 24


def _host(step: Values) -> str:
    return urlsplit(words(step.get("url"))).netloc
