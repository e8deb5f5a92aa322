"""Misbehaviour below the answer: slow, broken and endless transmission."""

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

from gatepost.idp.orders import Order
from gatepost.values import Reply

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]

_PIECE = b"a" * 65_536


@dataclass(frozen=True, slots=True)
class Wire:
    """Where an answer goes: ASGI's send, and the connection under it."""

    send: Send
    transport: asyncio.Transport

    async def deliver(self, reply: Reply) -> None:
        """Send a whole answer."""
        await self.start(reply)
        await self.send({"type": "http.response.body", "body": reply.body})

    async def start(self, reply: Reply, *, sized: bool = True) -> None:
        """Send status and headers; unsized answers are chunked."""
        headers = [(k.encode("latin-1"), v.encode("latin-1")) for k, v in reply.headers]
        if sized:
            headers.append((b"content-length", str(len(reply.body)).encode()))
        await self.send({"type": "http.response.start", "status": reply.status, "headers": headers})

    async def piece(self, content: bytes) -> bool:
        """Send a part of the body; return whether anybody still listens."""
        await self.send({"type": "http.response.body", "body": content, "more_body": True})
        return not self.transport.is_closing()


async def slow(wire: Wire, reply: Reply, order: Order) -> None:
    """Answer late, with what was true when the question came."""
    await asyncio.sleep(order.seconds)
    await wire.deliver(reply)


async def drip(wire: Wire, reply: Reply, order: Order) -> None:
    """Send the body one byte at a time."""
    await wire.start(reply)
    for number in range(len(reply.body)):
        await asyncio.sleep(order.seconds)
        if not await wire.piece(reply.body[number : number + 1]):
            return
    await wire.send({"type": "http.response.body", "body": b""})


async def reset(wire: Wire, _reply: Reply, _order: Order) -> None:
    """Break the connection without an answer (RST, not FIN)."""
    raw: socket.socket | None = wire.transport.get_extra_info("socket")
    if raw is not None:
        # Linger for 0 seconds: closing sends a reset.
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    wire.transport.abort()


async def cut(wire: Wire, reply: Reply, _order: Order) -> None:
    """Close the connection in the middle of the body."""
    await wire.start(reply)
    await wire.piece(reply.body[: len(reply.body) // 2])
    wire.transport.close()


async def huge(wire: Wire, reply: Reply, order: Order) -> None:
    """Send a right answer after very much white space, chunked."""
    await wire.start(reply, sized=False)
    blank = b" " * len(_PIECE)
    for _ in range(max(1, order.bytes // len(blank))):
        if not await wire.piece(blank):
            return
    await wire.send({"type": "http.response.body", "body": reply.body})


async def endless(wire: Wire, reply: Reply, _order: Order) -> None:
    """Send chunks until the other side hangs up."""
    await wire.start(reply, sized=False)
    listening = True
    while listening:
        listening = await wire.piece(_PIECE)
        await asyncio.sleep(0.001)


SENDERS: dict[str, Callable[[Wire, Reply, Order], Awaitable[None]]] = {
    "slow": slow,
    "drip": drip,
    "reset": reset,
    "cut": cut,
    "huge": huge,
    "endless": endless,
}
"""Faults of the transmission, at any endpoint."""
