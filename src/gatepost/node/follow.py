"""Noticing that a file has changed, also when it is replaced, touched or gone for a moment."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

Mark = tuple[int, int, int, int] | None


def mark(file: Path) -> Mark:
    """Return what changes when the content does: times, size and inode; None without a file."""
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino


async def changes(
    file: Path, *, since: Mark, now: asyncio.Event, every: float = 0.3
) -> AsyncIterator[bool]:
    """Yield whenever the file may have changed; True when somebody asked by setting ``now``.

    A file that is gone yields nothing: editors remove and write again. A change is told once it
    has held still for one look, so that a file is not read while it is being written.
    """
    told = since
    seen = since
    while True:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(now.wait(), every)
        if now.is_set():
            now.clear()
            told = seen = mark(file)
            yield True
            continue
        current = mark(file)
        if current is not None and current != told and current == seen:
            told = current
            yield False
        seen = current
