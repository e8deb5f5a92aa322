"""The differential test against a real nginx; tests/differential says how it works."""

import random
from pathlib import Path

import pytest
import uvloop

from tests.differential.mutants import MUTANTS, Mutant, with_lua
from tests.differential.run import Outcome, run

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
