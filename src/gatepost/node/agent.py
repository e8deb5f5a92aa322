"""The agent: follows the file, binds, compiles, pushes, and keeps the processes alive.

The order makes sure that no request is judged by rules that did not route it: authorizers bind
first, then the tables are pushed, then one switch. Plans stay bound until two versions later.
"""

import asyncio
import json
import logging
import os
import time
from collections import deque
from collections.abc import Awaitable
from typing import Any, TypeVar, cast

from gatepost.feed import keep
from gatepost.model import changed_consumers
from gatepost.node import report
from gatepost.node.authorizers import Authorizer, Authorizers, Binding
from gatepost.node.binaries import Nginx
from gatepost.node.compiling import Compiled, Compiler, cannot_listen
from gatepost.node.engine import Engine
from gatepost.node.errands import Errands
from gatepost.node.follow import changes, mark
from gatepost.node.names import Names, follow
from gatepost.node.prefix import Prefix, new_secret
from gatepost.node.reading import Configuration
from gatepost.node.revocation_log import RevocationLog, write_atomically
from gatepost.node.revocation_request import Wish
from gatepost.node.revoking import Done, Revoking
from gatepost.node.rights import group_name
from gatepost.node.rooms import Rooms
from gatepost.node.settings import NodeSettings
from gatepost.node.source import Source
from gatepost.node.status import StatusApi
from gatepost.plugin import Revocation, changed_lookup_tags
from gatepost.values import Fault, Tag

log = logging.getLogger("gatepost.node")

T = TypeVar("T")

_VERSIONS_KEPT = 2


class Agent:
    """One running node. ``start`` brings it up, ``follow`` keeps it current, ``stop`` drains."""

    def __init__(
        self, settings: NodeSettings, prefix: Prefix, nginx: Nginx, *, group: int | None
    ) -> None:
        self.settings = settings
        self.nginx = nginx
        self.began = time.time()
        self.changed_at = 0.0
        self.versions = 0
        self.last_problem: str | None = None
        self.look_now = asyncio.Event()
        self._prefix = prefix
        self._secret = new_secret(prefix)
        self._source = Source(settings, prefix, secret=self._secret)
        self._ready = False
        self._stopping = False
        self._configuration: Configuration | None = None
        self._compiled: Compiled | None = None
        self._binding = Binding()
        self._past: deque[Configuration] = deque(maxlen=_VERSIONS_KEPT)
        self._mark = mark(settings.file)
        self._changing = asyncio.Lock()
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
        self.rooms = Rooms()
        self.revoking = Revoking(
            self._revocations,
            authorizers=self.authorizers,
            engine=self.engine,
            rooms=self.rooms,
            issuers=lambda: self._configuration.issuers if self._configuration else (),
        )
        self.errands = Errands(prefix.desk_socket, secret=self._secret, revoke=self.revoking.end)
        self._status = StatusApi(self)
        self._tasks: list[asyncio.Task[None]] = []

    # -- life

    async def start(self) -> dict[str, str]:
        """Bring everything up; return the addresses by kind.

        Raises Fault or OSError; call ``stop`` then too.
        """
        await self.errands.start()
        # Authorizers take as long to start as the file takes to read; they bind once it was read.
        reading = asyncio.to_thread(self._source.first)
        configuration, self.last_problem = await _both(reading, self.authorizers.begin())
        try:
            status = await self._status.start(self.settings.status, self.settings.status_token)
        except OSError as error:
            raise cannot_listen("status", self.settings.status, error) from error
        self._configuration = configuration
        self._binding = Binding.of([configuration])
        await self.rooms.want(configuration.rooms, self.revoking)
        self._compiler.prepare()
        compiled = await asyncio.to_thread(self._compiler.compile, configuration)
        self.engine.write_conf(compiled.conf)
        self.names.want(compiled.tables.hosts)
        bound = self.authorizers.bind(self._binding, frozenset())
        # What other nodes revoked while this one was away must bite on the first request.
        await asyncio.gather(bound, self.names.refresh(), self.rooms.tried())
        await self.engine.begin(compiled.tables, self.names.table())
        self._accept(configuration, compiled)
        await self._keep(configuration)
        self._ready = True
        addresses = {**self._compiler.addresses(), "status": f"http://{status}"}
        about = {**addresses, "pid": os.getpid()}
        write_atomically(self._prefix.about, json.dumps(about).encode())
        self._tasks = [
            asyncio.create_task(self._follow_file(), name="follow the file"),
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
        await self._status.stop()
        self._revocations.close()

    async def died(self) -> BaseException | None:
        """Wait for one of the tasks that must not end; return what ended it."""
        done, _ = await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
        return next(iter(done)).exception()

    # -- configuration

    async def _follow_file(self) -> None:
        file = self.settings.file
        async for asked in changes(file, since=self._mark, now=self.look_now):
            began = time.monotonic()
            try:
                changed = await self._change()
            except Fault as fault:
                self.last_problem = fault.message
                cause = f" ({fault.cause})" if fault.cause else ""
                log.error("%s%s", fault.message, cause)
                log.error("the configuration stays as it was")
            except OSError as error:
                self.last_problem = f"{file}: {error.strerror}"
                log.error("%s; the configuration stays as it was", self.last_problem)
            else:
                self.last_problem = None
                if changed or asked:
                    what = "taken" if changed else "unchanged"
                    took = (time.monotonic() - began) * 1000
                    log.info("configuration %s in %.0f ms (%s)", what, took, self._short_hash())

    async def _change(self) -> bool:
        """Take the file as it is now; return whether anything is different."""
        async with self._changing:
            old = self._configuration
            assert old is not None  # noqa: S101 - start came first
            new = await asyncio.to_thread(self._source.read, old.plans)
            if new.snapshot.hash == old.snapshot.hash and new.plan_of == old.plan_of:
                return False
            compiled = await asyncio.to_thread(self._compiler.compile, new)
            self.names.want(compiled.tables.hosts)
            await self.names.refresh()
            known = frozenset(self._binding.plans)
            before = self._binding
            self._binding = Binding.of([new, old, *self._past])
            tags = {
                tag
                for field, value in changed_consumers(old.snapshot, new.snapshot)
                for tag in changed_lookup_tags(field, value)
            }
            try:
                async with self.rooms.between(old.rooms, new.rooms, self.revoking):
                    await self.authorizers.bind(self._binding, known)
                    await self._reload(compiled)
                    await self.engine.tell_names(self.names.table())
                    await self.engine.put(compiled.tables)
            except BaseException as error:
                self._binding = before
                if isinstance(error, Exception):
                    await self._unbind(before, tags)
                raise
            self._accept(new, compiled)
            try:
                if tags:
                    await self.revoking.forget(tags, "the configuration changed")
            finally:
                await self._keep(new)
            await self.errands.tidy()
            return True

    async def _unbind(self, before: Binding, tags: set[Tag]) -> None:
        """Take back what authorizers bound of a configuration that was then refused: its consumers,
        and what was decided by them meanwhile.
        """
        try:
            await self.authorizers.bind(before, frozenset(before.plans))
            await self.revoking.forget(tags, "the configuration was refused")
        except Fault as fault:
            log.error("authorizers hold parts of a refused configuration: %s", fault.message)

    async def _reload(self, compiled: Compiled) -> None:
        """Let nginx take a configuration file that differs; the old stays if it cannot."""
        assert self._compiled is not None  # noqa: S101 - start came first
        if self.engine.write_conf(compiled.conf):
            try:
                await self.engine.reload()
            except Fault:
                self.engine.write_conf(self._compiled.conf)
                raise

    def _accept(self, configuration: Configuration, compiled: Compiled) -> None:
        if self._configuration is not None:
            self._past.append(self._configuration)
        self._configuration, self._compiled = configuration, compiled
        self._compiler.accept(compiled)
        self.changed_at = time.time()
        self.versions += 1
        for warning in configuration.warnings:
            log.warning("%s", warning)

    async def _keep(self, configuration: Configuration) -> None:
        """Write it down for the next start; nobody's request waits for the disk."""
        try:
            await asyncio.to_thread(keep, configuration.snapshot, self._prefix.last_good)
        except OSError as error:
            log.error("the last good configuration could not be kept: %s", error.strerror)

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
        if not self._ready or self._configuration is None:
            return "no configuration available"
        if not self.engine.process.up:
            return "nginx is being restarted"
        if not self.authorizers.up:
            return "no authorizer is up"
        return None

    async def metrics(self) -> str:
        """Return the counters of all processes as Prometheus text."""
        return await report.metrics(self)

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
        return self._configuration

    # -- inside

    def _authorizer(self, index: int) -> Authorizer:
        return Authorizer(
            f"authorizer {index}",
            self._prefix.authorizer_socket(index),
            desk=self._prefix.desk_socket,
            secret=self._secret,
            environment=self.settings.environment,
            group=self._group,
            binding=lambda: self._binding,
            revocations_since=self._since,
        )

    def _since(self, number: int) -> tuple[Revocation, ...]:
        return self.revoking.since(number)

    def _short_hash(self) -> str:
        return self._configuration.snapshot.hash[:12] if self._configuration else "none"


async def _both(reading: Awaitable[T], beginning: Awaitable[None]) -> T:
    """Wait for both, and raise what the first of them says, not a group of errors."""
    read, begun = await asyncio.gather(reading, beginning, return_exceptions=True)
    for result in (read, begun):
        if isinstance(result, BaseException):
            raise result
    return cast("T", read)
