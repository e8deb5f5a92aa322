"""Ports for servers that a test starts, or that must have nobody behind them."""

import itertools
import secrets
import socket

# Below the range from which the system gives outgoing connections their ports: one that is free
# now is not taken by somebody's call before the server of the test binds it.
_RANGE = range(12_000, 32_000)
_order = itertools.islice(itertools.cycle(_RANGE), secrets.randbelow(len(_RANGE)), None)


def free_port() -> int:
    """Return a loopback port that nobody listens on; no two calls of a process get the same."""
    for port in itertools.islice(_order, len(_RANGE)):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError("every port of this machine is taken")
