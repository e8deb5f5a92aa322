"""A place for records that several nodes share: what a plugin may ask of it.

Records are bytes, sealed by whoever writes them: what lies in a store is not trusted. Every method
has a deadline and raises Fault(by=OURS) ``store.unreachable`` when there is no answer in time.
"""

from typing import Protocol


class Store(Protocol):
    """Records by key. seconds: how long a record lives unless it is written again."""

    async def get(self, key: str) -> bytes | None:
        """Return a record, or None when there is none."""
        ...

    async def put(self, key: str, record: bytes, *, seconds: float) -> None:
        """Write a record, whatever was there."""
        ...

    async def replace(self, key: str, old: bytes, new: bytes, *, seconds: float) -> bool:
        """Write a record only where exactly ``old`` is; return whether it was.

        A record that somebody deleted meanwhile stays deleted, and a newer one stays.
        """
        ...

    async def delete(self, key: str) -> None:
        """Delete a record; none is fine too."""
        ...

    async def note(self, key: str, member: str, *, seconds: float) -> None:
        """Add a member to the set of this key; the set lives on for at least ``seconds``."""
        ...

    async def noted(self, key: str) -> tuple[str, ...]:
        """Return the members of the set of this key, in no order."""
        ...
