"""YAML text to plain values, strictly and within bounds; JSON is read too.

Rules of the file: keys are text; a key that stands twice is refused; the words on, off, yes and no
are booleans (YAML 1.1, as Kong reads it); numbers are decimal, anything else is text; aliases and
merge keys work but may not blow up; the parser's events are walked without recursion, so that no
depth of nesting can end the process.
"""

import json
import re
from typing import Any

import yaml

from gatepost.store.problem import Place, Problem, written
from gatepost.store.yaml_tree import Refused, Tree

MAX_BYTES = 64 * 1024 * 1024

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Document:
    """The values of one file, the mistakes of its YAML, and the lines where things stand."""

    def __init__(self, text: str | bytes) -> None:
        self.data: Any = None
        self.problems: list[Problem] = []
        self._lines: Any = None
        self._text = ""
        try:
            self._text = _decoded(text)
            self.data = self._read()
        except Refused as error:
            self.problems.append(Problem(written(error.at), error.message, error.line))

    def line(self, place: Place) -> int | None:
        """Return the line (from 1) of a place, or of the nearest thing around it that is there."""
        if self._lines is None:
            # read once more, with lines: only files with mistakes pay for them
            tree = Tree(lines=True)
            try:
                _feed(self._text, tree)
            except (Refused, yaml.YAMLError):
                tree.lines = (None, None)  # JSON that only the other reader takes
            self._lines = tree.lines
        found: int | None = None
        node = self._lines
        for step in (*place, None):
            if node is None:
                break
            found = node[0]
            inner = node[1]
            try:
                node = inner[step] if inner is not None and step is not None else None
            except (KeyError, IndexError, TypeError):
                node = None
        return found

    def _read(self) -> Any:
        tree = Tree()
        try:
            _feed(self._text, tree)
        except Refused:
            self._add(tree)
            raise
        except yaml.MarkedYAMLError as error:
            if self._text.lstrip().startswith("{"):
                return self._read_json()
            self._add(tree)
            mark = error.problem_mark
            line = mark.line + 1 if mark else None
            raise Refused((), f"invalid YAML: {error.problem or error.context}", line) from None
        except yaml.YAMLError:
            raise Refused((), "invalid YAML: a character that YAML does not allow") from None
        self._add(tree)
        return tree.data

    def _add(self, tree: Tree) -> None:
        self.problems += [Problem(written(at), text, line) for at, text, line in tree.problems]

    def _read_json(self) -> Any:
        """JSON that YAML's parser does not take: surrogate pairs, very long keys."""
        twice: list[str] = []

        def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
            found: dict[str, Any] = {}
            for name, value in pairs:
                if name in found:
                    twice.append(name)
                found[name] = value
            return found

        try:
            data = json.loads(self._text, object_pairs_hook=members, parse_constant=_no_constant)
            json.dumps(data, ensure_ascii=False, allow_nan=False).encode()
        except json.JSONDecodeError as error:
            raise Refused((), f"invalid JSON: {error.msg}", error.lineno) from None
        except UnicodeEncodeError:
            raise Refused((), "invalid JSON: half of a surrogate pair") from None
        except ValueError:
            raise Refused((), "invalid JSON: a number that is too large or not a number") from None
        except RecursionError:
            raise Refused((), "nested too deeply") from None
        self.problems += [Problem("", f"the key '{name}' stands twice") for name in twice]
        return data


def _no_constant(_: str) -> Any:
    raise ValueError


def _decoded(text: str | bytes) -> str:
    if len(text) > MAX_BYTES:
        raise Refused((), f"the file is larger than {MAX_BYTES // 1024 // 1024} MiB")
    if isinstance(text, bytes):
        try:
            return text.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = text.count(b"\n", 0, error.start) + 1
            raise Refused((), "the file is not UTF-8", line) from None
    if re.search("[\ud800-\udfff]", text):
        raise Refused((), "the text has half of a surrogate pair")
    return text.removeprefix("\ufeff")


def _feed(text: str, tree: Tree) -> None:
    loader = _LOADER(text)
    try:
        while True:
            event = loader.get_event()
            if type(event) is yaml.StreamEndEvent:
                return
            tree.take(event)
    finally:
        loader.dispose()
