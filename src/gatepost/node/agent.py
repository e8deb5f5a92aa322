"""The agent: brings the node's processes up, keeps them alive, and lets its source change them."""

import asyncio
import json
import logging
import os
import time
from collections.abc import Awaitable
from typing import Any, TypeVar

from gatepost.disk import write_atomically
from gatepost.node import report
from gatepost.node.authorizers import Authorizer, Authorizers
from gatepost.node.binaries import Nginx
from gatepost.node.compiling import Compiler
from gatepost.node.engine import Engine
from gatepost.node.errands import Errands
from gatepost.node.names import Names, follow
from gatepost.node.prefix import Prefix, new_secret
from gatepost.node.reading import Configuration
from gatepost.node.revocation_log import RevocationLog
from gatepost.node.revoking import Done, Revoking
from gatepost.node.rights import group_name
from gatepost.node.rooms import Rooms
from gatepost.node.running_configuration import RunningConfiguration
from gatepost.node.settings import NodeSettings
from gatepost.node.sources import source_of
from gatepost.node.status import StatusApi
from gatepost.node.telemetry import Meter
from gatepost.outside import as_text
from gatepost.plugin import Revocation
from gatepost.plugin.revocation_wish import Wish
from gatepost.values.listening import cannot_listen

log = logging.getLogger("gatepost.node")

T = TypeVar("T")


class Agent:
    """One running node. ``start`` brings it up and lets it follow its source, ``stop`` drains."""

    def __init__(
        self, settings: NodeSettings, prefix: Prefix, nginx: Nginx, *, group: int | None
    ) -> None:
        self.settings = settings
        self.nginx = nginx
        self.began = time.time()
        self.look_now = asyncio.Event()
        self._prefix = prefix
        self._secret = new_secret(prefix)
        self.source = source_of(settings, prefix, secret=self._secret)
        self._ready = False
        self._stopping = False
        self.names = Names()
        self._revocations = RevocationLog(prefix.revocations, now=time.time())
        self._group = group
        self.authorizers = Authorizers([self._authorizer(i) for i in range(settings.authorizers)])
        self.engine = Engine(
            nginx,
            root=prefix.root,
            conf=prefix.conf,
            push_socket=prefix.push_socket,
            secret=self._secret,
            environment=settings.environment,
            drain=settings.drain,
        )
        user = f"{settings.user} {group_name(settings.user)}" if group is not None else None
        self._compiler = Compiler(settings, nginx, prefix, user)
        self.rooms = Rooms(self.source.teller)
        self.revoking = Revoking(
            self._revocations,
            authorizers=self.authorizers,
            engine=self.engine,
            rooms=self.rooms,
            issuers=lambda: self.configuration.issuers if self.configuration else (),
        )
        self.source.share(self.revoking)
        self._meter = Meter()
        self.source.report(self._traffic, every=settings.report_every)
        if settings.traces:
            self.source.trace(self._traces, self._services)
        self.errands = Errands(prefix.desk_socket, secret=self._secret, revoke=self.revoking.end)
        self.running = RunningConfiguration(
            source=self.source,
            compiler=self._compiler,
            engine=self.engine,
            authorizers=self.authorizers,
            names=self.names,
            rooms=self.rooms,
            revoking=self.revoking,
            errands=self.errands,
        )
        self._status = StatusApi(self)
        self._tasks: list[asyncio.Task[None]] = []

    # -- life

    async def start(self) -> dict[str, str]:
        """Bring everything up; return the addresses by kind.

        A node of a control plane may wait here for its first configuration; the status API answers
        meanwhile. Raises Fault or OSError; call ``stop`` then too.
        """
        await self.errands.start()
        try:
            status = await self._status.start(self.settings.status, self.settings.status_token)
        except OSError as error:
            raise cannot_listen("status", self.settings.status, error) from error
        # Authorizers take as long to start as a file takes to read; they bind once it was read.
        configuration = await _both(self.source.first(), self.authorizers.begin())
        await self.running.begin(configuration)
        self._ready = True
        addresses = {**self._compiler.addresses(), "status": f"http://{status}"}
        about = {**addresses, "pid": os.getpid()}
        write_atomically(self._prefix.about, json.dumps(about).encode())
        self.source.serves([*self._compiler.addresses().values()])
        following = self.source.follow(self.running.take, self.look_now)
        self._tasks = [
            asyncio.create_task(following, name="follow the source"),
            asyncio.create_task(follow(self.names, self._tell_names), name="follow names"),
            asyncio.create_task(self.authorizers.watch(), name="watch the authorizers"),
        ]
        if self.names.unresolved:
            log.warning(
                "no address for %s; asked again every 5 s", ", ".join(self.names.unresolved)
            )
        return addresses

    async def stop(self) -> None:
        """Drain: no new requests, let open ones finish, then end everything."""
        self._stopping = True
        self._ready = False
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.engine.stop()
        await self.authorizers.stop()
        await self.errands.stop()
        await self.rooms.close()
        await self.source.stop()
        await self._status.stop()
        self._revocations.close()

    async def died(self) -> BaseException | None:
        """Wait for one of the tasks that must not end; return what ended it."""
        done, _ = await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
        return next(iter(done)).exception()

    async def _tell_names(self) -> None:
        await self.engine.tell_names(self.names.table())

    # -- what the status API shows

    async def status(self) -> dict[str, Any]:
        """Return Kong's picture of a node, and ours."""
        return await report.status(self)

    def not_ready(self) -> str | None:
        """Return why no traffic should be sent here, or None."""
        if self._stopping:
            return "the node is stopping"
        if not self._ready or self.configuration is None:
            return "no configuration available"
        if not self.engine.process.up:
            return "nginx is being restarted"
        if not self.authorizers.up:
            return "no authorizer is up"
        return None

    async def metrics(self) -> str:
        """Return the counters of all processes as Prometheus text."""
        return await report.metrics(self)

    async def _traffic(self) -> dict[str, Any] | None:
        """Return what was counted since the last report, None for nothing."""
        if not self._ready:
            return None
        engine, *texts = await asyncio.gather(
            self.engine.metrics(), *(one.metrics() for one in self.authorizers.members)
        )
        texts.append(as_text(self.errands.samples()))
        rows = self._meter.rows(engine, texts, self._services())
        return {"at": time.time(), "rows": rows} if rows else None

    async def _traces(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        # nginx first: what an authorizer traced meanwhile waits for the end of its request
        return await self.engine.traces(), await self.authorizers.traces()

    def _services(self) -> dict[str, str | None]:
        routes = self.configuration.snapshot.routes if self.configuration else ()
        return {one.id: one.service for one in routes}

    async def revoke(self, wish: Wish) -> Done:
        """Revoke; return what was, once it bites."""
        done = await self.revoking.revoke(wish)
        first = done.entries[0]
        log.info("revocation %s: %s; reach: %s", first["number"], first["kind"], done.reach)
        return done

    def revocations(self) -> list[dict[str, Any]]:
        """Return the live revocations."""
        return [entry.to_json() for entry in self.revoking.live()]

    @property
    def configuration(self) -> Configuration | None:
        """What runs now."""
        return self.running.now

    @property
    def last_problem(self) -> str | None:
        """Why what runs is not what is wished; None when it is."""
        return self.source.problem

    # -- inside

    def _authorizer(self, index: int) -> Authorizer:
        return Authorizer(
            f"authorizer {index}",
            self._prefix.authorizer_socket(index),
            desk=self._prefix.desk_socket,
            secret=self._secret,
            environment=self.settings.environment,
            traces=self.settings.traces,
            group=self._group,
            binding=lambda: self.running.binding,
            revocations_since=self._since,
        )

    def _since(self, number: int) -> tuple[Revocation, ...]:
        return self.revoking.since(number)


async def _both(reading: Awaitable[T], beginning: Awaitable[None]) -> T:
    """Wait for both, and raise what the first says, not a group of errors.

    Reading may wait for somebody for ever; not so when the beginning has failed.
    """
    read, begun = asyncio.ensure_future(reading), asyncio.ensure_future(beginning)
    try:
        await asyncio.wait({read, begun}, return_when=asyncio.FIRST_EXCEPTION)
        if begun.done() and begun.exception() is not None:
            read.cancel()
        await asyncio.gather(read, begun, return_exceptions=True)
        if not read.cancelled() and (wrong := read.exception()) is not None:
            raise wrong
        begun.result()
        return read.result()
    finally:
        read.cancel()
        begun.cancel()
        await asyncio.gather(read, begun, return_exceptions=True)
