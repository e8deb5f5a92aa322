"""Whose rights nginx's workers have: our own, or a user's when root starts the node."""

import grp
import os
import pwd
from pathlib import Path

from gatepost.values import By, Fault


def workers_group(user: str) -> int | None:
    """Return the group of nginx's workers when we are root, else None: they are then ourselves.

    Raises Fault (operator) ``settings.user``.
    """
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(user).pw_gid
    except KeyError:
        raise Fault(
            "settings.user",
            f"There is no user {user!r} for nginx's workers. Make it, or name another with --user.",
            by=By.OPERATOR,
        ) from None


def barred(directory: Path, group: int) -> Path | None:
    """Return the directory above this one that workers of a group cannot pass, None for none."""
    for above in reversed(directory.absolute().parents):
        status = above.stat()
        passes = 0o010 if status.st_gid == group else 0o001
        if not status.st_mode & passes:
            return above
    return None


def group_name(user: str) -> str:
    """Return the name of a user's own group."""
    return grp.getgrgid(pwd.getpwnam(user).pw_gid).gr_name
