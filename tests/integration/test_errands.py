"""Errands of whole nodes: one call, whoever asks, and whatever of the node is killed meanwhile."""

import contextlib
import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.integration.world import Answer, Client, World
from tests.providers.counting import Counting, counting
from tests.providers.redis_server import RedisServer, redis_server
from tests.providers.sharing import as_distribution

pytestmark = pytest.mark.integration

KONG = """
_format_version: "3.0"
services:
  - name: api
    url: $ECHO
    routes:
      - name: do
        paths: [/do]
        plugins:
          - name: sharing
            config: {provider: "$PROVIDER", redis_port: $REDIS, timeout: $TIMEOUT, spent: 60}
"""


@contextlib.contextmanager
def sharing(
    directory: Path,
    provider: Counting,
    *arguments: str,
    redis: RedisServer | None = None,
    timeout: float = 5.0,
) -> Iterator[World]:
    """Run a World whose nodes do what requests tell them."""
    text = KONG.replace("$PROVIDER", provider.url).replace("$TIMEOUT", str(timeout))
    text = text.replace("$REDIS", str(redis.port) if redis else "null")
    with World.start(
        text,
        arguments=arguments,
        environment={"PYTHONPATH": as_distribution(directory / "plugins")},
        program="tests.integration.plugged",
    ) as world:
        yield world


def do(proxy: Client, words: str) -> Answer:
    return proxy.get("/do/get", {"X-Do": words})


def done(proxy: Client, words: str) -> str:
    answer = do(proxy, words)
    assert answer.status == 200, (answer.status, answer.body)
    return answer.headers["x-answer"]


def pids(world: World) -> list[int]:
    processes = world.status.get("/status").json()["processes"]
    return [one["pid"] for one in processes if one["name"].startswith("authorizer")]


@pytest.fixture
def provider() -> Iterator[Counting]:
    with counting() as running:
        yield running


def test_all_processes_of_a_node_share_one_call(tmp_path: Path, provider: Counting) -> None:
    provider.seconds = 0.5
    with sharing(tmp_path, provider, "--authorizers", "2") as world:
        with ThreadPoolExecutor(20) as pool:
            answers = list(pool.map(lambda _: done(world.proxy, "errand refresh-1"), range(40)))
        assert set(answers) == {"1"}
        assert provider.asked == ["refresh-1"]
        assert done(world.proxy, "ahead refresh-2") == "nothing"
        world.until(lambda: done(world.proxy, "ahead refresh-2") == "2", "it was fetched ahead")
        assert provider.asked == ["refresh-1", "refresh-2"]
        claims = [done(world.proxy, "claim logout-token-1") for _ in range(8)]
        assert claims == ["True"] + ["False"] * 7
        metrics = world.status.get("/metrics").body.decode()
        assert 'gatepost_errands_total{event="made"} 2\n' in metrics
        assert 'gatepost_provider_calls_total{purpose="token",result="2xx"} 2\n' in metrics


def test_killing_every_authorizer_in_the_middle_of_an_errand_does_not_disturb_it(
    tmp_path: Path, provider: Counting
) -> None:
    provider.seconds = 2.0
    with sharing(tmp_path, provider, "--authorizers", "2") as world:
        first: list[int] = []
        asking = threading.Thread(
            target=lambda: first.append(do(world.proxy, "errand refresh-1").status)
        )
        asking.start()
        world.until(lambda: provider.asked == ["refresh-1"], "the provider was asked")
        for pid in pids(world):
            os.kill(pid, signal.SIGKILL)
        asking.join()
        assert first == [503], "who asked first is told to ask again"
        world.until(lambda: world.status.get("/status/ready").status == 200, "others took over")
        world.until(
            lambda: do(world.proxy, "errand refresh-1").status == 200, "somebody is answered"
        )
        assert done(world.proxy, "errand refresh-1") == "1"
        assert provider.asked == ["refresh-1"], "the provider saw one call"


def test_killing_the_one_who_asks_lets_the_other_bring_the_answer(
    tmp_path: Path, provider: Counting
) -> None:
    provider.seconds = 1.0
    with sharing(tmp_path, provider, "--authorizers", "2") as world, ThreadPoolExecutor(8) as pool:
        asking = [pool.submit(do, world.proxy, "errand refresh-1") for _ in range(8)]
        world.until(lambda: len(provider.asked) == 1, "the provider was asked")
        os.kill(pids(world)[0], signal.SIGKILL)
        statuses = [asked.result().status for asked in asking]
        assert set(statuses) <= {200, 503}, statuses
        assert done(world.proxy, "errand refresh-1") == "1"
        assert len(provider.asked) == 1


def test_an_agent_that_hangs_is_unavailable_in_time_and_nothing_else_is(
    tmp_path: Path, provider: Counting
) -> None:
    with sharing(tmp_path, provider) as world:
        world.node.popen.send_signal(signal.SIGSTOP)
        try:
            began = time.monotonic()
            answer = do(world.proxy, "claim a")
            assert (answer.status, answer.headers["retry-after"]) == (503, "1")
            assert time.monotonic() - began < 4.5
            assert done(world.proxy, "rest s1") == "stands"
        finally:
            world.node.popen.send_signal(signal.SIGCONT)
        assert done(world.proxy, "claim b") == "True"


def test_what_a_policy_revokes_is_refused_by_every_process_and_after_a_restart(
    tmp_path: Path, provider: Counting
) -> None:
    with sharing(tmp_path, provider, "--authorizers", "2") as world:
        for _ in range(8):
            assert done(world.proxy, "rest s1") == "stands"
        assert done(world.proxy, "revoke s1") == "revoked"
        assert {do(world.proxy, "rest s1").status for _ in range(8)} == {403}
        assert done(world.proxy, "rest s2") == "stands"
        (entry,) = world.status.get("/revocations").json()["data"]
        assert (entry["kind"], entry["who"], entry["why"], entry["expires"]) == (
            "session",
            "a policy",
            "it was told to",
            None,
        )
        secret = (world.prefix / "node.secret").read_bytes()
        world.node.stop()
        world.start_node()
        assert do(world.proxy, "rest s1").status == 403
        assert (world.prefix / "node.secret").read_bytes() == secret
        world.secrets.add(secret.hex())


def test_events_reach_the_stderr_of_the_node_as_lines_of_json(
    tmp_path: Path, provider: Counting
) -> None:
    with sharing(tmp_path, provider, "--authorizers", "2") as world:
        for _ in range(4):
            assert done(world.proxy, "tell door.opened") == "told"
        assert done(world.proxy, 'tell "Forged"') == "told"
        world.until(lambda: world.node.output.count('"event":"door.opened"') == 4, "they came")
        lines = [json.loads(line) for line in world.node.lines if line.startswith("{")]
        assert {(one["event"], one["code"], one["by"]) for one in lines} == {
            ("door.opened", "told", "a request"),
            ("malformed", "told", "a request"),
        }
        assert all(len(one["request"]) >= 16 and one["route"] for one in lines)
        metrics = world.status.get("/metrics").body.decode()
        assert 'gatepost_events_total{event="door.opened",code="told"} 4\n' in metrics


@pytest.mark.slow
def test_nodes_that_share_a_redis_make_one_call_and_one_that_died_is_replaced(
    tmp_path: Path, provider: Counting
) -> None:
    with redis_server() as redis, sharing(tmp_path, provider, redis=redis) as world:
        other = world.second_node()
        provider.seconds = 0.5
        with ThreadPoolExecutor(8) as pool:
            proxies = [world.proxy, other.proxy] * 4
            answers = list(pool.map(lambda proxy: done(proxy, "errand refresh-1"), proxies))
        assert (set(answers), provider.asked) == ({"1"}, ["refresh-1"])
        claims = [done(proxy, "claim logout-token-1") for proxy in proxies]
        assert claims.count("True") == 1
        assert done(world.proxy, "put k v") == "kept"
        assert done(other.proxy, "get k") == "v"

        # The node that makes the call dies; the lock of the errand ends, and the other makes it.
        provider.seconds = 2.0
        asking = threading.Thread(target=lambda: _or_nothing(world.proxy, "errand refresh-2"))
        asking.start()
        world.until(lambda: provider.asked[-1] == "refresh-2", "the first node asks")
        world.node.popen.kill()
        world.node.popen.wait()
        asking.join()
        provider.seconds = 0.0
        assert done(other.proxy, "errand refresh-2") == "3"
        assert provider.asked == ["refresh-1", "refresh-2", "refresh-2"]
        world.start_node()


def _or_nothing(proxy: Client, words: str) -> None:
    with contextlib.suppress(OSError):
        do(proxy, words)
