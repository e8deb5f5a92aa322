"""``kill -9`` of each process under load: nobody slips through, and service is back in seconds."""

import itertools
import signal
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from tests.faults.load import Load, Next, load
from tests.faults.scene import Scene, alive, children, kill, scene, wait

pytestmark = [pytest.mark.integration, pytest.mark.slow]

SECONDS = 10.0
"""How long good requests may go without an answer after a kill; a second or two where idle."""


@pytest.fixture(scope="module")
def world() -> Iterator[Scene]:
    with scene() as world:
        yield world


def mix(world: Scene) -> Next:
    """Return good and bad requests by turns: remembered ones, new ones, and every kind of bad."""
    jwts = [world.jwt(None) for _ in range(40)]
    opaque = [world.opaque(None) for _ in range(20)]
    revoked = world.jwt(None)
    assert world.revoke(token=revoked.removeprefix("Bearer ")).status == 201
    good = [
        *(("/jwt/x", one) for one in jwts),
        *(("/introspected/x", one) for one in opaque),
        *(("/uncached/x", one) for one in opaque[:4]),
        *(("/client/x", world.client(None)) for _ in range(4)),
        ("/open/x", None),
    ]
    bad = [
        ("/jwt/x", world.mint(key="unknown")),
        ("/jwt/x", world.mint(alg="none")),
        ("/jwt/x", world.mint(key="hs256-with-public-key")),
        ("/jwt/x", world.mint(claims={"exp": 1_000_000_000})),
        ("/jwt/x", world.mint(claims={"iss": "https://elsewhere.test"})),
        ("/jwt/x", revoked),
        ("/jwt/x", None),
        ("/uncached/x", None),
        ("/client/x", world.basic("client-0", "not-its-secret")["Authorization"]),
    ]
    lock, numbers = threading.Lock(), itertools.count()

    def following() -> tuple[str, str | None, bool]:
        with lock:
            number = next(numbers)
        if number % 4:
            return *good[number % len(good)], True
        if number % 8:
            return *bad[number % len(bad)], False
        path = ("/jwt/x", "/introspected/x", "/uncached/x")[number % 3]
        token = jwts[number % len(jwts)] if path == "/jwt/x" else opaque[number % len(opaque)]
        return path, f"{token[:-12]}{number:012d}", False  # another bad token each time

    return following


def served(found: Load) -> Callable[[], bool]:
    """Return whether as many good requests were answered since as show that service is back."""
    before = found.good
    return lambda: found.good > before + 100


def test_kill_9_of_everything_under_load(world: Scene) -> None:
    with load(world.proxy_port, mix(world)) as found:
        wait(served(found), "the load runs")
        for what, victim in (
            ("an authorizer", lambda: world.pid("authorizer 0")),
            ("the other authorizer", lambda: world.pid("authorizer 1")),
            ("a worker of nginx", lambda: world.workers()[0]),
            ("the master of nginx", lambda: world.pid("nginx")),
        ):
            wait(world.whole, "every process is up")
            pid = victim()
            kill(pid)
            wait(lambda pid=pid: not alive(pid), "it is dead")
            took = wait(served(found), f"service resumes after the death of {what}", SECONDS)
            print(f"{what} killed: 100 good answers after {took:.2f} s")

        wait(world.whole, "every process is up")
        gap = found.longest_gap()  # a new agent is somebody's decision; all else mends itself
        print(f"longest time without a good answer: {gap:.2f} s")
        assert gap < SECONDS
        family = [world.node.popen.pid, *children(world.node.popen.pid), *world.workers()]
        world.node.stop(signal.SIGKILL)
        took = wait(lambda: not any(map(alive, family)), "nothing survives the agent", 5)
        print(f"the agent killed: all {len(family)} processes were gone after {took:.2f} s")
        began = time.monotonic()
        world.start_node()
        wait(served(found), "service resumes after the restart")
        print(f"started again: 100 good answers after {time.monotonic() - began:.2f} s")
    print(f"{sum(found.answers.values())} answers: {dict(found.answers)}, broken: {found.broken}")
    assert world.upstream.passed == []


def test_who_asks_while_an_authorizer_starts_is_answered_by_the_other(world: Scene) -> None:
    """Nothing of these tokens is kept, so that each request is a question to the one that dies."""
    wait(world.whole, "every process is up")
    tokens = itertools.cycle([world.opaque(0) for _ in range(8)])
    with load(world.proxy_port, lambda: ("/uncached/x", next(tokens), True)) as found:
        for _ in range(3):
            wait(served(found), "the load runs")
            kill(world.pid("authorizer 0"))
            wait(lambda: not world.whole(), "it is missed")
            wait(world.whole, "it is back")
            wait(served(found), "the load runs")
        metrics = world.status.get("/metrics").body.decode()
    assert 'outcome="forward"' in metrics
    assert 'outcome="unavailable"' not in metrics, "it was asked before it knew anything"


def test_what_was_revoked_survives_a_kill_right_after_the_answer(world: Scene) -> None:
    revoked = [world.jwt(None) for _ in range(2)]
    other = world.jwt(None)
    assert all(world.passes("jwt", one) for one in revoked)
    for token in revoked[:1]:
        answer = world.revoke(token=token.removeprefix("Bearer "), who="test")
        world.node.popen.send_signal(signal.SIGKILL)
        assert answer.status == 201
        world.node.stop(signal.SIGKILL)
        world.start_node()
        assert world.knock("jwt", token, good=False).status == 401
    done = world.gatepost(
        "revoke", "--token", "-", "--prefix", str(world.prefix),
        stdin=revoked[1].removeprefix("Bearer "),
    )  # fmt: skip
    world.node.stop(signal.SIGKILL)
    assert done.returncode == 0, done.stderr
    world.start_node()
    assert [world.knock("jwt", one, good=False).status for one in revoked] == [401] * 2
    assert world.passes("jwt", other)


def test_the_torn_end_of_the_log_and_a_stale_prefix_do_not_stop_a_start(world: Scene) -> None:
    """A power cut in the middle of a revocation that nobody was told of."""
    token = world.jwt(None)
    assert world.revoke(token=token.removeprefix("Bearer ")).status == 201
    world.node.stop(signal.SIGKILL)
    with (world.prefix / "revocations.log").open("ab") as log:
        log.write(b'{"expires":null,"kind":"tok')
    (world.prefix / "nginx.conf").write_text("half a confi")
    world.start_node()
    assert world.knock("jwt", token, good=False).status == 401
