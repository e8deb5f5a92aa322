"""One decision as plain values, whether it came as a trace or as a story of ``explain``.

Traces were written by nodes, which may be newer, older or broken: what is not as it should be is
passed over.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from gatepost.plugin import IDENTITY_HEADERS

Values = dict[str, Any]
_FAILED = 400


@dataclass(frozen=True, slots=True)
class Named:
    """Something that has an id, and mostly a name."""

    id: str
    name: str = ""

    @property
    def called(self) -> str:
        """What to call it."""
        return self.name or self.id


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of one decision.

    memory: where it was found (``asked``, ``level1`` …, ``none`` where nothing had to be decided).
    kept: whether and how long it is remembered. seconds, upstream_seconds: of the whole request.
    origin: id of the request whose question this rests on, where what was remembered served.
    sent_to: where an answer of the gateway sends the browser, without the query.
    whole: whether the story of the decision is there. supposed: it is of ``what_if``. unresolved:
    references of the configuration that nodes alone can look up.
    """

    method: str
    scheme: str
    host: str
    path: str
    outcome: str
    status: int | None = None
    code: str | None = None
    message: str = ""
    memory: str = "asked"
    route: Named | None = None
    service: Named | None = None
    consumer: Named | None = None
    id: str = ""
    node: str = ""
    mark: str = ""
    at: float | None = None
    seconds: float | None = None
    upstream_seconds: float | None = None
    upstream_url: str = ""
    sent_to: str = ""
    origin: str | None = None
    whole: bool = True
    supposed: bool = False
    steps: tuple[Values, ...] = ()
    claims: tuple[Values, ...] = ()
    read: tuple[Values, ...] = ()
    kept: Values | None = None
    edits: tuple[tuple[str, str | None], ...] = ()
    challenges: tuple[str, ...] = ()
    plugins: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    unresolved: tuple[str, ...] = ()

    @property
    def found(self) -> bool:
        """Whether the decision was not made for this request."""
        return self.memory in {"level1", "level2", "shared"}

    @property
    def api_failed(self) -> bool:
        """Whether the request went on and what came back says that it did not work."""
        return self.forwarded and self.status is not None and self.status >= _FAILED

    @property
    def forwarded(self) -> bool:
        """Whether the request went on to the upstream."""
        return self.outcome == "forward"


def of_trace(trace: Mapping[str, Any]) -> Told:
    """Read what ``GET /traces/{id}`` answers."""
    decided = trace.get("decided_by")
    detail = decided if isinstance(decided, Mapping) else trace
    upstream = detail.get("upstream")
    return Told(
        method=words(trace.get("method")),
        scheme=words(trace.get("scheme")),
        host=words(trace.get("host")),
        path=words(trace.get("path")),
        outcome=words(trace.get("outcome")),
        status=whole(trace.get("status")),
        code=words(trace.get("code")) or words(detail.get("code")) or None,
        message=words(trace.get("message")),
        memory=words(trace.get("memory")) or "none",
        route=_named(trace.get("route")),
        service=_named(trace.get("service")),
        consumer=_named(trace.get("consumer")),
        id=words(trace.get("id")),
        node=words(trace.get("node")),
        mark=words(trace.get("mark")),
        at=number(trace.get("at")),
        seconds=number(trace.get("seconds")),
        upstream_seconds=number(trace.get("upstream_seconds")),
        origin=words(detail.get("id")) if detail is not trace else None,
        whole="steps" in detail or "read" in detail or "memory_of" in detail,
        kept=_values(detail.get("memory_of")),
        edits=_edits(upstream),
        **_common(detail),
    )


def of_story(story: Mapping[str, Any]) -> Told:
    """Read what ``POST /explain`` and ``gatepost explain --json`` answer."""
    request = _values(story.get("request")) or {}
    route = _values(story.get("route")) or {}
    plan = _values(story.get("plan")) or {}
    upstream = _values(story.get("upstream")) or {}
    url = urlsplit(words(request.get("url")))
    service = words(route.get("service"))
    return Told(
        method=words(request.get("method")),
        scheme=url.scheme,
        host=url.netloc,
        path=url.path,
        outcome=words(story.get("outcome")),
        status=whole(story.get("status")),
        code=words(story.get("code")) or None,
        message=words(story.get("message")),
        memory="asked" if plan else "none",
        route=Named(words(route.get("id")), words(route.get("name"))) if route else None,
        service=Named("", service) if service else None,
        consumer=_consumer(upstream),
        upstream_url=words(upstream.get("url")),
        sent_to=_location(story.get("headers")),
        supposed=bool(story.get("what_if")),
        unresolved=_texts(story.get("unresolved")),
        whole="steps" in story,
        kept=_values(story.get("memory")),
        edits=_edits(upstream),
        **_common({"plugins": plan.get("plugins"), **story}),
    )


def read(value: Mapping[str, Any]) -> Told:
    """Read a trace or a story."""
    return of_story(value) if isinstance(value.get("request"), Mapping) else of_trace(value)


def words(value: object) -> str:
    """Return a text; an empty one for what is none."""
    return value if isinstance(value, str) else ""


def number(value: object) -> float | None:
    """Return a number; None for what is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value)


def whole(value: object) -> int | None:
    """Return a whole number; None for what is none."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _common(detail: Mapping[str, Any]) -> Values:
    return {
        "steps": _several(detail.get("steps")),
        "claims": _several(detail.get("claims")),
        "read": _several(detail.get("read")),
        "challenges": _texts(detail.get("challenges")),
        "plugins": _texts(detail.get("plugins")),
        "left_out": _texts(detail.get("left_out")),
    }


def _values(value: object) -> Values | None:
    return dict(value) if isinstance(value, Mapping) else None


def _several(value: object) -> tuple[Values, ...]:
    found = value if isinstance(value, list) else []
    return tuple(dict(one) for one in found if isinstance(one, Mapping))


def _texts(value: object) -> tuple[str, ...]:
    found = value if isinstance(value, list) else []
    return tuple(one for one in found if isinstance(one, str))


def _edits(upstream: object) -> tuple[tuple[str, str | None], ...]:
    found = upstream.get("headers") if isinstance(upstream, Mapping) else None
    edits = found if isinstance(found, list) else []
    return tuple(
        (words(one[0]), None if one[1] is None else words(one[1]))
        for one in edits
        if isinstance(one, list) and len(one) == 2
    )


def _location(headers: object) -> str:
    """Return where headers send a browser; the query holds what belongs to one login alone."""
    for name, value in _edits({"headers": headers}):
        if name.lower() == "location" and value:
            return value.partition("?")[0].partition("#")[0]
    return ""


def _named(value: object) -> Named | None:
    if isinstance(value, Mapping):
        ident = words(value.get("id"))
        return Named(ident, words(value.get("username"))) if ident else None
    return Named(value) if isinstance(value, str) and value else None


def _consumer(upstream: Mapping[str, Any]) -> Named | None:
    """Return the consumer that the upstream is told of."""
    told = {name.lower(): value for name, value in _edits(upstream) if value}
    of_id, _, of_username, *_ = (told.get(name.lower()) for name in IDENTITY_HEADERS)
    return Named(of_id, of_username or "") if of_id else None
