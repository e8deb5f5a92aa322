"""What explanations of one control plane's configuration share, while it stays as it is."""

from collections import OrderedDict

from gatepost.explaining import Ground
from gatepost.model import Snapshot
from gatepost.plugin import Revocation
from gatepost.store.database import Database

_PLANES = 8
_PAGE = 1000


class Explaining:
    """Keeps it for the planes that were asked about last."""

    def __init__(self, database: Database) -> None:
        self._log = database.revocations
        self._grounds: OrderedDict[str, Ground] = OrderedDict()
        self._revoked: OrderedDict[str, tuple[str, list[tuple[int, Revocation]]]] = OrderedDict()

    def ground(self, plane: str, snapshot: Snapshot) -> Ground:
        """Return it for this configuration."""
        held = self._grounds.get(plane)
        if held is None or held.snapshot is not snapshot:
            held = self._grounds[plane] = Ground(snapshot)
        self._grounds.move_to_end(plane)
        while len(self._grounds) > _PLANES:
            self._grounds.popitem(last=False)
        return held

    async def revocations(self, plane: str) -> list[Revocation]:
        """Return what is revoked in a plane, at the cost of what was revoked since it was asked."""
        position = await self._log.position(plane)
        epoch, entries = self._revoked.pop(plane, (position.epoch, []))
        if epoch != position.epoch or (entries and entries[-1][0] > position.last):
            entries = []
        entries = [one for one in entries if one[0] >= position.floor]
        while True:
            after = entries[-1][0] if entries else 0
            more = await self._log.since(plane, after, _PAGE)
            entries += [
                (one.number, Revocation.from_json({**one.entry, "number": one.number}))
                for one in more
            ]
            if len(more) < _PAGE:
                break
        self._revoked[plane] = (position.epoch, entries)
        while len(self._revoked) > _PLANES:
            self._revoked.popitem(last=False)
        return [entry for _, entry in entries]
