"""Whether a text is an OpenAPI document that a program may read without harm.

Rules of the file: nothing is built from YAML, only its events are walked, so that no aliases can
blow up here; what would blow up in somebody else's reader is refused. Whether the document is
right in all it says is not judged.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import yaml

MAX_DEPTH = 100
MAX_EXPANSION = 100_000
"""Values that aliases may add."""

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CORE = "tag:yaml.org,2002:"
_WANTED = "expected an OpenAPI document: a map with 'openapi' or 'swagger'"


def check_description(text: str) -> None:
    """Return when a text is JSON or YAML with ``openapi`` or ``swagger`` at its top.

    ValueError says what is wrong.
    """
    keys = _keys_of_json(text) if text.lstrip().startswith("{") else None
    if keys is None:
        keys = _keys_of_yaml(text)
    if not {"openapi", "swagger"} & keys:
        raise ValueError(_WANTED)


def _keys_of_json(text: str) -> set[str] | None:
    """Return the keys at the top, None for what is no JSON: it may be YAML."""
    try:
        data = json.loads(text)
    except RecursionError:
        raise _too_deep() from None
    except ValueError:
        return None
    level: list[dict[str, Any] | list[Any]] = [data]
    for _ in range(MAX_DEPTH):
        inside = (inner for one in level for inner in _inner(one))
        level = [one for one in inside if isinstance(one, dict | list)]
        if not level:
            return set(data)
    raise _too_deep()


def _inner(value: dict[str, Any] | list[Any]) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value


@dataclass(slots=True)
class _Open:
    """A map or list whose end has not come. count: of keys and values in it; size: of all."""

    is_map: bool
    anchor: str | None
    size: int = 1
    count: int = 0


class _Walk:
    """Takes the events of one document; keys: those at the top."""

    def __init__(self) -> None:
        self.keys: set[str] = set()
        self._stack: list[_Open] = []
        self._anchors: dict[str, int] = {}
        self._added = 0
        self._documents = 0

    def take(self, event: Any) -> None:
        """Take the next event. ValueError when nobody should read on."""
        _refuse_tag(getattr(event, "tag", None))
        match event:
            case yaml.DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    raise ValueError("expected one YAML document, not several")
            case yaml.ScalarEvent():
                self._done(event.value, 1, event.anchor)
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                if len(self._stack) >= MAX_DEPTH:
                    raise _too_deep()
                is_map = isinstance(event, yaml.MappingStartEvent)
                self._stack.append(_Open(is_map, event.anchor))
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                done = self._stack.pop()
                self._done(None, done.size, done.anchor)
            case yaml.AliasEvent():
                self._alias(event)

    def _alias(self, event: Any) -> None:
        size = self._anchors.get(event.anchor)
        if size is None:
            raise ValueError(f"line {_line(event)}: an alias to nothing before it")
        self._added += size
        if self._added > MAX_EXPANSION:
            raise ValueError("its aliases expand to too many values")
        self._done(None, size, None)

    def _done(self, text: str | None, size: int, anchor: str | None) -> None:
        if anchor:
            self._anchors[anchor] = size
        if not self._stack:
            return
        top = self._stack[-1]
        if len(self._stack) == 1 and top.is_map and top.count % 2 == 0 and text is not None:
            self.keys.add(text)
        top.count += 1
        top.size += size


def _keys_of_yaml(text: str) -> set[str]:
    walk = _Walk()
    loader = _LOADER(text)
    try:
        while True:
            event = loader.get_event()
            if isinstance(event, yaml.StreamEndEvent):
                return walk.keys
            walk.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"line {mark.line + 1}: " if mark else ""
        raise ValueError(f"neither JSON nor YAML: {where}{error.problem or 'malformed'}") from None
    except yaml.YAMLError:
        raise ValueError("neither JSON nor YAML: a character that YAML does not allow") from None
    finally:
        loader.dispose()


def _refuse_tag(tag: str | None) -> None:
    if tag not in (None, "!") and not str(tag).startswith(_CORE):
        raise ValueError("tags of YAML are not allowed; leave them out")
    if tag is not None and tag.startswith(f"{_CORE}python"):
        raise ValueError("tags of YAML are not allowed; leave them out")


def _too_deep() -> ValueError:
    return ValueError(f"nested more than {MAX_DEPTH} levels deep")


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1
