"""nginx as the node sees it: a process that is told tables, names and revocations."""

import asyncio
import contextlib
import json
import logging
import signal
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from gatepost.disk import write_atomically
from gatepost.engine import Shelf, Tables
from gatepost.node.binaries import Nginx
from gatepost.node.child import Child
from gatepost.node.processes import Supervised
from gatepost.node.tracing import records
from gatepost.outside import Channel
from gatepost.plugin import Revocation
from gatepost.values import By, Fault

log = logging.getLogger("gatepost.node")


class Engine:
    """One nginx. It keeps what nginx must hold when it comes up again."""

    def __init__(
        self,
        nginx: Nginx,
        *,
        root: Path,
        conf: Path,
        push_socket: Path,
        secret: bytes,
        environment: Mapping[str, str],
        drain: float,
    ) -> None:
        self._nginx = nginx
        self._root = root
        self._conf = conf
        self._push_socket = push_socket
        self._secret = secret
        self._environment = environment
        self._channel: Channel | None = None
        self._shelf = Shelf()
        self._tables: Tables | None = None
        self._names: Mapping[str, Sequence[str]] = {}
        self._pushing = asyncio.Lock()
        self.process = Supervised(
            "nginx", self._start, self._prepare, death=signal.SIGQUIT, grace=drain + 3.0
        )

    # -- life

    def write_conf(self, text: str) -> bool:
        """Write the configuration file; return whether it differs from what was there."""
        content = text.encode()
        if self._conf.exists() and self._conf.read_bytes() == content:
            return False
        write_atomically(self._conf, content)
        return True

    async def begin(self, tables: Tables, names: Mapping[str, Sequence[str]]) -> None:
        """Start nginx with these tables. Raises Fault or OSError when it does not come up."""
        await self.check()
        self._tables, self._names = tables, names
        await self.process.begin()

    async def check(self) -> None:
        """Let nginx test its configuration file. Fault(by=OURS) ``nginx.refused`` in its words."""
        process = await asyncio.create_subprocess_exec(
            *self._command(),
            "-t",
            "-q",
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            env=dict(self._environment),
        )
        _, said = await process.communicate()
        if process.returncode:
            words = said.decode("utf-8", "replace").strip().splitlines()[-5:]
            raise Fault(
                "nginx.refused",
                "nginx does not take its configuration:\n" + "\n".join(words),
                by=By.OURS,
            )

    async def stop(self) -> None:
        """Let open requests finish, then end."""
        await self.process.stop()
        await self._close()

    async def reload(self, patience: float = 60.0) -> None:
        """Take the new configuration file without dropping a request; return when workers run it.

        nginx reads the authorities of every location that verifies, one after the other: with
        the system's bundle that is about a second of processor time for each trust.

        Raises Fault(by=OURS) ``nginx.refused`` when nginx goes on with the old one.
        """
        await self.check()
        child = self.process.child
        if child is None or self.process.pid is None:
            return  # it reads the new file when it comes back
        before = _children(child.pid)
        child.tell(signal.SIGHUP)
        deadline = time.monotonic() + patience
        # New workers are there, and the old ones take no new connections any more.
        while self.process.pid == child.pid:
            new = _children(child.pid) - before
            if new and all(map(_retiring, before)):
                return
            if time.monotonic() > deadline:
                raise Fault("nginx.refused", "nginx did not reload.", by=By.OURS)
            await asyncio.sleep(0.02)

    # -- what it holds

    async def put(self, tables: Tables) -> None:
        """Make these tables the current ones: first all that is new, then one switch.

        Raises Fault(by=OURS); the tables that nginx had stay then.
        """
        async with self._pushing:
            if self.process.up:
                await self._put(tables)
            self._tables = tables

    async def tell_names(self, names: Mapping[str, Sequence[str]]) -> None:
        """Say what host names mean now. Raises Fault(by=OURS)."""
        self._names = names
        if self.process.up:
            await self._send("/names", json.dumps(names).encode())

    async def take(self, revocations: Sequence[Revocation]) -> None:
        """Drop every decision that rests on one of these; replace nginx when it cannot be told."""
        digests = b"".join(entry.tag.digest(self._secret) for entry in revocations)
        await self._drop("/revoke", digests, "a revocation")

    async def forget(self) -> None:
        """Drop every remembered decision; replace nginx when it cannot be told."""
        await self._drop("/forget", b"", "that it must forget")

    async def _drop(self, path: str, body: bytes, what: str) -> None:
        if not self.process.up:
            async with self._pushing:  # it may be taking traffic in this very moment
                pass
        if not self.process.up:
            return  # it comes up remembering nothing
        for attempt in range(3):
            try:
                await self._send(path, body, deadline=2.0)
            except Fault as fault:
                log.warning("nginx did not take %s (%s)", what, fault.cause)
                await asyncio.sleep(0.1 * attempt)
            else:
                return
        await self.process.replace(f"it did not take {what}")

    async def metrics(self) -> dict[str, Any]:
        """Return nginx's counters; empty when it is away."""
        if self._channel is None or not self.process.up:
            return {}
        try:
            found = await self._channel.get_json("/metrics")
            connections = await self._channel.send("GET", "/connections", deadline=2.0)
        except Fault:
            return {}
        if not isinstance(found, dict):
            return {}
        return found | {"server": _connections(connections.decode("ascii", "replace"))}

    async def traces(self) -> list[dict[str, Any]]:
        """Return what it told of single requests since it was asked; empty when it is away."""
        if self._channel is None or not self.process.up:
            return []
        try:
            return records(await self._channel.send("GET", "/traces", deadline=2.0))
        except Fault:
            return []

    # -- inside

    def _command(self) -> list[str]:
        return [
            str(self._nginx.binary),
            "-e",
            "stderr",
            "-p",
            f"{self._root}/",
            "-c",
            str(self._conf),
        ]

    async def _start(self) -> Child:
        await self._close()
        self._push_socket.unlink(missing_ok=True)
        return await Child.start(
            "nginx", self._command(), environment=self._environment, death=signal.SIGTERM
        )

    async def _prepare(self) -> None:
        deadline = time.monotonic() + 15.0
        self._channel = Channel(self._push_socket, "nginx")
        while True:
            if self._push_socket.exists():
                try:
                    await self._channel.send("GET", "/health", deadline=2.0)
                except Fault:
                    if time.monotonic() > deadline:
                        raise
                else:
                    break
            if time.monotonic() > deadline:
                raise Fault("process.silent", "nginx did not start.", by=By.OURS)
            await asyncio.sleep(0.03)
        async with self._pushing:
            self._shelf.forget()
            await self._send("/names", json.dumps(self._names).encode())
            if self._tables is not None:
                await self._put(self._tables)
            self.process.up = True

    async def _put(self, tables: Tables) -> None:
        push = self._shelf.next(tables)
        try:
            for body in push.puts:
                await self._send("/tables/put", body)
            await self._send("/tables/switch", push.switch)
        except BaseException:
            self._shelf.skip(push)
            raise
        self._shelf.done(push, tables)
        if push.deletes:
            with contextlib.suppress(Fault):  # they only take room
                await self._send("/tables/delete", push.deletes)

    async def _send(self, path: str, body: bytes, deadline: float = 10.0) -> None:
        if self._channel is None:
            raise Fault("process.silent", "nginx is away.", by=By.OURS, retry_after=1)
        await self._channel.send("POST", path, body, deadline=deadline)

    async def _close(self) -> None:
        if self._channel is not None:
            channel, self._channel = self._channel, None
            await channel.close()


def _connections(text: str) -> dict[str, int]:
    """Read nginx's stub_status, which counts our own calls too."""
    numbers = [int(word) for word in text.split() if word.isdigit()]
    names = ("active", "accepted", "handled", "requests", "reading", "writing", "waiting")
    if len(numbers) != len(names):
        return {}
    found = dict(zip(names, numbers, strict=True))
    total = found.pop("requests")
    return {f"connections_{name}": number for name, number in found.items()} | {
        "total_requests": total
    }


def _children(pid: int) -> set[int]:
    try:
        return {int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}
    except OSError:
        return set()


def _retiring(worker: int) -> bool:
    """Return whether a worker has ended or is about to; it says so in its title."""
    try:
        return b"shutting down" in Path(f"/proc/{worker}/cmdline").read_bytes()
    except OSError:
        return True
