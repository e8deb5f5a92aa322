"""Each outage of docs/outages.md as a context: it begins, the test looks, it ends."""

import contextlib
import signal
from collections.abc import Callable, Iterator

from tests.faults.people import Stage
from tests.faults.scene import Scene, alive, children, kill, wait
from tests.integration.world import Client

Outage = Callable[[Stage], contextlib.AbstractContextManager[None]]
ENDPOINTS = ("discovery", "keys", "token", "introspect")
BAD_FILE = '_format_version: "3.0"\nservices: [{name: api}]\n'


@contextlib.contextmanager
def provider_down(world: Scene) -> Iterator[None]:
    world.door.shut()
    yield
    world.door.open()


@contextlib.contextmanager
def provider_slow(world: Scene) -> Iterator[None]:
    world.door.swallow()
    yield
    world.door.open()


def provider_says(fault: str, *endpoints: str) -> Outage:
    @contextlib.contextmanager
    def outage(world: Stage) -> Iterator[None]:
        world.misbehave(fault, *(endpoints or ENDPOINTS))
        yield
        world.behave()

    return outage


@contextlib.contextmanager
def agent_hung(world: Scene) -> Iterator[None]:
    pid = world.node.popen.pid
    kill(pid, signal.SIGSTOP)
    yield
    kill(pid, signal.SIGCONT)
    wait(lambda: problem(world) is None, "the agent answers")


@contextlib.contextmanager
def authorizers_dead(world: Scene) -> Iterator[None]:
    """Kill all while the agent is held, which would replace them at once."""
    pids = [world.pid(f"authorizer {number}") for number in (0, 1)]
    with agent_hung(world):
        for pid in pids:
            kill(pid)
        yield


@contextlib.contextmanager
def one_authorizer_dead(world: Scene) -> Iterator[None]:
    """Kill one; the agent starts it again meanwhile."""
    kill(world.pid("authorizer 0"))
    yield


@contextlib.contextmanager
def authorizers_hung(world: Scene) -> Iterator[None]:
    """Stop all, and let them go on, unless the agent has lost its patience with them."""
    pids = [world.pid(f"authorizer {number}") for number in (0, 1)]
    for pid in pids:
        kill(pid, signal.SIGSTOP)
    yield
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):  # it was replaced in time
            kill(pid, signal.SIGCONT)


@contextlib.contextmanager
def one_authorizer_hung(world: Scene) -> Iterator[None]:
    """Stop one for good: the agent has to notice."""
    pid = world.pid("authorizer 0")
    assert pid is not None
    kill(pid, signal.SIGSTOP)
    yield
    wait(
        lambda: world.pid("authorizer 0") not in {None, pid},
        "the hung authorizer is replaced",
        patience=30,
    )


@contextlib.contextmanager
def agent_dead(world: Scene) -> Iterator[None]:
    family = [pid for pid in children(world.node.popen.pid) if alive(pid)]
    family += world.workers()
    assert len(family) >= 5, "nginx, its two workers and two authorizers"
    world.node.stop(signal.SIGKILL)
    wait(lambda: not any(map(alive, family)), "nothing of the node lives")
    yield
    world.start_node()


@contextlib.contextmanager
def worker_dead(world: Scene) -> Iterator[None]:
    kill(world.workers()[0])
    yield


@contextlib.contextmanager
def master_dead(world: Scene) -> Iterator[None]:
    """Kill nginx's master while the agent is held, which would start another at once."""
    master, workers = world.pid("nginx"), world.workers()
    with agent_hung(world):
        kill(master)
        wait(lambda: not any(map(alive, workers)), "the workers follow their master")
        yield


@contextlib.contextmanager
def file_bad(world: Scene) -> Iterator[None]:
    good = world.file.read_text()
    world.write(BAD_FILE)
    world.node.popen.send_signal(signal.SIGHUP)
    wait(lambda: problem(world) is not None, "the bad file is noticed")
    yield
    world.write(good)
    wait(lambda: problem(world) is None, "the good file is noticed")


@contextlib.contextmanager
def file_removed(world: Scene) -> Iterator[None]:
    good = world.file.read_text()
    world.file.unlink()
    world.node.popen.send_signal(signal.SIGHUP)
    wait(lambda: problem(world) is not None, "it is noticed that the file is gone")
    yield
    world.write(good)
    wait(lambda: problem(world) is None, "the file is back")


@contextlib.contextmanager
def upstream_down(world: Scene) -> Iterator[None]:
    world.upstream.shut()
    yield
    world.upstream.open()


@contextlib.contextmanager
def redis_down(world: Stage) -> Iterator[None]:
    world.redis.stop(signal.SIGKILL)
    yield
    world.redis.start()


@contextlib.contextmanager
def redis_hung(world: Stage) -> Iterator[None]:
    world.redis.hang()
    yield
    world.redis.hang(on=False)


@contextlib.contextmanager
def redis_flushed(world: Stage) -> Iterator[None]:
    before = world.noticed()
    world.redis.run("FLUSHALL")
    wait(lambda: world.noticed() not in {"", before}, "the node notices")
    yield


def problem(world: Scene) -> str | None:
    """Return what the node says against the file as it is."""
    status: Client = world.status
    found: str | None = status.get("/status").json()["configuration"]["problem"]
    return found


OUTAGES: dict[str, Outage] = {
    "provider-down": provider_down,
    "provider-slow": provider_slow,
    "provider-garbage": provider_says("html"),
    "provider-errors": provider_says("status-500"),
    "provider-throttles": provider_says("status-429"),
    "keys-down": provider_says("status-503", "keys"),
    "authorizers-dead": authorizers_dead,
    "authorizers-hung": authorizers_hung,
    "one-authorizer-dead": one_authorizer_dead,
    "one-authorizer-hung": one_authorizer_hung,
    "agent-hung": agent_hung,
    "agent-dead": agent_dead,
    "worker-dead": worker_dead,
    "master-dead": master_dead,
    "file-bad": file_bad,
    "file-removed": file_removed,
    "upstream-down": upstream_down,
    "redis-down": redis_down,
    "redis-hung": redis_hung,
    "redis-flushed": redis_flushed,
}

__all__ = ["BAD_FILE", "OUTAGES", "Outage", "problem"]
