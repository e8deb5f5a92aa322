"""Which handler a path leads to: a tree of path segments, each a word or a name in braces.

``/services/{services}/routes`` and ``/services/{services}`` share their first two steps. A word
goes before a name. Segments are split before they are decoded, so that a key may hold a slash.
"""

import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from gatepost.admin.problem import plain

H = TypeVar("H")


@dataclass(frozen=True, slots=True)
class Endpoint(Generic[H]):
    """One path. methods: what to do for each; about: what it says about itself in OpenAPI."""

    template: str
    methods: Mapping[str, H]
    about: Any = None

    @property
    def allowed(self) -> tuple[str, ...]:
        """Every method that is answered, in the order in which Kong names them."""
        own = [name for name in ("POST", "PUT", "PATCH", "DELETE") if name in self.methods]
        return ("GET", "HEAD", "OPTIONS", *own) if "GET" in self.methods else ("OPTIONS", *own)


@dataclass(slots=True)
class _Step(Generic[H]):
    words: dict[str, "_Step[H]"] = field(default_factory=dict)
    name: "_Step[H] | None" = None
    endpoint: Endpoint[H] | None = None


class Paths(Generic[H]):
    """Endpoints by their templates."""

    def __init__(self) -> None:
        self._root: _Step[H] = _Step()
        self._all: dict[str, Endpoint[H]] = {}

    def add(self, template: str, methods: Mapping[str, H], about: Any = None) -> None:
        """Add an endpoint, or methods to the one that is there, in whose place they step."""
        there = self._all.get(template)
        merged = {**(there.methods if there else {}), **methods}
        endpoint = Endpoint(template, merged, about or (there.about if there else None))
        self._all[template] = endpoint
        step = self._root
        for segment in _segments(template):
            if segment.startswith("{"):
                step.name = step.name or _Step()
                step = step.name
            else:
                step = step.words.setdefault(segment, _Step())
        step.endpoint = endpoint

    def all(self) -> list[Endpoint[H]]:
        """Return every endpoint, by template."""
        return [self._all[template] for template in sorted(self._all)]

    def find(self, segments: list[str]) -> tuple[Endpoint[H], list[str]] | None:
        """Return the endpoint of a path and the names in it, None when there is none."""
        names: list[str] = []
        found = _follow(self._root, segments, names)
        return None if found is None else (found, names)


def _follow(step: _Step[H], segments: list[str], names: list[str]) -> Endpoint[H] | None:
    if not segments:
        return step.endpoint
    word = step.words.get(segments[0])
    if word is not None:
        found = _follow(word, segments[1:], names)
        if found is not None:
            return found
    if step.name is None:
        return None
    names.append(segments[0])
    found = _follow(step.name, segments[1:], names)
    if found is None:
        names.pop()
    return found


def _segments(template: str) -> list[str]:
    return [segment for segment in template.split("/") if segment]


def read_path(raw: bytes) -> list[str]:
    """Return the decoded segments of a path; one slash at the end is nothing.

    Raises Refused (400) for what is not UTF-8 text, or holds NUL.
    """
    pieces = raw.partition(b"?")[0].split(b"/")[1:]
    if pieces and not pieces[-1]:
        pieces.pop()
    try:
        segments = [urllib.parse.unquote_to_bytes(piece).decode() for piece in pieces]
    except UnicodeDecodeError:
        raise plain(400, "The path is not UTF-8 text") from None
    if any("\0" in segment for segment in segments):
        raise plain(400, "The path holds a NUL character")
    return segments
