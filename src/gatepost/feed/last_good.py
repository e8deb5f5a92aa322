"""The last Snapshot that worked, on disk: 0600, whole or not at all."""

from pathlib import Path

from gatepost.disk import write_atomically
from gatepost.model import Snapshot
from gatepost.values import By, Fault


def keep(snapshot: Snapshot, path: Path) -> None:
    """Write the Snapshot, synced. Raises OSError; what was there stays then."""
    write_atomically(path, snapshot.to_bytes())


def recall(path: Path) -> Snapshot | None:
    """Return what was kept, None when nothing was.

    Raises Fault (operator) ``feed.damaged`` when it cannot be read any more.
    """
    try:
        return Snapshot.from_bytes(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, Fault) as error:
        raise Fault(
            "feed.damaged", f"The last good configuration in {path} is damaged.", by=By.OPERATOR
        ) from error
