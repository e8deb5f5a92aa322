"""Where a node's configuration comes from: its file, and what last worked where that is wished."""

import logging
from collections.abc import Mapping

from gatepost.feed import recall
from gatepost.node.lasting_secret import lasting_secret
from gatepost.node.prefix import Prefix
from gatepost.node.reading import Configuration, Kept, configure, read_file
from gatepost.node.settings import NodeSettings
from gatepost.plugin import Plan
from gatepost.values import Fault

log = logging.getLogger("gatepost.node")


class Source:
    """Reads the file again and again; a change costs what changed. One reading at a time.

    Raises Fault (operator) ``secret.unusable`` when the node's lasting secret cannot be had.
    """

    def __init__(self, settings: NodeSettings, prefix: Prefix, *, secret: bytes) -> None:
        self._settings = settings
        self._last_good = prefix.last_good
        self._secret = secret
        self._node_secret = lasting_secret(prefix.lasting_secret)
        self._kept = Kept()

    def first(self) -> tuple[Configuration, str | None]:
        """Return the configuration to start with, and why it is not that of the file.

        Raises Fault as ``read``.
        """
        try:
            return self.read({}), None
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
            return configuration, fault.message

    def read(self, known: Mapping[str, Plan]) -> Configuration:
        """Read the file as it is now (see ``read_file``). known: plans that need no building."""
        return read_file(
            self._settings.file,
            secret=self._secret,
            node_secret=self._node_secret,
            vault=self._settings.vault,
            known=known,
            kept=self._kept,
        )
