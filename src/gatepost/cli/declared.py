"""Declarative files from the command line: read, merged when there are several, and blamed.

A control plane is sent one file. Of several, the arrays are joined; where it finds a mistake in
what was joined, the file and the line are found again here.
"""

import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gatepost.store.problem import Place, parsed, written
from gatepost.store.yaml_text import MAX_BYTES, Document
from gatepost.values import By, Fault

_PER_FILE = ("_format_version", "_info", "_workspace", "_transform", "_comment", "_ignore")


@dataclass(slots=True)
class _File:
    """One of several. first: the position its entries of each kind have in what was joined."""

    name: str
    document: Document
    first: dict[str, int] = field(default_factory=dict)


class Declared:
    """What the files say. text: as it is sent."""

    def __init__(self, names: list[str]) -> None:
        texts = [(name, _read(name)) for name in names]
        self.name = _shown(names[0]) if len(names) == 1 else f"{len(names)} files"
        self._files: list[_File] = []
        self.text = texts[0][1]
        if len(texts) > 1:
            self.text = self._joined(texts)

    def blamed(self, problems: Iterable[Mapping[str, Any]]) -> Fault:
        """Return the Fault that tells of mistakes, each on a line of its own."""
        lines = [self._line(one) for one in problems]
        count = f"{len(lines)} mistakes" if len(lines) != 1 else "1 mistake"
        return Fault(
            "configuration.invalid",
            "\n".join([f"{self.name} {'have' if self._files else 'has'} {count}:", *lines]),
            by=By.OPERATOR,
        )

    def _line(self, problem: Mapping[str, Any]) -> str:
        path, line = str(problem.get("path") or ""), problem.get("line")
        where = ""
        if self._files:
            line = None
            place = parsed(path)
            found = self._origin(place)
            if found is not None:
                file, place = found
                path, line, where = written(place), file.document.line(place), f"{file.name}: "
        at = f"line {line}: " if line is not None else ""
        return f"{where}{at}{path + ': ' if path else ''}{problem.get('message')}"

    def _origin(self, place: Place) -> tuple[_File, Place] | None:
        if len(place) < 2 or not isinstance(place[0], str) or not isinstance(place[1], int):
            return None
        kind, number = place[0], place[1]
        for file in reversed(self._files):
            first = file.first.get(kind)
            if first is not None and number >= first:
                return file, (kind, number - first, *place[2:])
        return None

    def _joined(self, texts: list[tuple[str, bytes]]) -> bytes:
        whole: dict[str, Any] = {}
        wrong: list[str] = []
        for name, text in texts:
            name = _shown(name)  # noqa: PLW2901
            file = _File(name, Document(text))
            self._files.append(file)
            wrong += [f"{name}: {problem}" for problem in file.document.problems]
            data = file.document.data
            if not isinstance(data, dict):
                if not file.document.problems:
                    wrong.append(f"{name}: expected a map of services, routes, plugins, ...")
                continue
            for key, value in data.items():
                if key in _PER_FILE:
                    if whole.setdefault(key, value) != value:
                        wrong.append(f"{name}: {key} is not what another file says")
                elif isinstance(value, list):
                    entries = whole.setdefault(key, [])
                    file.first[key] = len(entries)
                    entries += value
                elif value is not None:
                    wrong.append(f"{name}: {key}: expected an array")
        if wrong:
            lines = [f"{len(texts)} files have mistakes:", *wrong]
            raise Fault("configuration.invalid", "\n".join(lines), by=By.OPERATOR)
        return json.dumps(whole, ensure_ascii=False).encode()


def _read(name: str) -> bytes:
    try:
        if name == "-":
            text = sys.stdin.buffer.read(MAX_BYTES + 1)
        else:
            with Path(name).open("rb") as opened:
                text = opened.read(MAX_BYTES + 1)
    except OSError as error:
        raise Fault(
            "configuration.unreadable", f"{name} cannot be read: {error.strerror}.", by=By.OPERATOR
        ) from None
    if len(text) > MAX_BYTES:
        raise Fault(
            "configuration.unreadable", f"{_shown(name)} is larger than 64 MiB.", by=By.OPERATOR
        )
    return text


def _shown(name: str) -> str:
    return "stdin" if name == "-" else name
