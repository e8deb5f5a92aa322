"""Things that are found by a secret name for a while, and then forgotten: never without bound."""

import hashlib
from collections.abc import Iterator
from typing import Generic, TypeVar

from gatepost.values import Clock

Thing = TypeVar("Thing")

_SWEEP_AT = 1_000  # fewer than this are not worth looking through


class Expiring(Generic[Thing]):
    """Things by name, each for its seconds. Beyond ``most``, the one that came first goes.

    Only a digest of the name is held: looking one up takes no time that depends on how much of
    a secret was guessed, and nothing that shows this object shows a secret.
    """

    def __init__(self, clock: Clock, *, most: int = 10_000) -> None:
        self._clock = clock
        self._most = most
        self._sweep_at = _SWEEP_AT
        self._held: dict[bytes, tuple[float, Thing]] = {}

    def put(self, name: str, thing: Thing, *, seconds: float) -> None:
        """Hold a thing for some seconds."""
        if len(self._held) >= self._sweep_at:
            past = self._clock.past
            self._held = {key: kept for key, kept in self._held.items() if not past(kept[0])}
            self._sweep_at = max(_SWEEP_AT, 2 * len(self._held))
        if len(self._held) >= self._most:
            del self._held[next(iter(self._held))]
        self._held[_digest(name)] = (self._clock.now() + seconds, thing)

    def find(self, name: str) -> Thing | None:
        """Return a thing that is still held."""
        kept = self._held.get(_digest(name))
        return None if kept is None or self._clock.past(kept[0]) else kept[1]

    def take(self, name: str) -> Thing | None:
        """Return a thing that is still held, and hold it no more."""
        kept = self._held.pop(_digest(name), None)
        return None if kept is None or self._clock.past(kept[0]) else kept[1]

    def __iter__(self) -> Iterator[Thing]:
        return iter([thing for end, thing in self._held.values() if not self._clock.past(end)])

    def __len__(self) -> int:
        return len(self._held)


def _digest(name: str) -> bytes:
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()
