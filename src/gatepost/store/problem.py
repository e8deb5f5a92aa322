"""Mistakes in a file: each with its path, its line, and a sentence that says what to do."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from gatepost.values import By, Fault

Place = tuple[str | int, ...]

_PLAIN = re.compile(r"[A-Za-z0-9_-]+")
_STEP = re.compile(r"\[(\d+)\]|\[\"([^\"]*)\"\]|\.?([^.\[\]]+)")


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake. path: such as ``services[0].routes[1].paths[0]``, empty for the whole file.

    line: counted from 1; None where no line is known.
    """

    path: str
    message: str
    line: int | None = None

    def __str__(self) -> str:
        where = f"line {self.line}: " if self.line is not None else ""
        return f"{where}{self.path}: {self.message}" if self.path else f"{where}{self.message}"


class KongYamlError(Fault):
    """A file that cannot be used, with every mistake in it, in the order of the file."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        count = len(self.problems)
        super().__init__(
            "config.kong_yaml",
            f"the configuration has {count} mistake{'s' if count != 1 else ''}",
            by=By.OPERATOR,
            cause="; ".join(str(problem) for problem in self.problems[:20]),
        )


def written(place: Place) -> str:
    """Return a place as text: ``("a", 0, "x.y")`` is ``a[0]["x.y"]``."""
    text = ""
    for step in place:
        if isinstance(step, int):
            text += f"[{step}]"
        elif _PLAIN.fullmatch(step):
            text += f".{step}" if text else step
        else:
            text += f'["{step}"]'
    return text


def parsed(path: str) -> Place:
    """Return the place that a text names; the other way round of ``written``."""
    return tuple(
        int(match[1]) if match[1] else match[2] if match[2] is not None else match[3]
        for match in _STEP.finditer(path)
    )
