"""What nodes send up, each thing once: revocations made at a node, and reports."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from gatepost.feed.messages import plain
from gatepost.feed.needs import Reports
from gatepost.feed.packing import broken
from gatepost.plugin import Revocation

_REMEMBERED = 10_000

Append = Callable[[str, Sequence[Mapping[str, Any]]], Awaitable[object]]


class Incoming:
    """append: writes revocations of a plane and lets its nodes know."""

    def __init__(self, append: Append, reports: Reports) -> None:
        self._append = append
        self._reports = reports
        self._recent: OrderedDict[tuple[object, ...], None] = OrderedDict()
        self._taken: OrderedDict[tuple[str, str], int] = OrderedDict()

    async def revoked(self, plane: str, node: str, entries: Sequence[Mapping[str, Any]]) -> None:
        """Take what was revoked at a node; what another node told already is passed over.

        Raises Fault(by=OURS) ``feed.broken`` for what is no revocation.
        """
        fresh: dict[tuple[object, ...], dict[str, Any]] = {}
        for entry in entries:
            try:
                one = Revocation.from_json({**entry, "number": 0})
            except ValueError as error:
                raise broken(str(error)) from None
            key = (plane, one.tag, one.not_before, one.expires)
            if key not in self._recent:
                fresh[key] = plain(one.to_json())
        if fresh:
            await self._append(plane, list(fresh.values()))
            self._recent.update(dict.fromkeys(fresh))
            while len(self._recent) > _REMEMBERED:
                self._recent.popitem(last=False)

    async def report(
        self, plane: str, node: str, boot: str, sequence: int, body: Mapping[str, Any]
    ) -> None:
        """Take a report; one that was taken before is passed over."""
        if sequence <= self._taken.get((node, boot), 0):
            return
        await self._reports.take(plane, node, boot, sequence, body)
        self._taken[node, boot] = sequence
        self._taken.move_to_end((node, boot))
        while len(self._taken) > _REMEMBERED:
            self._taken.popitem(last=False)
