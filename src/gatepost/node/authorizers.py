"""The authorizers of a node: one process each, bound before they are asked, told of revocations."""

import asyncio
import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gatepost.node.child import Child
from gatepost.node.processes import Supervised
from gatepost.node.reading import Configuration
from gatepost.node.tracing import records
from gatepost.outside import Channel
from gatepost.plugin import Revocation
from gatepost.values import By, Fault
from gatepost.values.mac import control_word

log = logging.getLogger("gatepost.node")


@dataclass(frozen=True, slots=True)
class Binding:
    """What an authorizer must know: definitions by plan id, and who the consumers are."""

    plans: Mapping[str, str] = field(default_factory=dict, repr=False)
    consumers: tuple[Mapping[str, Any], ...] = field(default=(), repr=False)

    @staticmethod
    def of(configurations: Sequence[Configuration]) -> "Binding":
        """Return the plans of all of these, and the consumers of the first."""
        plans: dict[str, str] = {}
        for configuration in configurations:
            plans.update({one.id: one.text for one in configuration.definitions.values()})
        consumers: tuple[Mapping[str, Any], ...] = tuple(
            {"id": c.id, "username": c.username, "custom_id": c.custom_id}
            for c in configurations[0].snapshot.consumers
        )
        return Binding(plans, consumers)


class Authorizer:
    """One authorizer process. ``revocations_since`` reads the node's live ones.
    traces: how many questions of each sort it traces in a second.

    It listens under another name, and gets ``socket`` once it knows everything: whoever asks there
    meets one who can judge, or nobody, and then asks another.
    """

    def __init__(
        self,
        name: str,
        socket: Path,
        *,
        desk: Path,
        secret: bytes,
        environment: Mapping[str, str],
        group: int | None,
        binding: Callable[[], Binding],
        revocations_since: Callable[[int], Sequence[Revocation]],
        traces: int = 0,
    ) -> None:
        self._socket = socket
        self._draft = socket.with_suffix(".new")
        self._desk = desk
        self._secret = secret
        self._environment = environment
        self._traces = traces
        self._group = group
        self._binding = binding
        self._since = revocations_since
        self._channel: Channel | None = None
        self.process = Supervised(name, self._start, self._prepare, death=signal.SIGTERM, grace=3.0)

    async def _start(self) -> Child:
        await self.close()
        for path in (self._socket, self._draft):
            path.unlink(missing_ok=True)
        command = [sys.executable, "-P", "-m", "gatepost.authorizer", "--socket", str(self._draft)]
        command += ["--socket-mode", "600" if self._group is None else "660"]
        command += ["--desk", str(self._desk), "--traces", str(self._traces)]
        return await Child.start(
            self.process.name,
            [*command, "--parent-death", str(os.getpid())],
            stdin=self._secret.hex().encode() + b"\n",
            environment=self._environment,
        )

    async def _prepare(self) -> None:
        await self._answering()
        while True:
            binding, newest = self._binding(), self._newest()
            await self.bind(binding, revocations=self._since(0))
            # Nothing awaits between this look and up: whoever changes something later sees that
            # this process is up and tells it.
            if binding is self._binding() and newest == self._newest():
                before = self._admit_questions()
                self.process.up = True
                if before is not None:
                    await before.close()
                return

    async def _answering(self, patience: float = 20.0) -> None:
        deadline = time.monotonic() + patience
        while True:
            if self._draft.exists():
                if self._channel is None:
                    self._channel = self._to(self._draft)
                try:
                    await self._channel.send("GET", "/health", deadline=2.0)
                except Fault:
                    if time.monotonic() > deadline:
                        raise
                else:
                    break
            if time.monotonic() > deadline:
                raise Fault("process.silent", f"{self.process.name} did not start.", by=By.OURS)
            await asyncio.sleep(0.03)

    def _admit_questions(self) -> Channel | None:
        """Let nginx's workers ask, which are of another user when the agent is root.

        Return the channel under the old name, which is to be closed.
        """
        if self._group is not None:
            os.chown(self._draft, -1, self._group)
        self._draft.rename(self._socket)
        before, self._channel = self._channel, self._to(self._socket)
        return before

    def _to(self, path: Path) -> Channel:
        return Channel(path, "authorizer", word=control_word(self._secret))

    async def bind(
        self,
        binding: Binding,
        *,
        known: frozenset[str] = frozenset(),
        revocations: Sequence[Revocation] = (),
    ) -> None:
        """Let it know plans and consumers, all or nothing.

        known: ids of plans that it has; their definitions are not sent again. revocations: all
        that are live, for a process that has just started.
        Raises Fault(by=OURS) ``process.refused``, ``process.silent``.
        """
        if self._channel is None:
            raise Fault("process.silent", f"{self.process.name} is away.", by=By.OURS)
        await self._channel.post_json(
            "/bind",
            {
                "plans": {i: text for i, text in binding.plans.items() if i not in known},
                "live": sorted(binding.plans),
                "consumers": [dict(consumer) for consumer in binding.consumers],
                "revocations": [entry.to_json() for entry in revocations],
            },
        )

    def _newest(self) -> int:
        return max((entry.number for entry in self._since(0)), default=0)

    async def take(self, revocations: Sequence[Revocation]) -> None:
        """Return when none of its later answers can miss these."""
        if self._channel is None:
            raise Fault("process.silent", f"{self.process.name} is away.", by=By.OURS)
        await self._channel.post_json(
            "/revoke", [entry.to_json() for entry in revocations], deadline=3.0
        )

    async def answers(self, patience: float) -> bool:
        """Return whether it answers within so many seconds."""
        if self._channel is None:
            return False
        try:
            await self._channel.send("GET", "/health", deadline=patience)
        except Fault:
            return False
        return True

    async def metrics(self) -> str:
        """Return its counters as Prometheus text; empty when it is away."""
        if self._channel is None or not self.process.up:
            return ""
        try:
            answer = await self._channel.send("GET", "/metrics", deadline=2.0)
        except Fault:
            return ""
        return answer.decode("utf-8", "replace")

    async def traces(self) -> list[dict[str, Any]]:
        """Return what it traced since it was asked; empty when it is away."""
        if self._channel is None or not self.process.up:
            return []
        try:
            return records(await self._channel.send("GET", "/traces", deadline=2.0))
        except Fault:
            return []

    async def close(self) -> None:
        """Close the connections to it."""
        if self._channel is not None:
            channel, self._channel = self._channel, None
            await channel.close()


class Authorizers:
    """All of them. What is bound is kept here, for those that come back."""

    def __init__(self, members: Sequence[Authorizer]) -> None:
        self.members = tuple(members)

    @property
    def up(self) -> int:
        """How many may be asked."""
        return sum(member.process.up for member in self.members)

    async def traces(self) -> list[dict[str, Any]]:
        """Return what all of them traced since they were asked."""
        found = await asyncio.gather(*(member.traces() for member in self.members))
        return [one for some in found for one in some]

    async def begin(self) -> None:
        """Start all; raises when one cannot serve."""
        await asyncio.gather(*(member.process.begin() for member in self.members))

    async def watch(self, *, every: float = 2.0, patience: float = 3.0) -> None:
        """Replace, for as long as this runs, whoever is alive and yet does not answer twice."""
        silent: dict[Authorizer, int] = {}
        while True:
            await asyncio.sleep(every)
            for member in self.members:
                healthy = not member.process.up or await member.answers(patience)
                silent[member] = 0 if healthy else silent.get(member, 0) + 1
                if silent[member] >= 2:
                    silent[member] = 0
                    await member.process.replace("it does not answer")

    async def stop(self) -> None:
        """End all."""
        await asyncio.gather(*(member.process.stop() for member in self.members))
        await asyncio.gather(*(member.close() for member in self.members))

    async def bind(self, binding: Binding, known: frozenset[str]) -> None:
        """Bind in all that are up; one that does not take it is replaced and binds at its start.

        Raises Fault(by=OURS) ``process.refused`` when a healthy one refuses the content.
        """
        await asyncio.gather(*(self._bind(member, binding, known) for member in self.members))

    async def _bind(self, member: Authorizer, binding: Binding, known: frozenset[str]) -> None:
        if not member.process.up:
            return
        try:
            await member.bind(binding, known=known)
        except Fault as fault:
            if fault.code == "process.refused":
                raise
            await member.process.replace("it did not take a configuration")

    async def take(self, revocations: Sequence[Revocation]) -> None:
        """Return when no answer of any of them can miss these revocations."""
        await asyncio.gather(*(self._take(member, revocations) for member in self.members))

    async def _take(self, member: Authorizer, revocations: Sequence[Revocation]) -> None:
        if not member.process.up:
            return  # it gets all of them before it is asked again
        try:
            await member.take(revocations)
        except Fault:
            await member.process.replace("it did not take a revocation")
