"""A Store in this process, for tests and for judging one request by hand."""

from collections.abc import Callable
from typing import final

from gatepost.values import By, Fault


@final
class MemoryStore:
    """Records with an end. wall: seconds. ``away`` makes it unreachable."""

    def __init__(self, wall: Callable[[], float]) -> None:
        self._wall = wall
        self._records: dict[str, tuple[float, bytes]] = {}
        self._sets: dict[str, dict[str, float]] = {}
        self.away = False

    async def get(self, key: str) -> bytes | None:
        """Return a record, or None."""
        self._reach()
        until, record = self._records.get(key, (0.0, b""))
        return record if until > self._wall() else None

    async def put(self, key: str, record: bytes, *, seconds: float) -> None:
        """Write a record."""
        self._reach()
        self._records[key] = (self._wall() + seconds, record)

    async def replace(self, key: str, old: bytes, new: bytes, *, seconds: float) -> bool:
        """Write a record only where exactly ``old`` is."""
        if await self.get(key) != old:
            return False
        await self.put(key, new, seconds=seconds)
        return True

    async def delete(self, key: str) -> None:
        """Delete a record."""
        self._reach()
        self._records.pop(key, None)

    async def note(self, key: str, member: str, *, seconds: float) -> None:
        """Add a member to the set of this key."""
        self._reach()
        self._sets.setdefault(key, {})[member] = self._wall() + seconds

    async def noted(self, key: str) -> tuple[str, ...]:
        """Return the members of the set of this key."""
        self._reach()
        return tuple(self._sets.get(key, {}))

    def names(self) -> tuple[str, ...]:
        """Return the keys of all records."""
        return tuple(self._records)

    def clear(self) -> None:
        """Forget everything, as a server that was emptied."""
        self._records.clear()
        self._sets.clear()

    def __len__(self) -> int:
        return len(self._records)

    def _reach(self) -> None:
        if self.away:
            raise Fault(
                "store.unreachable",
                "The Redis that keeps sessions cannot be reached.",
                by=By.OURS,
                retry_after=5,
            )
