"""The control plane's own directory: one process at a time, private.

control-plane.lock    held (flock) by the one process that owns the directory
database.key          32 random bytes, made once: what entities are sealed with
gatepost.db           the database, unless the settings name another
"""

import contextlib
import fcntl
import os
import secrets
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gatepost.values import By, Fault

_KEY_SIZE = 32


@dataclass(frozen=True, slots=True)
class Prefix:
    """The paths below a control plane's directory."""

    root: Path

    @property
    def lock(self) -> Path:
        """What the process that runs holds."""
        return self.root / "control-plane.lock"

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
    try:
        prefix.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        if prefix.root.stat().st_uid not in {os.geteuid(), 0}:
            raise _unusable(root, "it belongs to another user")
        lock = os.open(prefix.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise _unusable(root, error.strerror or "it cannot be written") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        raise Fault(
            "prefix.in_use",
            f"Another gatepost runs with the directory {root}. "
            "Stop it, or give this one a directory of its own with --prefix.",
            by=By.OPERATOR,
        ) from None
    try:
        yield prefix
    finally:
        os.close(lock)


def database_key(path: Path) -> bytes:
    """Return the key in this file (0600), which is made where there is none.

    Raises Fault (operator) ``key.unusable`` for a file that is something else, or that others can
    read: whoever has it and the database can read every secret in it.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return _made(path)
    except OSError as error:
        raise _unfit(path, f"cannot be read: {error.strerror}") from error
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise _unfit(path, "is no file")
        if status.st_mode & 0o077:
            raise _unfit(path, f"can be reached by others; close it with: chmod 600 {path}")
        key = os.read(handle, _KEY_SIZE + 1)
    finally:
        os.close(handle)
    if len(key) != _KEY_SIZE:
        raise _unfit(path, f"does not hold {_KEY_SIZE} bytes")
    return key


def _made(path: Path) -> bytes:
    key = secrets.token_bytes(_KEY_SIZE)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        directory = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise _unfit(path, f"cannot be written: {error.strerror}") from error
    return key


def _unfit(path: Path, why: str) -> Fault:
    return Fault(
        "key.unusable",
        f"The key of the database, {path}, {why}. Put it right or restore it: without it nobody "
        "can read what the database holds.",
        by=By.OPERATOR,
    )


def _unusable(root: Path, why: str) -> Fault:
    return Fault(
        "prefix.unusable",
        f"The directory {root} cannot be used: {why}. Name another with --prefix.",
        by=By.OPERATOR,
    )
