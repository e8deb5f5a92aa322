"""The secret that a node makes once and keeps: what it seals stays readable across restarts."""

import os
import secrets
import stat
from pathlib import Path

from gatepost.node.revocation_log import write_atomically
from gatepost.values import By, Fault

_SIZE = 32


def lasting_secret(path: Path) -> bytes:
    """Return the 32 bytes in this file (0600), which is made where there is none.

    Raises Fault (operator) ``secret.unusable`` for a file that is something else, or that others
    can read: whoever knows the secret can make what the node takes for its own.
    """
    try:
        # A pipe of that name would keep us waiting, a link could lead anywhere.
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        made = secrets.token_bytes(_SIZE)
        write_atomically(path, made)
        return made
    except OSError as error:
        raise _unusable(path, f"cannot be read: {error.strerror}") from error
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise _unusable(path, "is no file")
        if status.st_mode & 0o077:
            raise _unusable(path, f"can be reached by others; close it with: chmod 600 {path}")
        found = os.read(handle, _SIZE + 1)
    except OSError as error:
        raise _unusable(path, f"cannot be read: {error.strerror}") from error
    finally:
        os.close(handle)
    if len(found) != _SIZE:
        raise _unusable(path, f"does not hold {_SIZE} bytes")
    return found


def _unusable(path: Path, why: str) -> Fault:
    return Fault(
        "secret.unusable",
        f"The secret of this node, {path}, {why}. Put it right or restore it; where it is lost, "
        "remove the file: a new one is made, and whoever is logged in has to log in again.",
        by=By.OPERATOR,
    )
