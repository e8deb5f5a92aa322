"""The cluster's certificate authority: made once, whoever comes first, and kept sealed."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select

from gatepost.store.database.access import Access, Link
from gatepost.store.database.sealing import Seal
from gatepost.store.database.tables import settings
from gatepost.values import Secret

_NAME = "authority"


@dataclass(frozen=True, slots=True)
class Authority:
    """certificate: PEM. key: its private key, PEM."""

    certificate: str
    key: Secret


class Authorities:
    """Keeps the one authority of this database, which all control planes share."""

    def __init__(self, access: Access, seal: Seal) -> None:
        self._access = access
        self._seal = seal

    async def get(self) -> Authority | None:
        """Return the authority, None when none was made yet."""
        async with self._access.reading() as link:
            return await self._read(link)

    async def get_or_make(self, make: Callable[[], Authority]) -> Authority:
        """Return the authority; where there is none, what ``make`` gives.

        Of several processes that make one at the same time, all get the one that was written first.
        """
        found = await self.get()
        if found is not None:
            return found
        made = make()
        content = json.dumps({"certificate": made.certificate, "key": made.key.reveal()})
        sealed = self._seal.close(content.encode(), "settings", _NAME)
        async with self._access.writing("settings") as link:
            await link.put(settings, {"name": _NAME, "value": sealed})
            kept = await self._read(link)
        return kept or made

    async def _read(self, link: Link) -> Authority | None:
        query = select(settings.c.value).where(settings.c.name == _NAME)
        sealed: bytes | None = (await link.run(query)).scalar()
        if sealed is None:
            return None
        content = json.loads(self._seal.open(sealed, "settings", _NAME))
        return Authority(content["certificate"], Secret(content["key"]))
