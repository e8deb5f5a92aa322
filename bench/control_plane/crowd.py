"""Many nodes in one process, as light as they can be: they enrol, follow and acknowledge.

    python -m bench.control_plane.crowd DIRECTORY CONTROL-PLANE   DIRECTORY/tokens has one a line

They speak the feed by Gatepost's own client code, and believe what they get: nothing is unpacked,
no nginx runs. Prints a line of JSON for whatever all of them have: ``{"how": "taken",
"version": …, "first": …, "last": …}`` with moments of the monotonic clock, which all processes
share; how is "current" for what they had already, as the control plane confirmed.
"""

import asyncio
import contextlib
import json
import signal
import sys
import time
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

from aiohttp import ClientWebSocketResponse

from gatepost.feed import messages as say
from gatepost.feed.authority import key_pem, new_key, request_for
from gatepost.feed.calling import enrol, fetch_authority, open_feed
from gatepost.feed.following import Arrival, Following
from gatepost.feed.token import Token
from gatepost.values import Address

SERIES = 50
"""Rows of one report."""
EVERY = 5.0
"""Seconds between two reports of a node."""
_ENROLLING = 8


class Crowd:
    """All of them. arrived: by how and version, the moments at which nodes had it."""

    def __init__(self, directory: Path, place: Address) -> None:
        self.directory = directory
        self.place = place
        self.nodes: list[Light] = []
        self.arrived: dict[tuple[str, int], list[float]] = {}
        self.whole = 0
        self.kept = 0

    def has(self, how: str, version: int) -> None:
        """Note that one more node has this version; tell when all have."""
        moments = self.arrived.setdefault((how, version), [])
        moments.append(time.monotonic())
        if len(moments) == len(self.nodes):
            told = {"how": how, "version": version, "first": moments[0], "last": moments[-1]}
            print(json.dumps({**told, "whole": self.whole}), flush=True)
            del self.arrived[how, version]

    async def join(self, tokens: list[str]) -> None:
        """Enrol a node with each token, and let it follow."""
        gate = asyncio.Semaphore(_ENROLLING)
        self.nodes = [Light(self) for _ in tokens]

        async def one(node: Light, token: str) -> None:
            async with gate:
                await node.enrol(Token.decode(token))
            node.following.start()

        await asyncio.gather(*(one(*pair) for pair in zip(self.nodes, tokens, strict=True)))

    async def report(self) -> None:
        """Let every node report for as long as this runs, spread over the time between two."""
        async with asyncio.TaskGroup() as group:
            for number, node in enumerate(self.nodes):
                group.create_task(node.report(EVERY * number / len(self.nodes)))


class Light:
    """One node: a ``feed.following.Follower`` that runs nothing."""

    def __init__(self, crowd: Crowd) -> None:
        self.crowd = crowd
        self.node = str(uuid.uuid4())
        self.hash, self.version = "", 0
        self.epoch, self.last = "", 0
        self.boot = uuid.uuid4().hex
        self.sequence = 0
        self.authority = b""
        self.identity = crowd.directory / f"{self.node}.pem"
        self.following = Following(self.dial, self)

    async def enrol(self, token: Token) -> None:
        key = key_pem(new_key())
        self.authority = await fetch_authority(self.crowd.place, token.fingerprint)
        about = {"id": self.node, "hostname": "crowd", "version": "0"}
        made = await enrol(self.crowd.place, token, self.authority, request_for(key), about)
        self.identity.write_bytes(key + made.certificate)

    @contextlib.asynccontextmanager
    async def dial(self) -> AsyncIterator[ClientWebSocketResponse]:
        async with open_feed(self.crowd.place, self.authority, self.identity) as socket:
            yield socket

    async def report(self, after: float) -> None:
        await asyncio.sleep(after)
        while True:
            self.sequence += 1
            body = {"at": time.time(), "rows": [_row(number) for number in range(SERIES)]}
            await self.following.send(say.Report(sequence=self.sequence, body=body))
            await asyncio.sleep(EVERY)

    def hello(self) -> say.Hello:
        return say.Hello(
            protocol=say.PROTOCOL, node=self.node, hostname="crowd", release="0", boot=self.boot,
            hash=self.hash, version=self.version, sync="normal" if self.hash else "waiting",
            epoch=self.epoch, last=self.last,
        )  # fmt: skip

    def current(self, current: say.Current) -> say.State:
        self.crowd.has("current", current.version)
        return self._state(current.hash)

    async def take(self, arrival: Arrival) -> say.State:
        offer = arrival.offer
        self.hash, self.version = offer.hash, offer.version
        self.crowd.whole += not offer.base
        self.crowd.has("taken", offer.version)
        return self._state(offer.hash)

    async def hear(self, revocations: say.Revocations) -> say.Applied | None:
        self.epoch, self.last = revocations.epoch, revocations.upto
        return say.Applied(epoch=self.epoch, number=self.last)

    def kept(self, kept: say.Kept) -> None:
        self.crowd.kept += 1

    async def caught_up(self) -> None:
        pass

    def refused(self, code: int, reason: str) -> None:
        print(f"refused: {code} {reason}", file=sys.stderr)

    def _state(self, answers: str) -> say.State:
        return say.State(answers=answers, hash=self.hash, version=self.version, sync="normal")


def _row(number: int) -> list[dict[str, object]]:
    where = {"route": f"r{number}", "service": f"s{number // 10}"}
    return [{"what": "requests", "code": "2xx", **where}, {"n": 10 + number}]


async def main(directory: str, place: str) -> None:
    """Run until SIGTERM. SIGUSR1: reports begin."""
    crowd = Crowd(Path(directory), Address.parse(place, default_port=8005))
    loop = asyncio.get_running_loop()
    ending, reporting = asyncio.Event(), asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, ending.set)
    loop.add_signal_handler(signal.SIGUSR1, reporting.set)
    await crowd.join((crowd.directory / "tokens").read_text().split())
    print(json.dumps({"joined": len(crowd.nodes)}), flush=True)
    begun = asyncio.create_task(reporting.wait())
    ended = asyncio.create_task(ending.wait())
    await asyncio.wait({begun, ended}, return_when=asyncio.FIRST_COMPLETED)
    if not ended.done():
        reports = asyncio.create_task(crowd.report())
        await ended
        reports.cancel()
    begun.cancel()
    print(
        json.dumps({"kept": crowd.kept, "sent": sum(n.sequence for n in crowd.nodes)}), flush=True
    )
    await asyncio.gather(*(node.following.stop() for node in crowd.nodes))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2]))
