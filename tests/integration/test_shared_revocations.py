"""What is revoked on one node is refused on another, through a room in a Redis."""

import contextlib
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.integration.world import Client, Node, World
from tests.ports import free_port
from tests.providers.redis_server import RedisServer, redis_server
from tests.providers.sharing import as_distribution

pytestmark = pytest.mark.integration

ROOM = "sessions:{revocations}"

KONG = """
_format_version: "3.0"
services:
  - name: api
    url: $ECHO
    routes:
      - name: jwt
        paths: [/jwt]
        plugins:
          - name: openid-connect
            config:
              issuer: $ISSUER
              client_id: [gateway]
              client_secret: [gateway-secret]
              auth_methods: [bearer]
          - name: sharing
            config: {redis_port: $REDIS}
"""


@contextlib.contextmanager
def sharing(directory: Path, port: int | None, *, node: bool = True) -> Iterator[World]:
    """Run a World whose nodes share the Redis at this port."""
    with World.start(
        KONG.replace("$REDIS", "null" if port is None else str(port)),
        environment={"PYTHONPATH": as_distribution(directory / "plugins")},
        program="tests.integration.plugged",
        node=node,
    ) as world:
        yield world


def statuses(proxy: Client, token: str, times: int = 8) -> set[int]:
    """Ask several times on new connections, so that every worker is met."""
    headers = {"Authorization": f"Bearer {token}"}
    return {proxy.get("/jwt/get", headers).status for _ in range(times)}


def refused_after(proxy: Client, token: str, patience: float = 10.0) -> float:
    """Return the seconds until a node refuses a token that it let in."""
    began = time.monotonic()
    while statuses(proxy, token, 1) != {401}:
        assert time.monotonic() - began < patience, "it is let in for ever"
    return time.monotonic() - began


def room(status: Client) -> dict[str, Any]:
    (only,) = status.get("/status").json()["rooms"]
    return dict(only)


def joined(world: World, *nodes: Client) -> None:
    world.until(lambda: all(room(one)["connected"] for one in nodes), "the room is joined")


@dataclass
class Pair:
    """Two nodes that share a Redis."""

    redis: RedisServer
    world: World
    other: Node

    @property
    def room(self) -> str:
        return f"127.0.0.1:{self.redis.port} sessions"

    def tokens(self, count: int) -> list[str]:
        """Return tokens that both nodes remember to let in."""
        tokens = [self.world.token("tutorial-jwt") for _ in range(count)]
        for one in tokens:
            assert statuses(self.world.proxy, one) == statuses(self.other.proxy, one) == {200}
        return tokens

    @contextlib.contextmanager
    def late(self) -> Iterator[Node]:
        """Start a third node, which was not there before."""
        node = self.world.second_node(f"late-{time.monotonic_ns()}")
        yield node
        node.process.stop()


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    with (
        redis_server() as redis,
        sharing(tmp_path_factory.mktemp("pair"), redis.port) as world,
    ):
        yield Pair(redis, world, world.second_node())


@pytest.fixture(autouse=True)
def settled(request: pytest.FixtureRequest) -> None:
    """Begin with both nodes in the room."""
    if "pair" in request.fixturenames:
        both: Pair = request.getfixturevalue("pair")
        joined(both.world, both.world.status, both.other.status)


def test_a_token_revoked_on_one_node_is_refused_on_the_other_in_well_under_a_second(
    pair: Pair,
) -> None:
    world, other = pair.world, pair.other
    token, free = pair.tokens(2)
    heard = room(other.status)["heard"]
    done = world.gatepost(
        "revoke", "--token", "-", "--prefix", str(world.prefix), "--why", "lost", stdin=token
    )
    assert refused_after(other.proxy, token) < 0.5
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "reach: this node and 1 room")
    assert statuses(world.proxy, token) == statuses(other.proxy, token) == {401}
    assert statuses(world.proxy, free) == statuses(other.proxy, free) == {200}
    entry = other.status.get("/revocations").json()["data"][-1]
    assert (entry["kind"], entry["why"]) == ("token", f"lost (through Redis {pair.room})")
    shown = room(other.status)
    assert (shown["name"], shown["heard"]) == (pair.room, heard + 1)
    assert room(world.status)["heard"] == 0
    metrics = other.status.get("/metrics").body.decode()
    assert f'gatepost_room_up{{room="{pair.room}"}} 1\n' in metrics
    assert f'gatepost_room_revocations_total{{room="{pair.room}"}} {heard + 1}\n' in metrics
    reach = other.status.get("/status").json()["revocations"]["reach"]
    assert reach == "this node and 1 room"


def test_what_a_policy_ends_on_one_node_has_ended_on_the_other(pair: Pair) -> None:
    token = pair.world.token("tutorial-jwt")

    def ask(proxy: Client, words: str) -> int:
        headers = {"Authorization": f"Bearer {token}", "X-Do": words}
        return proxy.get("/jwt/get", headers).status

    for _ in range(8):
        assert ask(pair.other.proxy, "rest s1") == 200
    assert ask(pair.world.proxy, "revoke s1") == 200
    began = time.monotonic()
    while ask(pair.other.proxy, "rest s1") != 403:
        assert time.monotonic() - began < 1
    assert ask(pair.other.proxy, "rest s2") == 200


def test_a_node_that_was_down_refuses_from_its_first_request_on(pair: Pair) -> None:
    (token,) = pair.tokens(1)
    pair.other.process.stop()
    assert pair.world.revoke(token=token).json()["reach"] == "this node and 1 room"
    pair.other = pair.world.second_node()
    assert statuses(pair.other.proxy, token, 1) == {401}
    assert statuses(pair.other.proxy, token) == {401}


def test_a_redis_that_goes_and_comes_back_empty_loses_no_revocation(pair: Pair) -> None:
    world, other = pair.world, pair.other
    before, during = pair.tokens(2)
    world.revoke(token=before)
    refused_after(other.proxy, before)
    pair.redis.stop(signal.SIGKILL)
    for status in (world.status, other.status):
        world.until(lambda status=status: not room(status)["connected"], "it is noticed")
        assert status.get("/status/ready").status == 200
    answer = world.revoke(token=during).json()
    assert answer["reach"] == f"this node only; away, and told when it is back: {pair.room}"
    assert answer["rooms"] == {"told": [], "away": [pair.room]}
    assert statuses(world.proxy, during) == {401}
    assert statuses(other.proxy, during) == {200}, "nobody could tell it"
    assert "cannot be reached" in str(room(world.status)["problem"])
    pair.redis.start()
    refused_after(other.proxy, during)
    joined(world, world.status, other.status)
    with pair.late() as late:
        assert statuses(late.proxy, before, 1) == statuses(late.proxy, during, 1) == {401}
    assert "everything remembered is forgotten" in other.process.output


def test_a_room_that_is_emptied_is_whole_again_for_who_comes_next(pair: Pair) -> None:
    world, other = pair.world, pair.other
    token, free = pair.tokens(2)
    world.revoke(token=token)
    refused_after(other.proxy, token)
    held = pair.redis.run("ZCARD", ROOM)
    pair.redis.run("FLUSHALL")
    world.until(lambda: pair.redis.run("ZCARD", ROOM) == held, "it is whole again")
    with pair.late() as late:
        assert statuses(late.proxy, token, 1) == {401}
    world.until(lambda: "it was emptied" in other.process.output, "the gap is told")
    before = asked(other)
    assert statuses(other.proxy, free) == {200}
    world.until(lambda: asked(other) > before, "what was remembered is asked again")


def asked(node: Node) -> float:
    """Return how many questions authorizers got from nginx."""
    name = 'gatepost_decisions_total{event="asked"} '
    return float(node.status.get("/metrics").body.decode().split(name)[1].split()[0])


def test_a_node_starts_and_serves_without_its_redis_and_joins_when_it_comes(
    tmp_path: Path,
) -> None:
    port = free_port()
    with sharing(tmp_path, port) as world:
        token = world.token("tutorial-jwt")
        assert statuses(world.proxy, token) == {200}
        assert room(world.status)["connected"] is False
        world.revoke(token=token)
        with redis_server() as server:
            server.stop()
            server.port = port
            server.start()
            joined(world, world.status)
            world.until(lambda: server.run("ZCARD", ROOM) == 2, "it is told")


def test_rooms_come_and_go_with_the_configuration(tmp_path: Path) -> None:
    with redis_server() as redis, sharing(tmp_path, None) as world:
        assert world.status.get("/status").json()["rooms"] == []
        token = world.token("tutorial-jwt")
        assert world.revoke(token=token).json()["reach"] == "this node only"
        world.change(KONG.replace("$REDIS", str(redis.port)))
        joined(world, world.status)
        world.until(lambda: redis.run("ZCARD", ROOM) == 2, "it is told")
        assert statuses(world.proxy, token) == {401}
        world.change(KONG.replace("$REDIS", "null"))
        world.until(
            lambda: int(redis.run("INFO", "clients")["connected_clients"]) == 1, "it is left"
        )
        assert world.status.get("/status").json()["rooms"] == []


def test_doctor_reaches_the_room_and_says_what_it_found(tmp_path: Path) -> None:
    with (
        redis_server("maxmemory-policy allkeys-lru") as redis,
        sharing(tmp_path, redis.port, node=False) as world,
    ):
        arguments = ("doctor", "--config", str(world.file), "--prefix", str(tmp_path / "p"))
        free = ("--proxy", "127.0.0.1:0", "--proxy-ssl", "off", "--status", "127.0.0.1:0")
        said = world.gatepost(*arguments, *free).stdout
        name = f"127.0.0.1:{redis.port} sessions"
        assert f"ok   room: {name}: Redis 7." in said
        assert "0 revocations are known there" in said
        assert f"note room: {name}: its maxmemory-policy is allkeys-lru" in said
        assert f"ok   revocation: it reaches every node that shares a room: {name}" in said
        redis.stop()
        said = world.gatepost(*arguments, *free).stdout
        assert f"note room: {name}: The Redis at 127.0.0.1:{redis.port} cannot be reached." in said
