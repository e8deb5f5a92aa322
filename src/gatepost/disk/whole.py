"""Files that are whole or not there: written beside, synced, and put in place."""

import itertools
import os
from pathlib import Path

_drafts = itertools.count()  # two threads may write one file: the later whole one stays


def write_atomically(path: Path, content: bytes) -> None:
    """Replace a file (0600), synced. Raises OSError; what was there stays then."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.{next(_drafts)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
    directory = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
