"""The control plane's own directory: one process at a time, private.

control-plane.lock    held (flock) by the one process that owns the directory
database.key          32 random bytes, made once: what entities are sealed with
gatepost.db           the database, unless the settings name another
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gatepost.disk import claimed, kept_key
from gatepost.values import By, Fault

LOCK = "control-plane.lock"


@dataclass(frozen=True, slots=True)
class Prefix:
    """The paths below a control plane's directory."""

    root: Path

    @property
    def key(self) -> Path:
        """The file of the database's key."""
        return self.root / "database.key"

    @property
    def database(self) -> str:
        """The URL of the database that is kept here."""
        return f"sqlite:///{self.root / 'gatepost.db'}"


@contextlib.contextmanager
def claim(root: Path) -> Iterator[Prefix]:
    """Own the directory for the length of the block; it is made where it is missing.

    Raises Fault (operator) ``prefix.in_use``, ``prefix.unusable``.
    """
    prefix = Prefix(root.absolute())
    with claimed(prefix.root, LOCK):
        yield prefix


def database_key(path: Path) -> bytes:
    """Return the key in this file (0600), which is made where there is none.

    Raises Fault (operator) ``key.unusable`` for a file that is something else, or that others can
    read: whoever has it and the database can read every secret in it.
    """
    return kept_key(path, lambda why: _unfit(path, why))


def _unfit(path: Path, why: str) -> Fault:
    return Fault(
        "key.unusable",
        f"The key of the database, {path}, {why}. Put it right or restore it: without it nobody "
        "can read what the database holds.",
        by=By.OPERATOR,
    )
