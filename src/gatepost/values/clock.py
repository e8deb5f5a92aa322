"""Time, asked in a way that says when the answer would change.

A decision that compared the time with an instant holds only until that instant. So code does not
read the time; it asks ``past(instant)``, and whoever records the decision learns its deadline.
"""

from typing import Protocol, final


class Clock(Protocol):
    """Wall-clock time in seconds since 1970, with recorded comparisons."""

    def past(self, instant: float) -> bool:
        """Return whether the instant is now or earlier; an answer False flips at the instant."""
        ...

    def now(self) -> float:
        """Return the raw time; a decision that used it holds for this request only."""
        ...


@final
class FixedClock:
    """A clock that stands still until it is told; for tests and for one evaluation.

    ``deadline`` is the earliest instant at which one of the answers so far would change.
    """

    __slots__ = ("deadline", "raw", "time")

    def __init__(self, time: float) -> None:
        self.time = time
        self.deadline: float | None = None
        self.raw = False

    def past(self, instant: float) -> bool:
        """Return whether the instant is now or earlier, and remember when that would change."""
        if instant <= self.time:
            return True
        if self.deadline is None or instant < self.deadline:
            self.deadline = instant
        return False

    def now(self) -> float:
        """Return the raw time and note that it was read."""
        self.raw = True
        return self.time
