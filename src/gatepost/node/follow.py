"""Noticing that a file has changed, also when it is replaced, touched or gone for a moment."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

_STILL = 2
"""Looks for which a file must be as it was."""

Mark = tuple[int, int, int, int] | None


def mark(file: Path) -> Mark:
    """Return what changes when the content does: times, size and inode; None without a file."""
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino


async def changes(
    file: Path, *, since: Mark, now: asyncio.Event, every: float = 0.1
) -> AsyncIterator[bool]:
    """Yield whenever the file may have changed; True when somebody asked by setting ``now``.

    A file that is gone yields nothing: editors remove and write again. A change is told once it
    has held still for two looks, so that a file is not read while it is being written.
    """
    told = since
    seen = since
    still = 0
    while True:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(now.wait(), every)
        if now.is_set():
            now.clear()
            told = seen = mark(file)
            yield True
            continue
        current = mark(file)
        still = still + 1 if current == seen else 0
        if current is not None and current != told and still >= _STILL:
            told = current
            yield False
        seen = current
