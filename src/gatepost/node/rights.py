"""Whose rights nginx's workers have: our own, or a user's when root starts the node."""

import grp
import os
import pwd

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


def group_name(user: str) -> str:
    """Return the name of a user's own group."""
    return grp.getgrgid(pwd.getpwnam(user).pw_gid).gr_name
