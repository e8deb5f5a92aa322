"""Run generated requests through the gate and compare each with the oracle."""

import asyncio
import itertools
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random

from gatepost.plugin import Revocation
from gatepost.values import Tag
from tests.differential.client import Lane, Response
from tests.differential.gate import ROOMY, Gate, Settings
from tests.differential.oracle import Expected, State, View, view_of
from tests.differential.plans import PLACES, Versions
from tests.differential.plugins import CHANCE
from tests.differential.requests import Draft, Drafts
from tests.differential.upstream import Upstream

_LANES = 24
_POOL = 110
_ENOUGH = 5


@dataclass
class Outcome:
    """What a run did. differences: texts, at most a handful."""

    seed: int
    cases: int = 0
    seconds: float = 0.0
    revoked: int = 0
    raced: int = 0
    switched: int = 0
    overlapping: int = 0
    asked: int = 0
    hostile_asked: int = 0
    hostile_chances: int = 0
    workers: int = 0
    decisions: dict[str, float] = field(default_factory=dict)
    kinds: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        kinds = " ".join(f"{name}:{count}" for name, count in sorted(self.kinds.items()))
        return (
            f"seed {self.seed}: {self.cases} cases in {self.seconds:.1f} s, "
            f"{self.revoked} revocations ({self.raced} in flight), {self.switched} switches, "
            f"{self.overlapping} overlapped one, {self.asked} questions, {self.hostile_asked} by "
            f"what must ask each time, {self.hostile_chances} chances, {self.workers} workers; "
            f"{kinds}; {self.decisions}"
        )


class Run:
    """One seed against one gate."""

    def __init__(self, seed: int, gate: Gate, upstream: Upstream, *, enough: int = _ENOUGH) -> None:
        """enough: with how many differences it ends."""
        self.outcome = Outcome(seed)
        self._enough = enough
        self._random = Random(seed)
        self._gate, self._upstream = gate, upstream
        self._drafts = Drafts(self._random, PLACES)
        self._versions = Versions(self._random, gate.secret, upstream.port)
        self._pool: list[Draft] = []
        self._states: list[State] = []
        self._done = 0
        self._numbers = itertools.count(1)
        self._turn: list[Callable[[], Awaitable[None]]] = []
        self._must_ask: dict[str, str] = {}
        self._chances: set[bytes] = set()

    async def go(self, cases: int) -> Outcome:
        """Run at least this many cases, or until there are differences enough."""
        begin = time.monotonic()
        await self._switch()
        lanes = [Lane(self._gate.port) for _ in range(_LANES)]
        while self.outcome.cases < cases and len(self.outcome.differences) < self._enough:
            await self._round(lanes)
        for lane in lanes:
            lane.close()
        self.outcome.seconds = time.monotonic() - begin
        if len(self.outcome.differences) >= self._enough:
            return self.outcome
        await asyncio.sleep(1.2)  # workers write their counters once a second
        self.outcome.decisions = await asyncio.to_thread(self._gate.decisions)
        self.outcome.workers = await asyncio.to_thread(self._gate.workers_that_remember)
        if self._upstream.twice:
            self._differs(f"arrived twice: {self._upstream.twice[:5]}")
        if self._upstream.arrived:
            self._differs(f"arrived, and nobody knows why: {self._upstream.arrived}")
        return self.outcome

    async def _round(self, lanes: list[Lane]) -> None:
        random = self._random
        self._pool = random.sample(self._pool, len(self._pool) // 2)
        while len(self._pool) < _POOL:
            base = self._drafts.fresh()
            self._pool.append(base)
            for _ in range(random.randrange(1, 6)):
                self._pool.append(self._drafts.step(base))
        queue = [draft for draft in self._pool for _ in range(random.randrange(3, 10))]
        random.shuffle(queue)
        moments = sorted(random.randrange(len(queue)) for _ in range(random.randrange(1, 4)))
        waiting = iter(queue)
        started = 0

        async def work(lane: Lane) -> None:
            nonlocal started
            for draft in waiting:
                started += 1
                await self._case(lane, draft)
                if len(self.outcome.differences) >= self._enough:
                    return

        async def disturb() -> None:
            for moment in moments:
                while started < moment and len(self.outcome.differences) < self._enough:  # noqa: ASYNC110
                    await asyncio.sleep(0.002)
                await self._disturbance()()

        await asyncio.gather(disturb(), *(work(lane) for lane in lanes))
        await self._compare_asked()

    def _disturbance(self) -> Callable[[], Awaitable[None]]:
        """Return the next of three in their turns, each turn shuffled: none may be left out."""
        if not self._turn:
            self._turn = [self._switch, self._revoke, self._race]
            self._random.shuffle(self._turn)
        return self._turn.pop()

    async def _case(self, lane: Lane, draft: Draft) -> None:
        number = str(next(self._numbers))
        self.outcome.cases += 1
        low = self._done
        try:
            response = await lane.send(draft.bytes(number.encode()), head=draft.method == b"HEAD")
        except (ConnectionError, TimeoutError) as error:
            self._differs(f"case {number}: no answer ({error!r})\n  {draft}")
            return
        high = len(self._states) - 1
        arrived = self._upstream.take(number.encode())
        got = view_of(draft, response, arrived)
        if arrived is not None:
            for chance in arrived.all(CHANCE.lower().encode()):
                if chance in self._chances:
                    self._differs(f"case {number}: chance came twice\n  {draft}")
                self._chances.add(chance)
        self.outcome.overlapping += high > low
        states = self._states[low : high + 1]
        wanted = [await state.expected(draft, number.encode()) for state in states]
        right = [one for one in wanted if one.view == got]
        if right:
            self._note(number, draft, right, response, overlapping=high > low)
        else:
            self._differs(_told(number, draft, got, wanted))

    def _note(
        self,
        number: str,
        draft: Draft,
        right: list[Expected],
        response: Response,
        *,
        overlapping: bool,
    ) -> None:
        found = right[0].evaluation
        if found is None:
            self.outcome.kinds["unjudged"] += 1
            return
        self.outcome.kinds[f"{type(found.decision).__name__.lower()}-{response.status}"] += 1
        # Of several rules that give this answer, one may have allowed to remember it.
        if all(one.asks for one in right):
            when = "while something changed" if overlapping else "while nothing changed"
            self._must_ask[number] = f"{when}, {draft}: {found.memory.reasons}"

    async def _compare_asked(self) -> None:
        asked = await asyncio.to_thread(self._gate.asked)
        self.outcome.asked += len(asked)
        self.outcome.hostile_asked += len(self._must_ask)
        self.outcome.hostile_chances = len(self._chances)
        for number in asked:
            self._must_ask.pop(number, None)
        for number, why in self._must_ask.items():
            self._differs(f"case {number} was answered from memory: {why}")
        self._must_ask.clear()

    async def _switch(self) -> None:
        rules = self._versions.next()
        before = self._states[-1].revocations if self._states else ()
        self._states.append(State(rules, before, self._gate.port))
        await asyncio.to_thread(self._gate.load, rules.snapshot, rules.definitions, rules.specs)
        self._done = len(self._states) - 1
        self.outcome.switched += 1

    async def _revoke(self) -> None:
        now = self._states[-1]
        tags: tuple[Tag, ...] = ()
        while not tags:
            found = (await now.expected(self._random.choice(self._pool))).evaluation
            tags = found.memory.tags if found is not None else ()
        await self._revoke_one(self._random.choice(tags))

    async def _revoke_one(self, tag: Tag) -> None:
        now = self._states[-1]
        new = Revocation(len(now.revocations) + 1, tag, not_before=2000.0)
        self._states.append(State(now.rules, (*now.revocations, new), self._gate.port))
        await asyncio.to_thread(self._gate.revoke, new)
        self._done = len(self._states) - 1
        self.outcome.revoked += 1

    async def _race(self) -> None:
        """Revoke what a request rests on that is being judged at this moment; then repeat it."""
        now = self._states[-1]
        tags: tuple[Tag, ...] = ()
        while not tags:
            draft = self._drafts.step(self._drafts.fresh())
            found = (await now.expected(draft)).evaluation
            tags = found.memory.tags if found is not None else ()
        lanes = [Lane(self._gate.port) for _ in range(4)]
        await asyncio.to_thread(self._gate.behave, delay=0.06)
        cases = [asyncio.create_task(self._case(lane, draft)) for lane in lanes]
        await asyncio.sleep(0.03)
        await self._revoke_one(self._random.choice(tags))
        await asyncio.to_thread(self._gate.behave)
        await asyncio.gather(*cases)
        await asyncio.gather(*(self._case(lane, draft) for lane in lanes))
        for lane in lanes:
            lane.close()
        self.outcome.raced += 1

    def _differs(self, text: str) -> None:
        if len(self.outcome.differences) < self._enough:
            self.outcome.differences.append(f"seed {self.outcome.seed}, {text}")


def _told(number: str, draft: Draft, got: View, wanted: list[Expected]) -> str:
    lines = [f"case {number}: {draft}", f"  got    {got}"]
    lines += [f"  wanted {one.view}" for one in wanted]
    return "\n".join(lines)


async def run(
    seed: int, cases: int, settings: Settings = ROOMY, *, enough: int = _ENOUGH
) -> Outcome:
    """Start everything, run a seed, stop everything. enough: differences with which it ends."""
    upstream = Upstream()
    await upstream.start()
    try:
        with Gate(settings=settings) as gate:
            return await Run(seed, gate, upstream, enough=enough).go(cases)
    finally:
        upstream.stop()
