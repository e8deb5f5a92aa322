"""The differential test against a real nginx; tests/differential says how it works."""

import asyncio
import itertools
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
import uvloop

from tests.differential.client import Lane, Response
from tests.differential.client2 import Wire2, seen2
from tests.differential.gate import ROOMY, Gate, Settings
from tests.differential.mutants import MUTANTS, Mutant, readable, with_lua
from tests.differential.oracle import State, view_of
from tests.differential.plans import PLACES, Versions
from tests.differential.requests import Draft, Drafts, Seen, seen
from tests.differential.run import Outcome, run
from tests.differential.upstream import Upstream
from tests.integration.engine_world import changed

pytestmark = [pytest.mark.integration, pytest.mark.slow]

_CASES = 20_000


def _proven(outcome: Outcome) -> None:
    print(outcome)
    assert not outcome.differences, "\n".join(["", *outcome.differences, str(outcome)])
    assert outcome.cases >= _CASES
    counts = outcome.decisions
    remembered = sum(counts.get(name, 0) for name in _FROM_MEMORY)
    assert remembered >= 0.6 * (remembered + counts["asked"]), str(outcome)
    assert all(counts.get(name, 0) > 0 for name in (*_FROM_MEMORY, "forgotten")), str(outcome)
    assert outcome.workers == 2, "a worker has answered nothing from its own memory"
    assert outcome.revoked >= 10, str(outcome)
    assert outcome.raced >= 5, str(outcome)
    assert outcome.switched >= 10, str(outcome)
    assert outcome.hostile_asked >= 200, str(outcome)
    assert outcome.hostile_chances >= 20, str(outcome)


_FROM_MEMORY = ("level1", "level1_refused", "level2", "level2_refused", "shared")


def test_what_is_remembered_is_what_a_fresh_evaluation_gives() -> None:
    _proven(uvloop.run(run(20261121, _CASES)))


def test_so_it_is_for_a_seed_that_nobody_chose() -> None:
    _proven(uvloop.run(run(random.randrange(10**9), _CASES)))


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.fault.replace(" ", "-"))
def test_an_engine_that_forgets_something_is_found_out(mutant: Mutant, tmp_path: Path) -> None:
    home = mutant.lua(readable(tmp_path))
    for seed in (mutant.seed, *range(7, 12)):  # what a seed's plans do not read, it cannot miss
        outcome = uvloop.run(run(seed, _CASES, lambda settings: with_lua(settings, home), enough=1))
        if outcome.differences:
            return
    pytest.fail(f"nobody noticed that the engine forgets {mutant.fault}: {outcome}")


Ask = Callable[[Draft, bytes], Awaitable[Response]]
Reading = Callable[[Draft, int], Seen]


def _holds(where: "Where", seed: int | None = None) -> None:
    seed = random.randrange(10**9) if seed is None else seed
    differences, statuses = uvloop.run(_compared(where, seed))
    assert not differences, "\n".join([f"seed {seed}", *differences[:5]])
    assert statuses[200] > 200, statuses
    assert statuses[401] > 50, statuses


def test_over_http2_the_same_holds() -> None:
    _holds(_Http2())


def test_over_tls_the_same_holds() -> None:
    _holds(_Tls())


def test_behind_trusted_proxies_the_same_holds() -> None:
    _holds(_Trusted())


class Where:
    """A way to the gate: settings, and lanes, each with how a draft is read there.

    reads: what every plan depends on there.
    """

    reads: tuple[str, ...] = ()

    def settings(self) -> Settings:
        return ROOMY

    async def lanes(self, gate: Gate) -> list[tuple[Ask, int, Reading]]:
        raise NotImplementedError


class _Http2(Where):
    async def lanes(self, gate: Gate) -> list[tuple[Ask, int, Reading]]:
        wires = [Wire2(gate.world.h2_port) for _ in range(6)]
        for wire in wires:
            await wire.open()
        return [(wire.send, gate.world.h2_port, seen2) for wire in wires]


class _Tls(Where):
    reads = ("connection:scheme", "connection:sni")

    async def lanes(self, gate: Gate) -> list[tuple[Ask, int, Reading]]:
        port = gate.world.tls_port
        return [
            (_ask(Lane(port, name)), port, _over_tls(name)) for name in ("a.test", "b.test") * 4
        ]


def _over_tls(name: str) -> Reading:
    def reading(draft: Draft, port: int) -> Seen:
        look = seen(draft, port)
        if look.request is None:
            return look
        return replace(look, request=replace(look.request, scheme="https", sni=name))

    return reading


class _Trusted(Where):
    reads = ("connection:scheme", "connection:address", "connection:trusted")

    def settings(self) -> Settings:
        return changed(refusal_rate=1e6, refusal_burst=1e6, trusted=("127.0.0.0/8",))

    async def lanes(self, gate: Gate) -> list[tuple[Ask, int, Reading]]:
        found = []
        for proto in ("https", "http", None):
            for address in ("192.0.2.1", "192.0.2.2", None):
                told = [(b"X-Forwarded-For", address), (b"X-Forwarded-Proto", proto)]
                fields = tuple((name, value.encode()) for name, value in told if value)
                reading = _forwarded(proto or "http", address or "127.0.0.1")
                found.append((_ask(Lane(gate.port), fields), gate.port, reading))
        return found


def _forwarded(scheme: str, address: str) -> Reading:
    def reading(draft: Draft, port: int) -> Seen:
        look = seen(draft, port)
        if look.request is None:
            return look
        known = replace(look.request, scheme=scheme, address=address, trusted=True)
        return replace(look, request=known)

    return reading


def _ask(lane: Lane, fields: tuple[tuple[bytes, bytes], ...] = ()) -> Ask:
    busy = asyncio.Lock()

    async def ask(draft: Draft, case: bytes) -> Response:
        more = replace(draft, fields=(*draft.fields, *fields))
        async with busy:
            return await lane.send(more.bytes(case), head=draft.method == b"HEAD")

    return ask


async def _compared(where: Where, seed: int) -> tuple[list[str], Counter[int]]:
    chance, upstream, numbers = random.Random(seed), Upstream(), itertools.count(1)
    await upstream.start()
    source = Drafts(chance, PLACES)
    different: list[str] = []
    statuses: Counter[int] = Counter()
    with Gate(settings=where.settings()) as gate:
        rules = Versions(chance, gate.secret, upstream.port, where.reads).next()
        await asyncio.to_thread(gate.load, rules.snapshot, rules.definitions, rules.specs)
        lanes = [
            (ask, State(rules, (), port, reading)) for ask, port, reading in await where.lanes(gate)
        ]

        async def case(ask: Ask, state: State, draft: Draft) -> None:
            number = str(next(numbers)).encode()
            response = await ask(draft, number)
            statuses[response.status] += 1
            got = view_of(draft, response, upstream.take(number))
            wanted = await state.expected(draft, number)
            if got != wanted.view:
                different.append(f"{draft}\n  got    {got}\n  wanted {wanted.view}")

        pool = [source.step(source.fresh()) for _ in range(250)]
        pool = [draft for draft in pool if draft.absolute is None]
        for _ in range(4):
            for at in range(0, len(pool), 24):
                few = [(*chance.choice(lanes), draft) for draft in pool[at : at + 24]]
                await asyncio.gather(*(case(*one) for one in few))
        if different:
            different.insert(0, f"nginx said: {gate.world.log()[-1500:]}")
    upstream.stop()
    return different, statuses
