"""Rounds: every case once in each, shuffled anew, so that noise hits all alike."""

import os
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.case import Case
from bench.load import BadRunError, drive_once
from bench.processes import machine_busy
from bench.provider import Provider
from bench.sample import Sample
from bench.upstream import Upstream
from bench.world import World

_FASTEST = 15_000
"""Tokens reserved for a second of a cold case: more than anyone here checks with one worker."""


@dataclass(frozen=True, slots=True)
class Bench:
    """What a run needs besides its case."""

    world: World
    upstream: Upstream
    provider: Provider
    seconds: int
    connections: int = 32


def rounds(
    bench: Bench, cases: Sequence[Case], number: int, tell: Callable[[str], None]
) -> list[Sample]:
    """Drive all cases so many rounds. Raises BadRunError."""
    order = random.Random(20_260_101)  # the same order each time the benchmark runs
    samples = []
    for at in range(1, number + 1):
        turn = [case for case in cases for _ in range(case.often)]
        order.shuffle(turn)
        for case in turn:
            tell(f"round {at} of {number}: {case.title}")
            samples.append(one(bench, case, at))
    return samples


def one(bench: Bench, case: Case, number: int) -> Sample:
    """Drive one case once; raise BadRunError when not every request reached the upstream."""
    arguments: tuple[str, ...] = ()
    if case.pool is not None:
        skip = case.pool.reserve(case.name, _FASTEST * bench.seconds)
        arguments = (case.pool.header, str(skip))
    served, asked = bench.upstream.served(), sum(bench.provider.calls().values())
    before, ours, busy = case.process.cpu(), bench.world.cpu(), machine_busy()
    began = time.monotonic()
    run = drive_once(
        case.drive,
        case.port,
        seconds=bench.seconds,
        connections=bench.connections,
        arguments=arguments,
    )
    cpu, ours, busy = (
        case.process.cpu() - before,
        bench.world.cpu() - ours,
        machine_busy() - busy,
    )
    available = (time.monotonic() - began) * len(os.sched_getaffinity(0))
    served, asked = bench.upstream.served() - served, sum(bench.provider.calls().values()) - asked
    if case.pool is not None:
        case.pool.used(case.name, run.used)
    if not case.process.alive:
        raise BadRunError(f"{case.name}: it ended:\n{case.process.said()}")
    if served < run.requests:
        raise BadRunError(
            f"{case.name}: {run.requests} requests were answered and {served} reached the upstream"
        )
    return Sample(
        case=case.name,
        round=number,
        requests=run.requests,
        cpu=cpu / run.requests * 1e6,
        rate=run.rate,
        p50=run.p50,
        p99=run.p99,
        calls=asked / run.requests * 1000,
        foreign=max(0.0, busy - ours) / available,
    )
