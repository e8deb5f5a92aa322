"""TLS, sentinels and a cluster, each with real servers; commands go over the RedisClient."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import uvloop

from gatepost.outside import redis_connecting
from gatepost.outside.redis_client import RedisClient, Script
from gatepost.outside.redis_connecting import client_of
from gatepost.values import Fault, RedisSettings, Secret
from tests.integration.authority import Authority
from tests.ports import free_port
from tests.providers.redis_server import RedisServer, redis_server

pytestmark = pytest.mark.anyio

READ = Script("return redis.call('GET', KEYS[1])")


async def ask(settings: RedisSettings, *words: str) -> object:
    client = RedisClient(settings)
    try:
        return await client.run(*words)
    finally:
        await client.close()


async def cannot(settings: RedisSettings) -> Fault:
    with pytest.raises(Fault) as caught:
        await ask(settings, "PING")
    return caught.value


# -- TLS


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Authority]:
    """An authority that the system trusts, as an operator makes one known."""
    authority = Authority(tmp_path)
    (tmp_path / "ca.pem").write_text(authority.pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    redis_connecting._context.cache_clear()
    yield authority
    redis_connecting._context.cache_clear()


def tls_lines(authority: Authority, directory: Path, name: str) -> list[str]:
    certificate, key = authority.pair(name)
    (directory / f"{name}.crt").write_text(certificate)
    (directory / f"{name}.key").write_text(key)
    return [
        f"tls-cert-file {directory}/{name}.crt",
        f"tls-key-file {directory}/{name}.key",
        "tls-auth-clients no",
    ]


async def test_tls_is_verified_by_host_or_by_the_name_that_is_told(
    trusted: Authority, tmp_path: Path
) -> None:
    port = free_port()
    lines = tls_lines(trusted, tmp_path, "redis.internal")
    with redis_server(f"tls-port {port}", *lines):
        good = RedisSettings(port=port, ssl=True, server_name="redis.internal")
        assert await ask(good, "PING") is True
        fault = await cannot(replace(good, server_name=None))
        assert "is not accepted: let this machine trust" in fault.message
        assert "set server_name" in fault.message
        assert str(fault.cause).startswith(f"127.0.0.1:{port}: IP address mismatch")
        await cannot(replace(good, server_name="other.internal"))
        assert await ask(replace(good, server_name=None, ssl_verify=False), "PING") is True
        await cannot(replace(good, ssl=False))


def test_tls_and_unix_sockets_work_in_the_loop_that_authorizers_run(
    trusted: Authority, tmp_path: Path
) -> None:
    port = free_port()
    lines = tls_lines(trusted, tmp_path, "redis.internal")
    with redis_server(f"tls-port {port}", "unixsocket $DIR/r.sock", *lines) as server:
        over_tls = RedisSettings(port=port, ssl=True, server_name="redis.internal")
        assert uvloop.run(ask(over_tls, "PING")) is True
        over_unix = RedisSettings(socket=str(server.directory / "r.sock"))
        assert uvloop.run(ask(over_unix, "PING")) is True


async def test_a_certificate_of_an_unknown_authority_is_not_accepted(
    trusted: Authority, tmp_path: Path
) -> None:
    stranger = Authority(tmp_path, "Another CA")
    port = free_port()
    with redis_server(f"tls-port {port}", *tls_lines(stranger, tmp_path, "127.0.0.1")):
        fault = await cannot(RedisSettings(port=port, ssl=True))
        assert fault.code == "store.unreachable"
        assert f"The certificate of the Redis at 127.0.0.1:{port} is not accepted" in fault.message
        assert fault.cause == f"127.0.0.1:{port}: unable to get local issuer certificate"
        assert await ask(RedisSettings(port=port, ssl=True, ssl_verify=False), "PING") is True


# -- sentinels


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[RedisServer, RedisServer]]:
    with (
        redis_server(
            "requirepass secret", "masterauth secret", "repl-diskless-sync-delay 0"
        ) as master,
        redis_server(
            f"replicaof 127.0.0.1 {master.port}", "requirepass secret", "masterauth secret"
        ) as replica,
    ):
        for one in (master, replica):
            one.settings = replace(one.settings, password=Secret("secret"))
        until(lambda: replica.run("INFO", "replication")["master_link_status"] == "up")
        yield master, replica


def until(true: object, patience: float = 15.0) -> None:
    deadline = time.monotonic() + patience
    while not true():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.05)


def sentinel_lines(master: RedisServer) -> list[str]:
    return [
        f"sentinel monitor gate 127.0.0.1 {master.port} 1",
        "sentinel auth-pass gate secret",
        "sentinel down-after-milliseconds gate 300",
        "sentinel failover-timeout gate 1000",
        "requirepass watchword",
    ]


@pytest.mark.slow
async def test_sentinels_name_the_master_and_the_one_that_follows_it(
    pair: tuple[RedisServer, RedisServer],
) -> None:
    master, replica = pair
    nobody = free_port()
    with redis_server(*sentinel_lines(master), sentinel=True) as sentinel:
        sentinel.settings = replace(sentinel.settings, password=Secret("watchword"))
        until(lambda: len(sentinel.run("SENTINEL", "REPLICAS", "gate")) == 1)
        good = RedisSettings(
            password=Secret("secret"),
            sentinel_master="gate",
            sentinel_nodes=(("127.0.0.1", nobody), ("127.0.0.1", sentinel.port)),
            sentinel_password=Secret("watchword"),
        )
        client = RedisClient(good)
        try:
            await client.run("SET", "a", "1")
            assert master.run("GET", "a") == b"1"
            assert await ask(replace(good, sentinel_role="any"), "ROLE")
            reading = replace(good, sentinel_role="slave")
            until(lambda: replica.run("GET", "a") == b"1")
            assert await ask(reading, "GET", "a") == b"1"
            with pytest.raises(Fault, match="is a replica, which takes no writes"):
                await ask(reading, "SET", "a", "2")
            assert "cannot be reached" in (await cannot(replace(good, sentinel_master="x"))).message
            await cannot(replace(good, sentinel_password=Secret("wrong")))

            master.stop()
            deadline = time.monotonic() + 20
            while time.monotonic() < deadline:
                try:
                    await client.run("SET", "a", "3")
                    break
                except Fault:
                    await asyncio.sleep(0.1)
            assert replica.run("GET", "a") == b"3"
        finally:
            await client.close()


# -- a cluster


@pytest.fixture(params=[False, True], ids=["plain", "tls"])
def cluster(
    request: pytest.FixtureRequest, trusted: Authority, tmp_path: Path
) -> Iterator[RedisSettings]:
    lines = [f"cluster-port {free_port()}", "cluster-enabled yes"]
    own = RedisSettings(cluster_nodes=())
    if request.param:
        tls = free_port()
        lines += [f"tls-port {tls}", "tls-cluster yes"]
        lines += tls_lines(trusted, tmp_path, "redis.internal")
        lines += [f"tls-ca-cert-file {tmp_path}/ca.pem"]
        own = replace(own, ssl=True, server_name="redis.internal")
    with redis_server(*lines) as server:
        server.run("CLUSTER", "ADDSLOTSRANGE", 0, 16383)
        until(lambda: b"cluster_state:ok" in bytes(server.raw("CLUSTER", "INFO")))
        port = tls if request.param else server.port
        yield replace(own, cluster_nodes=(("127.0.0.1", free_port()), ("127.0.0.1", port)))


async def test_a_cluster_is_found_from_any_node_and_serves_commands_and_scripts(
    cluster: RedisSettings,
) -> None:
    client = RedisClient(cluster)
    try:
        for name in ("a", "b", "c"):
            await client.run("SET", name, name)
        for _ in range(2):
            assert await client.script(READ, ["b"]) == b"b"
        with pytest.raises(Fault):
            await client.script(Script("return 1"), ["a", "b"])  # two slots
        both = Script("return redis.call('EXISTS', KEYS[1], KEYS[2])")
        assert await client.script(both, ["{x}:a", "{x}:b"]) == 0
    finally:
        await client.close()


async def test_a_server_that_is_no_cluster_is_not_taken_for_one(redis: RedisServer) -> None:
    await cannot(RedisSettings(cluster_nodes=(("127.0.0.1", redis.port),)))


async def test_no_client_says_what_it_knows_of_passwords() -> None:
    settings = RedisSettings(password=Secret("nobody-may-see"), username="gate")
    variants = (
        settings,
        replace(settings, socket="/nowhere"),
        replace(settings, cluster_nodes=(("h", 1),)),
        replace(settings, sentinel_master="m", sentinel_nodes=(("h", 1),)),
    )
    for one in variants:
        client = client_of(one)
        assert "nobody-may-see" not in repr(client) + repr(client.commands)
        await client.close()
