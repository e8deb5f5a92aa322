"""The last Snapshot that worked, on disk: 0600, whole or not at all."""

import os
from pathlib import Path

from gatepost.model import Snapshot
from gatepost.values import By, Fault


def keep(snapshot: Snapshot, path: Path) -> None:
    """Write the Snapshot, synced. Raises OSError; what was there stays then."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(snapshot.to_bytes())
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise


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
