"""``kill -9`` of anything: nobody passes who should not, and service comes back."""

import os
import signal
import threading
import time
from pathlib import Path

import pytest

from tests.integration.test_run_revocation import GUARDED
from tests.integration.world import World
from tests.ports import free_port

pytestmark = pytest.mark.integration


def pid_of(world: World, name: str) -> int:
    processes = world.status.get("/status").json()["processes"]
    return int(next(one["pid"] for one in processes if one["name"] == name))


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


class Knocker:
    """Keeps asking without a good credential; ``passed`` must stay empty."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._done = threading.Event()
        self.passed: list[int] = []
        self._thread = threading.Thread(target=self._knock)

    def _knock(self) -> None:
        number = 0
        while not self._done.is_set():
            number += 1
            try:
                status = self._world.get("/jwt/get", f"bad.{number}.token").status
            except OSError:
                continue
            if status not in {401, 429, 500, 502, 503, 504}:
                self.passed.append(status)
            time.sleep(0.01)

    def __enter__(self) -> "Knocker":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()


def serves(world: World, token: str) -> bool:
    try:
        return world.get("/jwt/get", token).status == 200
    except OSError:
        return False


@pytest.mark.parametrize("name", ["authorizer 0", "nginx"])
def test_a_killed_process_comes_back_and_nobody_slips_through(name: str) -> None:
    with World.start(GUARDED) as world:
        token = world.token("tutorial-jwt")
        assert serves(world, token)
        with Knocker(world) as knocker:
            for _ in range(2):
                before = pid_of(world, name)
                os.kill(before, signal.SIGKILL)
                world.until(
                    lambda before=before: (
                        pid_of_or_none(world, name) not in {None, before}
                        and world.status.get("/status/ready").status == 200
                        and serves(world, token)
                    ),
                    f"{name} is back",
                    patience=15,
                )
        assert knocker.passed == []
        assert serves(world, token)


def pid_of_or_none(world: World, name: str) -> int | None:
    processes = world.status.get("/status").json()["processes"]
    return next(one["pid"] for one in processes if one["name"] == name)


def test_a_killed_worker_is_replaced_by_nginx() -> None:
    with World.start(GUARDED) as world:
        token = world.token("tutorial-jwt")
        master = pid_of(world, "nginx")
        children = Path(f"/proc/{master}/task/{master}/children")
        workers = [int(word) for word in children.read_text().split()]
        os.kill(workers[0], signal.SIGKILL)
        world.until(lambda: serves(world, token), "it serves again", patience=5)
        assert pid_of(world, "nginx") == master


def test_remembered_decisions_go_on_while_no_authorizer_lives() -> None:
    with World.start(GUARDED) as world:
        token, fresh = world.token("tutorial-jwt"), world.token("tutorial-jwt")
        assert [world.get("/jwt/get", token).status for _ in range(8)] == [200] * 8
        os.kill(pid_of(world, "authorizer 0"), signal.SIGSTOP)  # alive, and it answers nobody
        asked = time.monotonic()
        assert world.get("/jwt/get", token).status == 200
        assert time.monotonic() - asked < 1
        answer = world.get("/jwt/get", fresh)
        assert answer.status == 503
        assert int(answer.headers["retry-after"]) >= 1
        assert world.get("/jwt/get", token).status == 200
        world.until(lambda: serves(world, fresh), "the fresh token is judged")


def test_nothing_survives_a_killed_agent_and_the_next_one_takes_over() -> None:
    port = free_port()
    with World.start(GUARDED, node=False) as world:
        world.start_node(proxy=f"127.0.0.1:{port}")
        token, revoked = world.token("tutorial-jwt"), world.token("tutorial-jwt")
        assert serves(world, token)
        assert world.revoke(token=revoked, who="test").status == 201
        master = pid_of(world, "nginx")
        family = [master, pid_of(world, "authorizer 0")]
        family += map(int, Path(f"/proc/{master}/task/{master}/children").read_text().split())
        world.node.stop(signal.SIGKILL)
        world.start_node(proxy=f"127.0.0.1:{port}")
        assert serves(world, token)
        assert world.get("/jwt/get", revoked).status == 401
        world.until(lambda: not any(map(alive, family)), "the old processes are gone", 5)
