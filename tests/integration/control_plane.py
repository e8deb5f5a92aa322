"""A ``gatepost control-plane`` as a process, with a database of its own, for tests that write."""

import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.integration.world import Process
from tests.ports import free_port


@dataclass(frozen=True)
class ControlPlane:
    """Where its Admin API is, and what an administrator says to be one."""

    address: str
    headers: dict[str, str]


@contextmanager
def control_plane(prefix: Path) -> Iterator[ControlPlane]:
    """Start one and stop it again. Its answers show secrets: a comparison needs them."""
    admin, cluster, token = free_port(), free_port(), secrets.token_urlsafe(24)
    command = [
        *(sys.executable, "-m", "gatepost", "control-plane"),
        *("--admin", f"127.0.0.1:{admin}", "--cluster", f"127.0.0.1:{cluster}"),
        *("--database", f"sqlite:///{prefix / 'control-plane.db'}", "--prefix", str(prefix)),
    ]
    process = Process("control plane", command, {**os.environ, "GATEPOST_ADMIN_TOKEN": token})
    try:
        process.ready()
        headers = {"Kong-Admin-Token": token, "Gatepost-Secrets": "reveal"}
        yield ControlPlane(f"http://127.0.0.1:{admin}", headers)
    finally:
        process.stop()
