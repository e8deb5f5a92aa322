"""What is revoked on one node is refused on another, through a room in a Redis."""

import contextlib
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.world import Client, Node, World
from tests.providers.redis_server import RedisServer, free_port, redis_server
from tests.providers.sharing import as_distribution

pytestmark = pytest.mark.integration

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


def room(status: Client) -> dict[str, object]:
    (only,) = status.get("/status").json()["rooms"]
    return dict(only)


def joined(world: World, *nodes: Client) -> None:
    world.until(lambda: all(room(one)["connected"] for one in nodes), "the room is joined")


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    with redis_server() as server:
        yield server


@pytest.fixture
def pair(tmp_path: Path, redis: RedisServer) -> Iterator[tuple[World, Node]]:
    with sharing(tmp_path, redis.port) as world:
        yield world, world.second_node()


def test_a_token_revoked_on_one_node_is_refused_on_the_other_in_well_under_a_second(
    pair: tuple[World, Node], redis: RedisServer
) -> None:
    world, other = pair
    token, free = world.token("tutorial-jwt"), world.token("tutorial-jwt")
    for one in (token, free):
        assert statuses(world.proxy, one) == statuses(other.proxy, one) == {200}
    done = world.gatepost(
        "revoke", "--token", "-", "--prefix", str(world.prefix), "--why", "lost", stdin=token
    )
    assert refused_after(other.proxy, token) < 0.5
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "reach: this node and 1 room")
    assert statuses(world.proxy, token) == statuses(other.proxy, token) == {401}
    assert statuses(world.proxy, free) == statuses(other.proxy, free) == {200}
    (entry,) = other.status.get("/revocations").json()["data"]
    name = f"127.0.0.1:{redis.port} sessions"
    assert (entry["kind"], entry["why"]) == ("token", f"lost (through Redis {name})")
    assert room(other.status)["name"] == name
    assert room(other.status)["heard"] == 1
    assert room(world.status)["heard"] == 0
    metrics = other.status.get("/metrics").body.decode()
    assert f'gatepost_room_up{{room="{name}"}} 1\n' in metrics
    assert f'gatepost_room_revocations_total{{room="{name}"}} 1\n' in metrics
    reach = other.status.get("/status").json()["revocations"]["reach"]
    assert reach == "this node and 1 room"


def test_what_a_policy_ends_on_one_node_has_ended_on_the_other(pair: tuple[World, Node]) -> None:
    world, other = pair
    token = world.token("tutorial-jwt")

    def ask(proxy: Client, words: str) -> int:
        headers = {"Authorization": f"Bearer {token}", "X-Do": words}
        return proxy.get("/jwt/get", headers).status

    for _ in range(8):
        assert ask(other.proxy, "rest s1") == 200
    assert ask(world.proxy, "revoke s1") == 200
    began = time.monotonic()
    while ask(other.proxy, "rest s1") != 403:
        assert time.monotonic() - began < 1
    assert ask(other.proxy, "rest s2") == 200


def test_a_node_that_was_down_refuses_from_its_first_request_on(pair: tuple[World, Node]) -> None:
    world, other = pair
    token = world.token("tutorial-jwt")
    assert statuses(other.proxy, token) == {200}
    other.process.stop()
    assert world.revoke(token=token).json()["reach"] == "this node and 1 room"
    again = world.second_node()
    assert statuses(again.proxy, token, 1) == {401}
    assert statuses(again.proxy, token) == {401}


def test_a_redis_that_goes_and_comes_back_empty_loses_no_revocation(
    pair: tuple[World, Node], redis: RedisServer
) -> None:
    world, other = pair
    before, during = world.token("tutorial-jwt"), world.token("tutorial-jwt")
    for one in (before, during):
        assert statuses(world.proxy, one) == statuses(other.proxy, one) == {200}
    world.revoke(token=before)
    refused_after(other.proxy, before)
    redis.stop(signal.SIGKILL)
    world.until(lambda: not room(world.status)["connected"], "it is noticed")
    assert world.status.get("/status/ready").status == 200
    answer = world.revoke(token=during).json()
    name = f"127.0.0.1:{redis.port} sessions"
    assert answer["reach"] == f"this node only; away, and told when it is back: {name}"
    assert answer["rooms"] == {"told": [], "away": [name]}
    assert statuses(world.proxy, during) == {401}
    assert statuses(other.proxy, during) == {200}, "nobody could tell it"
    assert "cannot be reached" in str(room(world.status)["problem"])
    redis.start()
    refused_after(other.proxy, during)
    joined(world, world.status, other.status)
    late = world.second_node("late")
    assert statuses(late.proxy, before, 1) == statuses(late.proxy, during, 1) == {401}
    assert "everything remembered is forgotten" in other.process.output


def test_a_room_that_is_emptied_is_whole_again_for_who_comes_next(
    pair: tuple[World, Node], redis: RedisServer
) -> None:
    world, other = pair
    token, free = world.token("tutorial-jwt"), world.token("tutorial-jwt")
    assert statuses(other.proxy, free) == {200}
    world.revoke(token=token)
    refused_after(other.proxy, token)
    redis.run("FLUSHALL")
    world.until(lambda: redis.run("ZCARD", "sessions:{revocations}") == 2, "it is whole again")
    late = world.second_node("late")
    assert statuses(late.proxy, token, 1) == {401}
    asked = 'gatepost_decisions_total{event="asked"} '
    world.until(lambda: "it was emptied" in other.process.output, "the gap is told")
    before = float(other.status.get("/metrics").body.decode().split(asked)[1].split()[0])
    assert statuses(other.proxy, free) == {200}
    world.until(
        lambda: (
            float(other.status.get("/metrics").body.decode().split(asked)[1].split()[0]) > before
        ),
        "what was remembered before the gap is asked again",
    )


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
            world.until(lambda: server.run("ZCARD", "sessions:{revocations}") == 2, "it is told")


def test_rooms_come_and_go_with_the_configuration(tmp_path: Path, redis: RedisServer) -> None:
    with sharing(tmp_path, None) as world:
        assert world.status.get("/status").json()["rooms"] == []
        token = world.token("tutorial-jwt")
        assert world.revoke(token=token).json()["reach"] == "this node only"
        world.change(KONG.replace("$REDIS", str(redis.port)))
        joined(world, world.status)
        world.until(lambda: redis.run("ZCARD", "sessions:{revocations}") == 2, "it is told")
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
