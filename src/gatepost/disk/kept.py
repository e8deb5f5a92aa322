"""A key that is made once and kept: what it sealed stays readable across restarts."""

import os
import secrets
import stat
from collections.abc import Callable
from pathlib import Path

from gatepost.disk.whole import write_atomically
from gatepost.values import Fault

SIZE = 32
"""Bytes of a key."""


def kept_key(path: Path, unusable: Callable[[str], Fault]) -> bytes:
    """Return the 32 bytes in this file (0600), which is made where there is none.

    unusable: makes the Fault that is raised for a file that cannot be had, is something else, or
    that others can read; it is given why, such as ``is no file``.
    """
    try:
        # A pipe of that name would keep us waiting, a link could lead anywhere.
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return _made(path, unusable)
    except OSError as error:
        raise unusable(f"cannot be read: {error.strerror}") from error
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise unusable("is no file")
        if status.st_mode & 0o077:
            raise unusable(f"can be reached by others; close it with: chmod 600 {path}")
        found = os.read(handle, SIZE + 1)
    except OSError as error:
        raise unusable(f"cannot be read: {error.strerror}") from error
    finally:
        os.close(handle)
    if len(found) != SIZE:
        raise unusable(f"does not hold {SIZE} bytes")
    return found


def _made(path: Path, unusable: Callable[[str], Fault]) -> bytes:
    key = secrets.token_bytes(SIZE)
    try:
        write_atomically(path, key)
    except OSError as error:
        raise unusable(f"cannot be written: {error.strerror}") from error
    return key
