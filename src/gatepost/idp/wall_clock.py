"""The system's clock, for a process that decides nothing that is remembered."""

import time
from typing import final


@final
class WallClock:
    """values.Clock over the system's time."""

    def past(self, instant: float) -> bool:
        """Return whether the instant (seconds since 1970) is now or earlier."""
        return instant <= time.time()

    def now(self) -> float:
        """Return seconds since 1970."""
        return time.time()
