"""What a node runs now, and how it comes to run something else.

The order makes sure that no request is judged by rules that did not route it: authorizers bind
first, then the tables are pushed, then one switch. Plans stay bound until two versions later.
Whatever fails on the way, what ran before goes on.
"""

import asyncio
import logging
import time
from collections import deque

from gatepost.model import changed_consumers
from gatepost.node.authorizers import Authorizers, Binding
from gatepost.node.compiling import Compiled, Compiler
from gatepost.node.engine import Engine
from gatepost.node.errands import Errands
from gatepost.node.names import Names
from gatepost.node.reading import Configuration
from gatepost.node.revoking import Revoking
from gatepost.node.rooms import Rooms
from gatepost.node.source import Read, Source
from gatepost.plugin import changed_lookup_tags
from gatepost.values import Fault, Tag

log = logging.getLogger("gatepost.node")

_VERSIONS_KEPT = 2


class RunningConfiguration:
    """The one that runs, from ``begin`` on.

    now: it, None before. versions: how many there were. changed_at: wall seconds of the latest.
    binding: what authorizers must know, also those that come up again.
    """

    def __init__(
        self,
        *,
        source: Source,
        compiler: Compiler,
        engine: Engine,
        authorizers: Authorizers,
        names: Names,
        rooms: Rooms,
        revoking: Revoking,
        errands: Errands,
    ) -> None:
        self.now: Configuration | None = None
        self.changed_at = 0.0
        self.versions = 0
        self.binding = Binding()
        self._source = source
        self._compiler = compiler
        self._engine = engine
        self._authorizers = authorizers
        self._names = names
        self._rooms = rooms
        self._revoking = revoking
        self._errands = errands
        self._compiled: Compiled | None = None
        self._past: deque[Configuration] = deque(maxlen=_VERSIONS_KEPT)
        self._changing = asyncio.Lock()

    async def begin(self, configuration: Configuration) -> None:
        """Run the first one, and start nginx with it. Raises Fault or OSError."""
        self.now = configuration
        self.binding = Binding.of([configuration])
        await self._rooms.want(configuration.rooms, self._revoking)
        self._compiler.prepare()
        compiled = await asyncio.to_thread(self._compiler.compile, configuration)
        self._engine.write_conf(compiled.conf)
        self._names.want(compiled.tables.hosts)
        bound = self._authorizers.bind(self.binding, frozenset())
        # What other nodes revoked while this one was away must bite on the first request.
        heard = asyncio.gather(self._rooms.tried(), self._source.tried())
        await asyncio.gather(bound, self._names.refresh(), heard)
        await self._engine.begin(compiled.tables, self._names.table())
        self._accept(configuration, compiled)
        await self._keep(configuration)

    async def take(self, read: Read) -> bool:
        """Run what is read; return whether anything is different. Raises as ``read``, and Fault
        when it cannot be run; what ran before goes on then.
        """
        async with self._changing:
            old = self.now
            assert old is not None  # noqa: S101 - begin came first
            new = await asyncio.to_thread(read, old.plans)
            if new.snapshot.hash == old.snapshot.hash and new.plan_of == old.plan_of:
                return False
            compiled = await asyncio.to_thread(self._compiler.compile, new)
            self._names.want(compiled.tables.hosts)
            await self._names.refresh()
            known = frozenset(self.binding.plans)
            before = self.binding
            self.binding = Binding.of([new, old, *self._past])
            tags = {
                tag
                for field, value in changed_consumers(old.snapshot, new.snapshot)
                for tag in changed_lookup_tags(field, value)
            }
            try:
                async with self._rooms.between(old.rooms, new.rooms, self._revoking):
                    await self._authorizers.bind(self.binding, known)
                    await self._reload(compiled)
                    await self._engine.tell_names(self._names.table())
                    await self._engine.put(compiled.tables)
            except BaseException as error:
                self.binding = before
                if isinstance(error, Exception):
                    await self._unbind(before, tags)
                raise
            self._accept(new, compiled)
            try:
                if tags:
                    await self._revoking.forget(tags, "the configuration changed")
            finally:
                await self._keep(new)
            await self._errands.tidy()
            return True

    async def _unbind(self, before: Binding, tags: set[Tag]) -> None:
        """Take back what authorizers bound of a configuration that was then refused: its consumers,
        and what was decided by them meanwhile.
        """
        try:
            await self._authorizers.bind(before, frozenset(before.plans))
            await self._revoking.forget(tags, "the configuration was refused")
        except Fault as fault:
            log.error("authorizers hold parts of a refused configuration: %s", fault.message)

    async def _reload(self, compiled: Compiled) -> None:
        """Let nginx take a configuration file that differs; the old stays if it cannot."""
        assert self._compiled is not None  # noqa: S101 - begin came first
        if self._engine.write_conf(compiled.conf):
            try:
                await self._engine.reload()
            except Fault:
                self._engine.write_conf(self._compiled.conf)
                raise

    def _accept(self, configuration: Configuration, compiled: Compiled) -> None:
        if self._compiled is not None and self.now is not None:
            self._past.append(self.now)
        self.now, self._compiled = configuration, compiled
        self._compiler.accept(compiled)
        self.changed_at = time.time()
        self.versions += 1
        for warning in configuration.warnings:
            log.warning("%s", warning)

    async def _keep(self, configuration: Configuration) -> None:
        """Write it down for the next start; nobody's request waits for the disk."""
        try:
            await asyncio.to_thread(self._source.keep, configuration)
        except OSError as error:
            log.error("the last good configuration could not be kept: %s", error.strerror)
