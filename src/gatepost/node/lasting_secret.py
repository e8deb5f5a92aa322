"""The secret that a node makes once and keeps: what it seals stays readable across restarts."""

from pathlib import Path

from gatepost.disk import kept_key
from gatepost.values import By, Fault


def lasting_secret(path: Path) -> bytes:
    """Return the 32 bytes in this file (0600), which is made where there is none.

    Raises Fault (operator) ``secret.unusable`` for a file that is something else, or that others
    can read: whoever knows the secret can make what the node takes for its own.
    """
    return kept_key(path, lambda why: _unusable(path, why))


def _unusable(path: Path, why: str) -> Fault:
    return Fault(
        "secret.unusable",
        f"The secret of this node, {path}, {why}. Put it right or restore it; where it is lost, "
        "remove the file: a new one is made, and whoever is logged in has to log in again.",
        by=By.OPERATOR,
    )
