"""What happened while a request was judged, in order and with times; shown by ``explain``."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Detail = str | int | float | bool | None

_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Step:
    """One step: milliseconds since the beginning, what happened, and its details."""

    at: float
    what: str
    details: Mapping[str, Detail] = field(default_factory=dict)


class Trace:
    """A list of steps. One that is off costs a call and keeps nothing."""

    __slots__ = ("_begin", "_monotonic", "on", "steps")

    def __init__(self, *, on: bool = True, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.on = on
        self.steps: list[Step] = []
        self._monotonic = monotonic
        self._begin = monotonic() if on else 0.0

    def add(self, what: str, details: Mapping[str, Detail]) -> None:
        """Append a step; texts are shortened, and control characters escaped."""
        if not self.on:
            return
        at = (self._monotonic() - self._begin) * 1000
        shown = {key: _shown(value) for key, value in details.items()}
        self.steps.append(Step(round(at, 3), str(_shown(what)), shown))


def _shown(value: Detail) -> Detail:
    if not isinstance(value, str):
        return value
    if len(value) > _LONGEST:
        value = value[:_LONGEST] + "…"
    if value.isprintable():
        return value
    return "".join(one if one.isprintable() else repr(one)[1:-1] for one in value)
