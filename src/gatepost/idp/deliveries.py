"""What was sent to applications about logouts, and what they answered: for tests to read."""

from collections import deque
from dataclasses import asdict, dataclass

_MOST = 1_000


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message about a logout.

    kind: ``back-channel``, or ``front-channel`` for a frame that a page was given, whose fate
    nobody learns. status: what the application answered; error: why there is no answer.
    fault: the misbehaviour that spoilt it.
    """

    application: str
    url: str
    kind: str
    sid: str | None
    status: int | None = None
    error: str | None = None
    fault: str | None = None


class Deliveries:
    """The last deliveries, oldest first."""

    def __init__(self) -> None:
        self._made: deque[Delivery] = deque(maxlen=_MOST)

    def add(self, delivery: Delivery) -> None:
        """Note one more."""
        self._made.append(delivery)

    def shown(self) -> list[dict[str, object]]:
        """Return all of them."""
        return [asdict(one) for one in self._made]

    def clear(self) -> None:
        """Forget them."""
        self._made.clear()
