"""A directory that one process owns for as long as it runs."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from gatepost.values import By, Fault


@contextlib.contextmanager
def claimed(root: Path, lock: str, *, mode: int = 0o700) -> Iterator[None]:
    """Own a directory for the length of the block; it is made where it is missing.

    lock: name of the file in it that is held (flock). mode: of the directory. Raises Fault
    (operator) ``prefix.in_use``, ``prefix.unusable``.
    """
    try:
        private(root, mode)
        handle = os.open(root / lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise unusable(root, error.strerror or "it cannot be written") from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Fault(
                "prefix.in_use",
                f"Another gatepost runs with the directory {root}. "
                "Stop it, or give this one a directory of its own with --prefix.",
                by=By.OPERATOR,
            ) from None
        yield
    finally:
        os.close(handle)


def private(directory: Path, mode: int, group: int | None = None) -> None:
    """Make a directory that belongs to us or to root, with this mode, and group where one is told.

    Raises OSError.
    """
    directory.mkdir(mode=mode, parents=True, exist_ok=True)
    status = directory.stat()
    if status.st_uid not in {os.geteuid(), 0}:
        raise PermissionError(0, "it belongs to another user")
    if group is not None:
        os.chown(directory, -1, group)
    directory.chmod(mode)


def unusable(root: Path, why: str) -> Fault:
    """Return the Fault (operator) ``prefix.unusable``."""
    return Fault(
        "prefix.unusable",
        f"The directory {root} cannot be used: {why}. Name another with --prefix.",
        by=By.OPERATOR,
    )
