"""How many different series a node may report: each is rows in the database for a month.

What is beyond that is counted all the same, but without the labels that tell it apart.
"""

from collections import OrderedDict
from collections.abc import Mapping

MOST = 5_000
"""Series of one node in an hour: a few for each of a thousand routes and consumers."""
_HOUR = 3600.0
_REMEMBERED = 10_000

_Series = tuple[tuple[str, str], ...]


class Variety:
    """Remembers which series each node has reported in the hour that runs."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._seen: OrderedDict[tuple[str, str], tuple[int, set[int]]] = OrderedDict()

    def bounded(
        self, plane: str, node: str, labels: Mapping[str, str], now: float
    ) -> Mapping[str, str]:
        """Return the labels of a series, or ``what`` alone where the node has told too many.

        now: seconds, wall time.
        """
        hour = int(now // _HOUR)
        began, seen = self._seen.pop((plane, node), (hour, set()))
        if began != hour:
            seen = set()
        self._seen[plane, node] = (hour, seen)
        while len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        series: _Series = tuple(sorted(labels.items()))
        if hash(series) not in seen and len(seen) >= self._most:
            return {"what": labels["what"]}
        seen.add(hash(series))
        return labels
