"""A Store that is only read: for judging a request without leaving a trace of it."""

from typing import final

from gatepost.plugin import Store
from gatepost.values import By, Fault


@final
class ReadOnlyStore:
    """Reads from another store; whoever writes is refused (see ``plugin.Store``)."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def get(self, key: str) -> bytes | None:
        """Return a record, or None."""
        return await self._store.get(key)

    async def put(self, key: str, record: bytes, *, seconds: float) -> None:
        """Refuse."""
        raise _refused()

    async def replace(self, key: str, old: bytes, new: bytes, *, seconds: float) -> bool:
        """Refuse."""
        raise _refused()

    async def delete(self, key: str) -> None:
        """Refuse."""
        raise _refused()

    async def note(self, key: str, member: str, *, seconds: float) -> None:
        """Refuse."""
        raise _refused()

    async def noted(self, key: str) -> tuple[str, ...]:
        """Return the members of the set of this key."""
        return await self._store.noted(key)


def _refused() -> Fault:
    return Fault(
        "store.read_only", "This would write a record, which is not done here.", by=By.OURS
    )
