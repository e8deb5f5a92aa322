"""Which revocations say nothing new: those that others of the same tag cover.

One covers another when it refuses no less and lasts no shorter. It is how a node tells news from
what it wrote itself, and what a room lacks from what it holds in other words.
"""

import math
from collections.abc import Iterable

from gatepost.plugin import Revocation
from gatepost.values import Tag


class Coverage:
    """What a set of revocations says."""

    __slots__ = ("_held", "size")

    def __init__(self, revocations: Iterable[Revocation] = ()) -> None:
        self._held: dict[Tag, list[tuple[float, float]]] = {}
        self.size = 0
        for one in revocations:
            self.add(one)

    def add(self, one: Revocation) -> None:
        """Take a revocation into the set."""
        before, ends = _reach(one)
        held = self._held.setdefault(one.tag, [])
        if not self.covers(one):
            kept = [(b, e) for b, e in held if b > before or e > ends]
            self.size += 1 + len(kept) - len(held)
            held[:] = [*kept, (before, ends)]

    def covers(self, one: Revocation) -> bool:
        """Return whether the set says all that this revocation says."""
        before, ends = _reach(one)
        return any(b >= before and e >= ends for b, e in self._held.get(one.tag, ()))


def _reach(one: Revocation) -> tuple[float, float]:
    return one.not_before, math.inf if one.expires is None else one.expires
