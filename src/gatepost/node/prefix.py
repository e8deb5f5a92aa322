"""The node's own directory: one agent at a time, private, and clean of a killed agent's remains.

agent.lock            held (flock) by the one agent that owns the prefix
nginx.conf            what nginx was last told
revocations.log       what must never be accepted again
node.secret           what only this node knows, made once
last-good.json        the configuration that last worked
control-plane/        who the node is to its control plane, and the configuration it last gave
run/                  sockets of the authorizers; root's workers may pass, nobody else
run/agent/            push socket, desk and boot secret; the agent alone
nginx/                temporary files and logs of nginx
"""

import contextlib
import os
import secrets
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gatepost.disk.claimed import claimed, private, unusable

_SOCKET_PATH_LIMIT = 107
"""Bytes of a UNIX socket's path (sun_path has 108 with its final zero)."""


@dataclass(frozen=True, slots=True)
class Prefix:
    """The paths below one node's directory."""

    root: Path

    @property
    def run(self) -> Path:
        """Directory of the authorizers' sockets."""
        return self.root / "run"

    @property
    def push_socket(self) -> Path:
        """Where nginx takes tables and revocations."""
        return self.run / "agent" / "push.sock"

    @property
    def desk_socket(self) -> Path:
        """Where authorizers bring errands and revocations."""
        return self.run / "agent" / "desk.sock"

    @property
    def lasting_secret(self) -> Path:
        """File of the secret that stays the same across restarts."""
        return self.root / "node.secret"

    @property
    def secret(self) -> Path:
        """File of the boot secret: 32 random bytes, new at each start of the agent."""
        return self.run / "agent" / "secret"

    @property
    def conf(self) -> Path:
        """The nginx configuration file."""
        return self.root / "nginx.conf"

    @property
    def pid(self) -> Path:
        """File with the process id of nginx's master."""
        return self.root / "nginx" / "nginx.pid"

    @property
    def revocations(self) -> Path:
        """The durable log of revocations."""
        return self.root / "revocations.log"

    @property
    def last_good(self) -> Path:
        """The configuration that last worked."""
        return self.root / "last-good.json"

    @property
    def control_plane(self) -> Path:
        """Directory of what a node of a control plane keeps."""
        return self.root / "control-plane"

    @property
    def about(self) -> Path:
        """Where the running node can be reached (JSON): addresses and process id."""
        return self.root / "node.json"

    def authorizer_socket(self, index: int) -> Path:
        """Return the socket of one authorizer."""
        return self.run / f"authorizer-{index}.sock"


@contextlib.contextmanager
def claim(root: Path, *, group: int | None = None) -> Iterator[Prefix]:
    """Own the prefix for the length of the block; make its directories and clear remains away.

    group: id of the group whose processes (nginx's workers, when the agent is root) may reach
    the authorizers' sockets. Raises Fault (operator) ``prefix.in_use``, ``prefix.unusable``.
    """
    root = root.absolute()
    prefix = Prefix(root)
    longest = len(os.fsencode(prefix.authorizer_socket(99)))
    if longest > _SOCKET_PATH_LIMIT:
        raise unusable(root, f"its path is {longest - _SOCKET_PATH_LIMIT} bytes too long")
    with claimed(root, "agent.lock", mode=0o700 if group is None else 0o711):
        end_orphan(prefix)
        private(prefix.run, 0o700 if group is None else 0o710, group)
        for directory in (prefix.push_socket.parent, prefix.pid.parent):
            private(directory, 0o700 if group is None or directory != prefix.pid.parent else 0o711)
        _clear(prefix)
        yield prefix
        _clear(prefix)


def new_secret(prefix: Prefix) -> bytes:
    """Write a new boot secret (0600) and return it."""
    secret = secrets.token_bytes(32)
    prefix.secret.unlink(missing_ok=True)
    handle = os.open(prefix.secret, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(secret)
    return secret


def end_orphan(prefix: Prefix, *, patience: float = 5.0) -> int | None:
    """End an nginx that a killed agent left behind, and only if it is really ours.

    Returns its process id, or None when there was none. Ours is a process whose command line is
    that of an nginx master with this very prefix.
    """
    try:
        pid = int(prefix.pid.read_text())
        handle = os.pidfd_open(pid)
    except (OSError, ValueError):
        return None
    try:
        command = (
            Path(f"/proc/{pid}/cmdline")
            .read_bytes()
            .replace(b"\0", b" ")
            .decode("utf-8", "replace")
        )
        if "nginx" not in command or f" {prefix.root} " not in f"{command} ".replace("/ ", " "):
            return None
        for number in (signal.SIGTERM, signal.SIGKILL):
            signal.pidfd_send_signal(handle, number)
            deadline = time.monotonic() + patience
            while time.monotonic() < deadline:
                if _gone(pid):
                    return pid
                time.sleep(0.02)
    except (OSError, ProcessLookupError):
        return pid
    finally:
        os.close(handle)
    return pid


def _gone(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return True
    return state == "Z"


def _clear(prefix: Prefix) -> None:
    sockets = (*prefix.run.glob("*.sock"), *prefix.run.glob("*.new"))
    sockets += (prefix.push_socket, prefix.desk_socket)
    for stale in (*sockets, prefix.secret, prefix.about):
        stale.unlink(missing_ok=True)
