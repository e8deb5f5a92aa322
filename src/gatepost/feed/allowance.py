"""How much one peer may send: a stock that fills up again with time."""

from collections import OrderedDict
from collections.abc import Callable, Hashable

_REMEMBERED = 10_000


class Allowance:
    """Counts for each peer. stock: what may come at once. rate: what comes back in a second."""

    def __init__(self, stock: float, rate: float, now: Callable[[], float]) -> None:
        self._stock, self._rate, self._now = stock, rate, now
        self._left: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def wait_for(self, peer: Hashable, amount: float) -> float:
        """Take this amount off a peer's stock; return the seconds after which it will be there."""
        now = self._now()
        left, at = self._left.pop(peer, (self._stock, now))
        left = min(self._stock, left + (now - at) * self._rate) - amount
        self._left[peer] = (left, now)
        while len(self._left) > _REMEMBERED:
            self._left.popitem(last=False)
        return max(0.0, -left / self._rate)
