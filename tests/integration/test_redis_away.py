"""A Redis that is down, hangs, refuses us or takes no writes, as the clients of a node feel it."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.test_errands import do, done, sharing
from tests.integration.world import World
from tests.providers.counting import counting
from tests.providers.redis_server import RedisServer, redis_server

pytestmark = pytest.mark.integration


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    with redis_server() as server:
        yield server


@pytest.fixture
def world(tmp_path: Path, redis: RedisServer) -> Iterator[World]:
    with counting() as provider, sharing(tmp_path, provider, redis=redis) as running:
        yield running


def unavailable(world: World, words: str, within: float) -> None:
    began = time.monotonic()
    answer = do(world.proxy, words)
    assert (answer.status, answer.headers["retry-after"]) == (503, "5"), answer.body
    assert time.monotonic() - began < within
    assert b"edis" not in answer.body, "where our things are is nobody's business"


def test_what_needs_it_is_503_and_what_does_not_goes_on(world: World, redis: RedisServer) -> None:
    assert done(world.proxy, "put a 1") == "kept"
    assert done(world.proxy, "rest s1") == "stands"
    redis.stop()
    for words in ("put a 2", "get a", "claim a", "errand a"):
        unavailable(world, words, within=1.5)
    assert done(world.proxy, "rest s1") == "stands"
    assert done(world.proxy, "rest s2") == "stands"
    assert world.status.get("/status/ready").status == 200
    redis.start()
    assert done(world.proxy, "get a") == "nothing"
    assert done(world.proxy, "put a 2") == "kept"
    assert done(world.proxy, "claim a") == "True"


@pytest.mark.slow
def test_one_that_hangs_is_503_within_its_deadline(world: World, redis: RedisServer) -> None:
    assert done(world.proxy, "put a 1") == "kept"
    redis.hang()
    try:
        unavailable(world, "get a", within=7.0)
        assert done(world.proxy, "rest s1") == "stands"
    finally:
        redis.hang(on=False)
    assert done(world.proxy, "get a") == "1"


def test_one_that_takes_no_writes_refuses_what_would_be_written(
    world: World, redis: RedisServer
) -> None:
    assert done(world.proxy, "put a 1") == "kept"
    with redis_server() as master:
        redis.run("CONFIG", "SET", "replica-serve-stale-data", "yes")
        redis.run("REPLICAOF", "127.0.0.1", master.port)
        unavailable(world, "put a 2", within=1.5)
        unavailable(world, "claim b", within=1.5)
        redis.run("REPLICAOF", "NO", "ONE")
        assert done(world.proxy, "claim b") == "True"


def test_a_full_one_refuses_what_would_be_written_and_is_still_read(
    world: World, redis: RedisServer
) -> None:
    assert done(world.proxy, "put a 1") == "kept"
    redis.run("CONFIG", "SET", "maxmemory", "1")
    unavailable(world, "put a 2", within=1.5)
    assert done(world.proxy, "get a") == "1"
    redis.run("CONFIG", "SET", "maxmemory", "0")
    assert done(world.proxy, "put a 2") == "kept"


def test_explain_reads_records_and_spends_and_writes_nothing(
    world: World, redis: RedisServer
) -> None:
    assert done(world.proxy, "put a 1") == "kept"
    url = f"{world.proxy.url}/do/get"

    def explained(words: str) -> str:
        said = world.gatepost(
            "explain", "--config", str(world.file), "--url", url, "-H", f"X-Do: {words}", "--json"
        )
        assert said.returncode in {0, 3}, said.stderr
        return said.stdout

    assert '"outcome": "forward"' in explained("get a")
    for words in ("put a 2", "claim c", "errand e", "revoke s1"):
        assert '"status": 503' in explained(words)
    assert redis.run("GET", "sessions:a") == b"1"
    assert done(world.proxy, "claim c") == "True"
    assert world.status.get("/revocations").json()["data"] == []
