"""The cluster listener: where nodes are enrolled, renew, and follow their plane.

TLS 1.2 or newer, with a certificate made by this process from the cluster's authority. A client
certificate is asked for and may be left out: who enrols has none yet. The feed demands one.
"""

import asyncio
import contextlib
import logging
import os
import socket
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from aiohttp import WSMsgType, web

from gatepost.feed import messages as say
from gatepost.feed.authority import DAY, Authority, issue_server
from gatepost.feed.close_codes import Closed, as_reason
from gatepost.feed.connection import Connection, refusal
from gatepost.feed.incoming import Incoming
from gatepost.feed.issuing import Issuing, passport_of
from gatepost.feed.membership import Passport
from gatepost.feed.needs import Keepers, Standing
from gatepost.feed.packing import broken
from gatepost.feed.parcels import Parcels
from gatepost.feed.patience import Patience
from gatepost.values import Address, Fault
from gatepost.values.plain_text import plain

log = logging.getLogger("gatepost.feed")

_ANEW = 30 * DAY
"""Seconds after which this process makes itself a new certificate."""


@dataclass(frozen=True, slots=True)
class Reached:
    """Whom a revocation reached in time: of the nodes that were connected here, those it bites at.

    missing: ids of those that did not say so. last: the number of the last entry in the log.
    """

    connected: int
    applied: int
    missing: tuple[str, ...] = ()
    last: int = 0


class ClusterListener:
    """The listener, from ``start`` to ``stop``; all methods belong to one event loop.

    life: seconds that a node's certificate lives.
    """

    def __init__(
        self,
        address: Address,
        authority: Authority,
        keepers: Keepers,
        *,
        life: float = 30 * DAY,
        patience: Patience | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._address = address
        self._authority = authority
        self._keepers = keepers
        self._patience = patience or Patience()
        self._now = now
        self._issuing = Issuing(authority, keepers, life=life, now=now)
        self._incoming = Incoming(self._append, keepers.reports, keepers.traces)
        self._connections: dict[str, dict[str, Connection]] = {}
        self._parcels: dict[str, Parcels] = {}
        self._applied = asyncio.Event()
        self._runner: web.AppRunner | None = None
        self._tasks: list[asyncio.Task[None]] = []

    # -- life

    async def start(self) -> Address:
        """Listen; return the address in use. Raises OSError when the port is taken."""
        context = server_context(self._authority)
        load_identity(context, issue_server(self._authority, now=self._now()))
        app = web.Application(client_max_size=64 * 1024)
        app.add_routes([*self._issuing.routes(), web.get("/v1/feed", self._feed)])
        runner = web.AppRunner(
            app,
            access_log=None,
            handle_signals=False,
            shutdown_timeout=2.0,
            keepalive_timeout=self._patience.connect,  # for the first words of a connection too
            lingering_time=1.0,
        )
        await runner.setup()
        site = web.TCPSite(
            runner, self._address.host, self._address.port, ssl_context=context, backlog=1024
        )
        try:
            await site.start()
        except OSError:
            await runner.cleanup()
            raise
        self._runner = runner
        self._tasks = [
            asyncio.create_task(self._anew(context), name="renew the listener"),
            asyncio.create_task(self._look(), name="look for what nobody told"),
        ]
        port: int = runner.addresses[0][1]
        return self._address.with_port(port)

    async def stop(self) -> None:
        """Tell every node, and listen no longer."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        closing = [one.close(Closed.STOPPING, "the control plane stops") for one in self._all()]
        await asyncio.gather(*closing)
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _anew(self, context: ssl.SSLContext) -> None:
        while True:
            await asyncio.sleep(_ANEW)
            load_identity(context, issue_server(self._authority, now=self._now()))

    async def _look(self) -> None:
        """Look at what another process published, should its word be lost: all at one moment, so
        that it is read once for all of them.
        """
        while True:
            await asyncio.sleep(self._patience.ping)
            for plane in list(self._connections):
                self.changed(plane)

    # -- what its owner says

    def changed(self, plane: str) -> None:
        """Look at what is published and revoked in a plane: it may have changed, here or by
        another process. Cheap when it has not.
        """
        for one in self._connections.get(plane, {}).values():
            one.changed()

    def review(self, plane: str) -> None:
        """Look which nodes of a plane may stay: one may have been revoked by another process, or
        the plane deleted.
        """
        for one in self._connections.get(plane, {}).values():
            one.review()

    async def revoked(self, plane: str, entries: Sequence[Mapping[str, Any]]) -> Reached:
        """Write revocations into the plane's log and wait until they bite, at most a few seconds.

        Nodes that are away, and those of other processes, are not waited for: they hear of it when
        they connect or their process looks. Raises what ``Revocations.append`` raises.
        """
        waited = dict(self._connections.get(plane, {}))
        number = await self._append(plane, entries)
        deadline = time.monotonic() + self._patience.tell
        while True:
            self._applied.clear()
            missing = [node for node, one in waited.items() if one.applied < number]
            left = deadline - time.monotonic()
            if not missing or left <= 0:
                break
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._applied.wait(), left)
        done = len(waited) - len(missing)
        return Reached(len(waited), done, tuple(sorted(missing)), number)

    async def dismiss(self, plane: str, node: str, why: str) -> bool:
        """Close the connection of a node that was revoked; return whether it was connected.

        Its standing is asked at each connect, and once a minute for one that follows another
        process: note the revocation first.
        """
        one = self._connections.get(plane, {}).get(node)
        if one is not None:
            await one.close(*refusal(Standing.REVOKED, why))
        return one is not None

    def connected(self, plane: str) -> tuple[str, ...]:
        """Return the ids of the nodes that follow this plane here."""
        return tuple(self._connections.get(plane, {}))

    # -- the feed

    async def _feed(self, request: web.Request) -> web.StreamResponse:
        passport = passport_of(request)
        if passport is None:
            return web.json_response(
                {"code": "certificate.missing", "message": "The feed is for enrolled nodes."},
                status=401,
            )
        plane, node = passport.member.plane, passport.member.node
        feed = web.WebSocketResponse(
            max_msg_size=say.LONGEST,
            compress=False,
            autoping=True,
            timeout=2.0,
            writer_limit=say.PIECE,
        )
        await feed.prepare(request)
        let_overtake(request.transport)
        try:
            standing, why = await self._keepers.nodes.standing(plane, node)
            if standing is not Standing.KNOWN:
                code, reason = refusal(standing, why)
                await feed.close(code=code, message=as_reason(reason))
                return feed
            hello = await self._hello(feed, node)
        except Fault as fault:
            log.warning("node %s: %s", node, plain(fault.cause or ""))
            await feed.close(code=Closed.BROKEN, message=as_reason(fault.cause or ""))
            return feed
        except Exception:  # of a store: the node comes back, and it is tried again
            log.exception("node %s: whether it may come cannot be told", node)
            await feed.close(code=Closed.FAILED, message=b"the control plane failed")
            return feed
        await self._serve(request, feed, passport, hello)
        return feed

    async def _hello(self, feed: web.WebSocketResponse, node: str) -> say.Hello:
        try:
            async with asyncio.timeout(self._patience.connect):
                first = await feed.receive()
        except TimeoutError:
            raise broken("it did not say hello") from None
        hello = say.read_from_node(first.data) if first.type is WSMsgType.TEXT else None
        if not isinstance(hello, say.Hello):
            raise broken("its first word was not hello")
        if hello.node != node:
            raise broken("it says that it is another node than its certificate says")
        if hello.protocol != say.PROTOCOL:
            raise broken(f"it speaks version {hello.protocol} of the feed, not {say.PROTOCOL}")
        return hello

    async def _serve(
        self,
        request: web.Request,
        feed: web.WebSocketResponse,
        passport: Passport,
        hello: say.Hello,
    ) -> None:
        plane, node = passport.member.plane, passport.member.node
        one = Connection(
            feed,
            passport,
            hello,
            ip=request.remote or "",
            transport=request.transport,
            keepers=self._keepers,
            parcels=self._parcels.setdefault(plane, Parcels()),
            incoming=self._incoming,
            patience=self._patience,
            on_applied=self._applied.set,
            now=self._now,
        )
        here = self._connections.setdefault(plane, {})
        before, here[node] = here.get(node), one
        if before is not None:
            await before.close(Closed.ELSEWHERE, "the node came by another connection")
        log.info("node %s (%s) is connected to plane %s", node, plain(hello.hostname), plane)
        try:
            await one.serve()
        finally:
            if here.get(node) is one:
                del here[node]
                gone = replace(one.sight, connected=False)
                with contextlib.suppress(Exception):  # whoever asks sees when it was last seen
                    await self._keepers.nodes.seen(plane, node, gone)
            self._applied.set()
            log.info("node %s is gone", node)

    # -- inside

    async def _append(self, plane: str, entries: Sequence[Mapping[str, Any]]) -> int:
        number = await self._keepers.revocations.append(plane, [say.plain(one) for one in entries])
        self.changed(plane)
        return number

    def _all(self) -> list[Connection]:
        return [one for here in self._connections.values() for one in here.values()]


def server_context(authority: Authority) -> ssl.SSLContext:
    """Return how the listener speaks TLS: who shows a certificate shows one of this authority."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.verify_mode = ssl.CERT_OPTIONAL
    context.load_verify_locations(cadata=authority.certificate.decode())
    # A session that is taken up again would bring a certificate that has expired since.
    context.options |= ssl.OP_NO_TICKET
    context.num_tickets = 0
    return context


def let_overtake(transport: asyncio.Transport | None) -> None:
    """Let little wait on its way out of this process and its system: what waits there of a
    configuration cannot be overtaken by a revocation.
    """
    if transport is None:
        return
    transport.set_write_buffer_limits(high=say.PIECE)
    plug = transport.get_extra_info("socket")
    if plug is not None and hasattr(socket, "TCP_NOTSENT_LOWAT"):
        plug.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, say.PIECE)


def load_identity(context: ssl.SSLContext, pem: bytes) -> None:
    """Use this key and certificate from now on. They are never written to a disk."""
    handle = os.memfd_create("identity", os.MFD_CLOEXEC)
    try:
        with os.fdopen(os.dup(handle), "wb") as file:
            file.write(pem)
        context.load_cert_chain(f"/proc/self/fd/{handle}")
    finally:
        os.close(handle)
