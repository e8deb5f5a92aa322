"""Sockets that take connections."""

import socket

from gatepost.values import Address


def listen(address: Address) -> socket.socket:
    """Return a socket that listens on an address; port 0 takes a free one. Raises OSError."""
    host = "127.0.0.1" if address.host.lower() == "localhost" else address.host
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, address.port), family=family, backlog=1024)
    # Connections inherit it. asyncio sets it for sockets that name their protocol only, and without
    # it each answer waits 40 ms for an acknowledgement.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener
