"""The differential test against a real nginx; tests/differential says how it works."""

import asyncio
import itertools
import random
from collections import Counter
from pathlib import Path

import pytest
import uvloop

from tests.differential.client2 import Wire2, seen2
from tests.differential.gate import Gate
from tests.differential.mutants import MUTANTS, Mutant, with_lua
from tests.differential.oracle import State, view_of
from tests.differential.plans import PLACES, Versions
from tests.differential.requests import Draft, Drafts
from tests.differential.run import Outcome, run
from tests.differential.upstream import Upstream

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
    for path in (tmp_path, *tmp_path.parents):  # root's workers are somebody else
        if path.owner() == tmp_path.owner() and path != Path("/tmp"):
            path.chmod(0o755)
        if path.name.startswith("pytest-of-"):
            break
    home = mutant.lua(tmp_path)
    outcome = uvloop.run(run(7, _CASES, lambda settings: with_lua(settings, home)))
    assert outcome.differences, f"nobody noticed that the engine forgets {mutant.fault}: {outcome}"


def test_over_http2_the_same_holds() -> None:
    seed = random.randrange(10**9)
    differences, statuses = uvloop.run(_over_http2(seed, 400))
    assert not differences, "\n".join([f"seed {seed}", *differences[:5]])
    assert statuses[200] > 200, statuses
    assert statuses[401] > 100, statuses


async def _over_http2(seed: int, drafts: int) -> tuple[list[str], Counter[int]]:
    chance, upstream, numbers = random.Random(seed), Upstream(), itertools.count(1)
    await upstream.start()
    source = Drafts(chance, PLACES)
    different: list[str] = []
    statuses: Counter[int] = Counter()
    with Gate() as gate:
        rules = Versions(chance, gate.secret, upstream.port).next()
        await asyncio.to_thread(gate.load, rules.snapshot, rules.definitions, rules.specs)
        state = State(rules, (), gate.world.h2_port, seen2)
        wires = [Wire2(gate.world.h2_port) for _ in range(6)]
        for wire in wires:
            await wire.open()

        async def case(wire: Wire2, draft: Draft) -> None:
            number = str(next(numbers)).encode()
            response = await wire.send(draft, number)
            statuses[response.status] += 1
            got = view_of(draft, response, upstream.take(number))
            wanted = await state.expected(draft)
            if got != wanted.view:
                different.append(f"{draft}\n  got    {got}\n  wanted {wanted.view}")

        pool = [source.step(source.fresh()) for _ in range(drafts)]
        pool = [draft for draft in pool if draft.absolute is None]
        for _ in range(5):
            for at in range(0, len(pool), 24):
                few = pool[at : at + 24]
                await asyncio.gather(*(case(chance.choice(wires), draft) for draft in few))
        for wire in wires:
            wire.close()
    upstream.stop()
    return different, statuses
