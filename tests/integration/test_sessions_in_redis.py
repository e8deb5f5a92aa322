"""Sessions in a Redis: over TLS and as a user with few rights, in a cluster, behind sentinels; and
what people notice when it is away, empty, or holds what is not ours.
"""

import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gatepost.values import Secret
from tests.integration.authority import Authority
from tests.integration.login_world import kong_yaml
from tests.integration.pair_world import Came, Pair, crowd, pair_world
from tests.integration.person import Person
from tests.ports import free_port
from tests.providers.redis_server import RedisServer, redis_server

pytestmark = [pytest.mark.integration, pytest.mark.slow]

PASSWORD = "a-password-of-the-redis-user"
PAGE = Path(__file__).parents[2] / "docs" / "plugins" / "openid-connect.md"


def documented_user() -> str:
    """Return the user that the manual says is enough, with our password."""
    (line,) = re.findall("^ACL SETUSER (gatepost .*)$", PAGE.read_text(), re.MULTILINE)
    return f"user {line.replace('PASSWORD', PASSWORD)}"


# -- TLS and an access list


def tls_lines(authority: Authority, directory: Path, name: str) -> list[str]:
    certificate, key = authority.pair(name)
    (directory / f"{name}.crt").write_text(certificate)
    (directory / f"{name}.key").write_text(key)
    return [
        f"tls-cert-file {directory}/{name}.crt",
        f"tls-key-file {directory}/{name}.key",
        "tls-auth-clients no",
    ]


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """A Redis that speaks TLS and knows one user; routes that reach it, and routes that do not."""
    directory = tmp_path_factory.mktemp("redis-tls")
    trusted, stranger = Authority(directory), Authority(directory, "Another CA")
    (directory / "ca.pem").write_text(trusted.pem)
    port, elsewhere = free_port(), free_port()
    good = {
        "host": "127.0.0.1",
        "port": port,
        "ssl": True,
        "ssl_verify": True,
        "server_name": "redis.internal",
        "username": "gatepost",
        "password": PASSWORD,
    }
    told: dict[str, dict[str, Any]] = {
        "good": good,
        "password": {**good, "password": "a-wrong-password-of-the-redis"},
        "name": {**good, "server_name": "other.internal"},
        "authority": {**good, "port": elsewhere, "server_name": "stranger.internal"},
        "rights": {**good, "prefix": "forbidden"},
    }
    routes = {
        name: {"session_storage": "redis", "session_store_metadata": True, "redis": redis}
        for name, redis in told.items()
    }
    with (
        redis_server(
            f"tls-port {port}", *tls_lines(trusted, directory, "redis.internal"), documented_user()
        ) as redis,
        redis_server(f"tls-port {elsewhere}", *tls_lines(stranger, directory, "stranger.internal")),
        pair_world(
            routes,
            redis=redis,
            environment={"SSL_CERT_FILE": str(directory / "ca.pem")},
            two=False,
        ) as world,
    ):
        world.secrets |= {PASSWORD, "a-wrong-password-of-the-redis"}
        yield world


def test_a_session_lies_in_a_redis_over_tls_under_a_user_with_few_rights(guarded: Pair) -> None:
    alice = guarded.logged_in("good", lives=2)
    ended = time.time() + 2
    assert guarded.redis.run("KEYS", "sessions:session:*")
    assert len(alice.jar(guarded.proxy.url)["session_good"]) < 200, "the cookie is only a handle"
    old = guarded.come(alice, guarded.url("good"))
    guarded.past(ended)
    new = guarded.come(alice, guarded.url("good"))
    assert (old.status, new.status) == (200, 200)
    assert new.token != old.token, "it was refreshed, which the Redis is told of"
    (room,) = [one for one in rooms(guarded) if one["connected"]]
    kept = crowd(alice, 1)[0]
    alice.open(f"{guarded.proxy.url}/good/logout", stop_at=guarded.idp.url)
    assert guarded.come(kept, guarded.url("good")).status == 401
    assert not guarded.redis.run("KEYS", "sessions:session:*")
    assert b"session" in b"".join(guarded.redis.raw("ZRANGE", "sessions:{revocations}", 0, -1))
    assert room["problem"] is None


REFUSALS = {
    "password": "refuses us: look at username and password",
    "rights": "refuses us: look at username and password, and at what its ACL allows",
    "name": "is not accepted: let this machine trust the authority that issued it",
    "authority": "is not accepted: let this machine trust the authority that issued it",
}


@pytest.mark.parametrize("route", list(REFUSALS))
def test_who_logs_in_while_the_redis_refuses_us_gets_a_page_that_says_so(
    guarded: Pair, route: str
) -> None:
    there = Person(guarded.secrets).log_in(guarded.url(route))
    assert (there.status, there.code) == (503, "store.unreachable")
    assert there.answer.headers["retry-after"] == "5"
    assert "edis" not in there.text, "where our things are is nobody's business"
    port = guarded.routes[route]["redis"]["port"]
    problems = [str(room["problem"]) for room in rooms(guarded)]
    assert any(f":{port} {REFUSALS[route]}" in problem for problem in problems), problems
    guarded.until(
        lambda: any("is away: " in line and REFUSALS[route] in line for line in guarded.node.lines),
        "the log says what to do",
    )


def test_doctor_says_what_to_do_about_a_redis_that_refuses_us(guarded: Pair) -> None:
    said = guarded.gatepost(
        "doctor", "--config", str(guarded.file), "--prefix", str(guarded.directory / "doctor"),
        "--proxy", "127.0.0.1:0", "--proxy-ssl", "off", "--status", "127.0.0.1:0",
    )  # fmt: skip
    lines = [line for line in said.stdout.splitlines() if " room: " in line]
    for words in REFUSALS.values():
        assert any(line.startswith("note room: ") and words in line for line in lines), lines
    assert any(line.startswith("ok   room: ") for line in lines), lines


def rooms(world: Pair) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = world.status.get("/status").json()["rooms"]
    return found


# -- a cluster, and sentinels


Servers = dict[str, RedisServer]


@pytest.fixture(scope="module")
def spread() -> Iterator[tuple[Pair, Servers]]:
    """A cluster of one server, and a server that a sentinel names; by the routes they serve."""
    lines = ["cluster-enabled yes", f"cluster-port {free_port()}"]
    with redis_server(*lines) as cluster, redis_server("requirepass secret") as master:
        cluster.run("CLUSTER", "ADDSLOTSRANGE", 0, 16383)
        master.settings = replace(master.settings, password=Secret("secret"))
        watched = (
            f"sentinel monitor gate 127.0.0.1 {master.port} 1",
            "sentinel auth-pass gate secret",
        )
        with redis_server(*watched, sentinel=True) as sentinel:
            nobody = free_port()
            routes = {
                "cluster": {
                    "cluster_nodes": [
                        {"ip": "127.0.0.1", "port": port} for port in (nobody, cluster.port)
                    ]
                },
                "sentinel": {
                    "sentinel_master": "gate",
                    "sentinel_role": "master",
                    "sentinel_nodes": [
                        {"host": "127.0.0.1", "port": port} for port in (nobody, sentinel.port)
                    ],
                    "password": "secret",
                },
            }
            with pair_world(
                {
                    name: {"session_storage": "redis", "redis": redis}
                    for name, redis in routes.items()
                },
                redis=master,
                two=False,
            ) as world:
                yield world, {"cluster": cluster, "sentinel": master}


@pytest.mark.parametrize("route", ["cluster", "sentinel"])
def test_a_session_lives_in_a_cluster_and_behind_sentinels(
    spread: tuple[Pair, Servers], route: str
) -> None:
    world, server = spread[0], spread[1][route]
    alice = world.logged_in(route, lives=2)
    ended = time.time() + 2
    assert len(server.run("KEYS", "sessions:session:*")) == 1
    old = world.come(alice, world.url(route))
    everybody = crowd(alice, 20)
    before = world.calls("token")
    world.past(ended)
    answers = world.rush((one, world.url(route)) for one in everybody)
    assert {one.status for one in answers} == {200}
    assert {one.token for one in answers} != {old.token}
    assert world.calls("token") == before + 1
    kept = crowd(alice, 1)[0]
    alice.open(f"{world.proxy.url}/{route}/logout", stop_at=world.idp.url)
    assert world.come(kept, world.url(route)).status == 401
    assert all(room["connected"] for room in rooms(world))


# -- away, empty, full of what is not ours

OTHERS: dict[str, dict[str, Any]] = {
    "bearer": {
        "issuer": "$ISSUER",
        "client_id": ["app-redis"],
        "client_secret": ["app-redis-secret"],
        "auth_methods": ["bearer"],
    },
    "introspected": {
        "issuer": "$ISSUER",
        "client_id": ["app-redis"],
        "client_secret": ["app-redis-secret"],
        "auth_methods": ["introspection"],
        "cache_introspection": False,
    },
}
"""Routes of the same node that have nothing to do with a Redis."""


class Mixed:
    """A node with sessions in a Redis, sessions in cookies, and tokens; and who comes to each."""

    def __init__(self, world: Pair) -> None:
        self.world = world
        self.known = world.logged_in("redis")
        self.cookie = world.logged_in("cookie")
        self.token = str(world.come(self.cookie, world.url("cookie")).token)
        self.until_remembered()

    def until_remembered(self) -> None:
        """Let every worker remember somebody."""
        for _ in range(8):
            assert self.come(self.known).status == 200

    def come(self, person: Person, route: str = "redis") -> Came:
        return self.world.come(person, self.world.url(route))

    def others(self) -> dict[str, int]:
        """Return what those get who need no Redis."""
        found = {"cookie": self.come(self.cookie, "cookie").status}
        for route in OTHERS:
            found[route] = self.world.get(f"/{route}/get", self.token).status
        return found

    def untouched(self) -> None:
        began = time.monotonic()
        assert self.others() == {"cookie": 200, "bearer": 200, "introspected": 200}
        assert time.monotonic() - began < 3, "they wait for nobody"
        fresh = self.world.logged_in("cookie", "bob")
        assert self.come(fresh, "cookie").status == 200, "a login needs no Redis either"


@pytest.fixture(scope="module")
def mixed() -> Iterator[Mixed]:
    with (
        redis_server(keep=True) as redis,
        pair_world(
            {"redis": {"session_storage": "redis"}, "cookie": {}}, redis=redis, two=False
        ) as world,
    ):
        world.change(kong_yaml({**world.routes, **OTHERS}).replace("$HOME", world.proxy.url))
        yield Mixed(world)


def test_a_redis_that_is_down_stops_its_sessions_alone_and_they_go_on_after_it(
    mixed: Mixed,
) -> None:
    world, unseen = mixed.world, mixed.world.logged_in("redis", "bob", seen=False)
    mixed.until_remembered()
    world.redis.stop()
    try:
        assert mixed.come(mixed.known).status == 200, "it is remembered"
        answers = world.rush((one, world.url("redis")) for one in crowd(unseen, 20))
        assert {(one.status, one.retry_after) for one in answers} == {(503, "5")}
        page = unseen.open(world.url("redis"))
        assert (page.status, page.code) == (503, "store.unreachable")
        assert "session_redis" in unseen.jar(world.proxy.url), "nobody is logged out"
        mixed.untouched()
        assert world.status.get("/status/ready").status == 200
    finally:
        world.redis.start()
    world.until(lambda: mixed.come(unseen).status == 200, "it goes on where it was")
    assert mixed.come(mixed.known).status == 200


def test_a_redis_that_hangs_is_waited_for_no_longer_than_its_timeouts(mixed: Mixed) -> None:
    world, unseen = mixed.world, mixed.world.logged_in("redis", "bob", seen=False)
    mixed.until_remembered()
    world.redis.hang()
    try:
        assert mixed.come(mixed.known).status == 200, "it is remembered"
        answers = world.rush((one, world.url("redis")) for one in crowd(unseen, 20))
        assert {(one.status, one.retry_after) for one in answers} == {(503, "5")}
        print("503 after", max(round(one.took, 2) for one in answers), "s at most")
        # Two seconds for an answer; and who waited in vain for another of his worker, or for the
        # other worker, asks for himself.
        assert max(one.took for one in answers) < 3 * 2 + 4
        mixed.untouched()
    finally:
        world.redis.hang(on=False)
    world.until(lambda: mixed.come(unseen).status == 200, "it goes on where it was")


def test_after_a_flush_people_log_in_again_and_nobody_is_somebody_else(mixed: Mixed) -> None:
    world = mixed.world
    alice, bob = world.logged_in("redis"), world.logged_in("redis", "bob")
    before = {key: world.redis.run("GET", key) for key in records(world)}
    world.redis.run("FLUSHALL")
    world.until(lambda: mixed.come(mixed.known).status == 401, "it is noticed")
    assert [mixed.come(one).status for one in (alice, bob)] == [401, 401]
    mixed.untouched()
    mixed.known = world.logged_in("redis")
    assert [mixed.come(one).status for one in (alice, bob)] == [401, 401]
    # Somebody who can write there gives every key of before the record that is good now …
    (own,) = records(world)
    good = world.redis.run("GET", own)
    for key in before:
        world.redis.run("SET", key, good)
    assert [mixed.come(one).status for one in (alice, bob)] == [401, 401]
    # … and the one key that is good every record of before.
    for record in before.values():
        world.redis.run("SET", own, record)
        assert mixed.come(crowd(mixed.known, 1)[0]).status == 401
    world.redis.run("SET", own, good)
    assert mixed.come(mixed.known).status == 200


def records(world: Pair) -> list[bytes]:
    found: list[bytes] = world.redis.run("KEYS", "sessions:session:*")
    return found
