"""A node without a control plane: its file is the truth, followed while it changes."""

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from gatepost.feed import keep, recall
from gatepost.node.follow import changes, mark
from gatepost.node.lasting_secret import lasting_secret
from gatepost.node.prefix import Prefix
from gatepost.node.reading import Configuration, Kept, configure, read_file
from gatepost.node.reporting import Make
from gatepost.node.revoking import Revoking
from gatepost.node.settings import NodeSettings
from gatepost.node.source import Take
from gatepost.node.tracing import Fetch, Services
from gatepost.plugin import Plan
from gatepost.values import Fault

log = logging.getLogger("gatepost.node")


class FileSource:
    """Reads the file again and again; a change costs what changed. One reading at a time.

    Raises Fault (operator) ``secret.unusable`` when the node's lasting secret cannot be had.
    """

    teller = None

    def __init__(
        self, file: Path, settings: NodeSettings, prefix: Prefix, *, secret: bytes
    ) -> None:
        self.problem: str | None = None
        self._file = file
        self._settings = settings
        self._last_good = prefix.last_good
        self._secret = secret
        self._node_secret = lasting_secret(prefix.lasting_secret)
        self._kept = Kept()
        self._mark = mark(file)
        self._hash = ""

    def share(self, revoking: Revoking) -> None:
        """Nobody is above this node."""

    def report(self, make: Make, *, every: float) -> None:
        """Nobody is above this node."""

    def trace(self, fetch: Fetch, services: Services) -> None:
        """Nobody is above this node."""

    def serves(self, addresses: Sequence[str]) -> None:
        """Nobody asks where this node serves."""

    async def first(self) -> Configuration:
        """Return the configuration to start with. Raises Fault as ``read``."""
        return await asyncio.to_thread(self._first)

    def _first(self) -> Configuration:
        try:
            return self.read({})
        except Fault as fault:
            kept = recall(self._last_good) if self._settings.last_good else None
            if kept is None:
                raise
            log.error("%s", fault.message)
            log.warning("starting with the configuration that last worked (%s)", kept.hash[:12])
            configuration = configure(
                kept,
                str(self._last_good),
                secret=self._secret,
                node_secret=self._node_secret,
                vault=self._settings.vault,
            )
            self.problem = fault.message
            return configuration

    def read(self, known: Mapping[str, Plan]) -> Configuration:
        """Read the file as it is now (see ``read_file``). known: plans that need no building."""
        found = read_file(
            self._file,
            secret=self._secret,
            node_secret=self._node_secret,
            vault=self._settings.vault,
            known=known,
            kept=self._kept,
        )
        self._hash = found.snapshot.hash
        return found

    async def follow(self, take: Take, look_now: asyncio.Event) -> None:
        """Take the file whenever it changes; a bad one changes nothing."""
        async for asked in changes(self._file, since=self._mark, now=look_now):
            began = time.monotonic()
            try:
                changed = await take(self.read)
            except Fault as fault:
                self.problem = fault.message
                cause = f" ({fault.cause})" if fault.cause else ""
                log.error("%s%s", fault.message, cause)
                log.error("the configuration stays as it was")
            except OSError as error:
                self.problem = f"{self._file}: {error.strerror}"
                log.error("%s; the configuration stays as it was", self.problem)
            else:
                self.problem = None
                if changed or asked:
                    what = "taken" if changed else "unchanged"
                    took = (time.monotonic() - began) * 1000
                    log.info("configuration %s in %.0f ms (%s)", what, took, self._hash[:12])

    async def tried(self) -> None:
        """Nothing is heard through a file."""

    def keep(self, configuration: Configuration) -> None:
        """Write it down for the next start. Raises OSError."""
        keep(configuration.snapshot, self._last_good)

    def status(self) -> dict[str, Any]:
        """Return which file it is."""
        return {"configuration": {"file": str(self._file)}}

    async def stop(self) -> None:
        """There is nothing to end."""
