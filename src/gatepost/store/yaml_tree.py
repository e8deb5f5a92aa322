"""Plain values from the events of a YAML parser, one event at a time, without recursion."""

import re
from typing import Any

import yaml

from gatepost.store.problem import Place

MAX_DEPTH = 64
MAX_EXPANSION = 1_000_000  # values that aliases may add
MAX_PROBLEMS = 1000

_WORDS: dict[str, bool | None] = {
    spelling: value
    for value, words in ((True, ("true", "yes", "on")), (False, ("false", "no", "off")))
    for word in words
    for spelling in (word, word.capitalize(), word.upper())
} | {"": None, "~": None, "null": None, "Null": None, "NULL": None}
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})")
_NUMBER = re.compile(
    r"[-+]?(?:0|[1-9][0-9]*)(?:\.[0-9]*(?:[eE][-+]?[0-9]{1,3})?|[eE][-+]?[0-9]{1,3})"
)
_STARTS_NUMBER = frozenset("-+0123456789")
_CORE = "tag:yaml.org,2002:"
_PROSE = ("service_packages", "service_versions")
_MISSING: Any = object()
_RUNNING: Any = object()


class Refused(Exception):
    """The text cannot be read any further."""

    def __init__(self, at: Place, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.at, self.message, self.line = at, message, line


class _Open:
    """A map or list that is being filled. key: the key whose value comes next, in a map."""

    __slots__ = ("anchor", "key", "lines", "merged", "size", "value")

    def __init__(self, value: Any, anchor: str | None, lines: Any) -> None:
        self.value, self.anchor, self.lines = value, anchor, lines
        self.key: Any = _MISSING
        self.merged: list[tuple[Any, Any]] = []
        self.size = 1


class Tree:
    """Takes events, gives ``data``; with ``lines=True`` also where everything stands.

    lines: a pair (line, inner) where inner is a map or a list of such pairs, or None.
    """

    def __init__(self, *, lines: bool = False) -> None:
        self.data: Any = None
        self.lines: Any = None
        self.problems: list[tuple[Place, str, int | None]] = []
        self._keep_lines = lines
        self._stack: list[_Open] = []
        self._anchors: dict[str, tuple[Any, Any, int]] = {}
        self._added = 0
        self._documents = 0

    def take(self, event: Any) -> None:
        """Take the next event; Refused when the text must not be read any further."""
        kind = type(event)
        if kind is yaml.ScalarEvent:
            self._scalar(event)
        elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
            self._open(event, {} if kind is yaml.MappingStartEvent else [])
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            self._close(event)
        elif kind is yaml.AliasEvent:
            self._alias(event)
        elif kind is yaml.DocumentStartEvent:
            self._documents += 1
            if self._documents > 1:
                raise Refused((), "more than one YAML document; keep one", _line(event))

    def _scalar(self, event: Any) -> None:
        if self._stack:
            top = self._stack[-1]
            if type(top.value) is dict and top.key is _MISSING:
                self._key(top, event)
                return
        text = event.value
        if event.tag is None and event.implicit[0]:
            value = self._plain(text, event)
        elif event.tag is None or event.tag in ("!", f"{_CORE}str"):
            value = text
        else:
            self._problem(f"the tag '{event.tag}' is not allowed; leave it out", event)
            value = text
        if isinstance(value, str) and "${{" in value and not self._is_prose():
            self._problem("decK's ${{ ... }} is not replaced here; use {vault://env/NAME}", event)
        lines = (_line(event), None) if self._keep_lines else None
        if event.anchor:
            self._anchors[event.anchor] = (value, lines, 1)
        self._put(value, lines, 1)

    def _is_prose(self) -> bool:
        """Say whether this is what people wrote about a service: any text may stand there."""
        place = self._place()
        return bool(place) and place[0] in _PROSE

    def _plain(self, text: str, event: Any) -> Any:
        if text in _WORDS:
            return _WORDS[text]
        if text[0] in _STARTS_NUMBER:
            if _INTEGER.fullmatch(text):
                return int(text)
            if _NUMBER.fullmatch(text):
                number = float(text)
                if number in (float("inf"), float("-inf")):
                    self._problem("the number is too large", event)
                    return text
                return number
        return text

    def _key(self, top: _Open, event: Any) -> None:
        if event.anchor:
            self._anchors[event.anchor] = (event.value, (_line(event), None), 1)
        key = event.value
        merge = key == "<<" and event.implicit[0]
        if not merge and key in top.value:
            self._problem(f"the key '{key}' stands twice in this map", event, key)
        top.key = _RUNNING if merge else key

    def _open(self, event: Any, value: Any) -> None:
        if len(self._stack) >= MAX_DEPTH:
            raise Refused((), f"nested more than {MAX_DEPTH} levels deep", _line(event))
        if event.tag not in (None, "!", f"{_CORE}map", f"{_CORE}seq"):
            self._problem(f"the tag '{event.tag}' is not allowed; leave it out", event)
        top = self._stack[-1] if self._stack else None
        if top and type(top.value) is dict and top.key is _MISSING:
            raise Refused(self._place(), "a key must be text", _line(event))
        lines: Any = None
        if self._keep_lines:
            lines = (_line(event), {} if type(value) is dict else [])
        if event.anchor:
            self._anchors[event.anchor] = (_RUNNING, None, 0)
        self._stack.append(_Open(value, event.anchor, lines))

    def _close(self, event: Any) -> None:
        done = self._stack.pop()
        for source, lines in done.merged:
            for key, value in source.items():
                if key not in done.value:  # what is written out wins over what is merged
                    done.value[key] = value
                    if self._keep_lines and lines:
                        done.lines[1][key] = lines[1][key]
        if done.anchor:
            self._anchors[done.anchor] = (done.value, done.lines, done.size)
        self._put(done.value, done.lines, done.size)

    def _alias(self, event: Any) -> None:
        found = self._anchors.get(event.anchor)
        if found is None:
            raise Refused(self._place(), f"no anchor '{event.anchor}' before this", _line(event))
        value, lines, size = found
        if value is _RUNNING:
            raise Refused(self._place(), "an alias to what it stands in", _line(event))
        self._added += size
        if self._added > MAX_EXPANSION:
            raise Refused(self._place(), "aliases expand to too many values", _line(event))
        top = self._stack[-1] if self._stack else None
        if top and type(top.value) is dict and top.key is _MISSING:
            if not isinstance(value, str):
                raise Refused(self._place(), "a key must be text", _line(event))
            if value in top.value:
                self._problem(f"the key '{value}' stands twice in this map", event, value)
            top.key = value
            return
        self._put(value, lines, size)

    def _put(self, value: Any, lines: Any, size: int) -> None:
        if not self._stack:
            self.data, self.lines = value, lines
            return
        top = self._stack[-1]
        top.size += size
        if type(top.value) is list:
            top.value.append(value)
            if self._keep_lines:
                top.lines[1].append(lines)
            return
        key, top.key = top.key, _MISSING
        if key is _RUNNING:
            self._merge(top, value, lines)
            return
        top.value[key] = value
        if self._keep_lines:
            top.lines[1][key] = lines

    def _merge(self, top: _Open, value: Any, lines: Any) -> None:
        sources = value if isinstance(value, list) else [value]
        if not all(isinstance(source, dict) for source in sources):
            raise Refused(self._place(), "'<<' must name a map, or a list of maps")
        inner = lines[1] if lines and isinstance(value, list) else [lines] * len(sources)
        top.merged += zip(sources, inner, strict=True)

    def _place(self, *last: str) -> Place:
        steps: list[str | int] = []
        for frame in self._stack:
            if type(frame.value) is list:
                steps.append(len(frame.value))
            elif isinstance(frame.key, str):
                steps.append(frame.key)
        return (*steps, *last)

    def _problem(self, message: str, event: Any, *last: str) -> None:
        if self._keep_lines:
            return  # told in the first reading
        self.problems.append((self._place(*last), message, _line(event)))
        if len(self.problems) >= MAX_PROBLEMS:
            raise Refused((), "too many mistakes; the rest was not read", _line(event))


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1
