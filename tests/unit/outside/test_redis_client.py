"""Commands to real servers: what comes back, and what every kind of trouble is told as."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from gatepost.outside.redis_client import RedisClient, Script
from gatepost.values import By, Fault, RedisSettings, Secret
from tests.providers.redis_server import RedisServer, redis_server

pytestmark = pytest.mark.anyio

TWICE = Script("return {KEYS[1], tonumber(ARGV[1]) * 2}")
QUICK = {"connect_timeout": 0.3, "read_timeout": 0.3, "send_timeout": 0.3}


@pytest.fixture
async def client(redis: RedisServer) -> AsyncIterator[RedisClient]:
    made = RedisClient(redis.settings)
    yield made
    await made.close()


async def fault_of(settings: RedisSettings, *words: str) -> Fault:
    client = RedisClient(settings)
    try:
        with pytest.raises(Fault) as caught:
            await client.run(*(words or ("PING",)))
    finally:
        await client.close()
    assert (caught.value.code, caught.value.by) == ("store.unreachable", By.OURS)
    assert caught.value.retry_after == 5
    return caught.value


async def test_commands_and_scripts_are_answered(client: RedisClient) -> None:
    await client.run("SET", "a", b"\0\xff")
    assert await client.run("GET", "a") == b"\0\xff"
    await client.run("SCRIPT", "FLUSH")
    for _ in range(2):  # by its text, and then by its digest
        assert await client.script(TWICE, ["k"], 21) == [b"k", 42]


async def test_two_hundred_at_once_share_a_few_connections(redis: RedisServer) -> None:
    client = RedisClient(replace(redis.settings, pool=4))
    try:
        before = int(redis.run("INFO", "stats")["total_connections_received"])
        await asyncio.gather(*(client.run("INCR", "n") for _ in range(200)))
        assert await client.run("GET", "n") == b"200"
        after = int(redis.run("INFO", "stats")["total_connections_received"])
        assert after - before <= 4 + 1
    finally:
        await client.close()


async def test_a_connection_that_died_while_it_was_kept_is_made_anew() -> None:
    with redis_server() as server:
        client = RedisClient(server.settings)
        try:
            await asyncio.gather(*(client.run("PING") for _ in range(20)))
            server.stop()
            server.start()
            assert await client.run("PING") is True
            server.run("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
            replies = await asyncio.gather(*(client.run("PING") for _ in range(20)))
            assert replies == [True] * 20
        finally:
            await client.close()


async def test_a_command_in_flight_when_its_connection_is_cut_is_asked_again(
    redis: RedisServer, client: RedisClient
) -> None:
    asked = asyncio.ensure_future(client.run("BLPOP", "list", 1))
    await asyncio.sleep(0.1)
    redis.run("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
    await asyncio.sleep(0.1)
    redis.run("RPUSH", "list", "here")
    assert await asked == (b"list", b"here")


async def test_nobody_there_is_told_at_once() -> None:
    with redis_server() as server:
        settings = server.settings
    began = time.monotonic()
    fault = await fault_of(settings)
    assert time.monotonic() - began < 1
    assert fault.message == f"The Redis at 127.0.0.1:{settings.port} cannot be reached."
    assert fault.cause == f"127.0.0.1:{settings.port}: ConnectionError"


async def test_a_server_that_hangs_is_told_within_the_deadline(redis: RedisServer) -> None:
    settings = replace(redis.settings, **QUICK)  # type: ignore[arg-type]
    client = RedisClient(settings)
    await client.run("PING")
    redis.hang()
    try:
        for _ in range(3):
            began = time.monotonic()
            with pytest.raises(Fault):
                await client.run("PING")
            assert time.monotonic() - began < client.deadline + 0.3
    finally:
        redis.hang(on=False)
    assert await client.run("PING") is True
    await client.close()


async def test_a_name_that_nobody_knows_is_told(redis: RedisServer) -> None:
    for host in ("no-such-host.invalid", "a" * 70 + ".invalid"):
        await fault_of(replace(redis.settings, host=host))


async def test_more_askers_than_connections_wait_no_longer_than_the_deadline(
    redis: RedisServer,
) -> None:
    client = RedisClient(replace(redis.settings, pool=1, **QUICK))  # type: ignore[arg-type]
    try:
        first = asyncio.ensure_future(client.run("BLPOP", "nothing", 10, deadline=2))
        await asyncio.sleep(0.05)
        began = time.monotonic()
        with pytest.raises(Fault):
            await client.run("PING", deadline=0.1)
        assert time.monotonic() - began < 0.4
        await asyncio.gather(first, return_exceptions=True)
        assert await client.run("PING") is True
    finally:
        await client.close()


async def test_a_user_with_few_rights_is_enough_and_the_rest_is_told_without_a_secret() -> None:
    password = "a-password-nobody-may-see"
    acl = f"user gate on >{password} ~sessions:* +set +get +eval +evalsha +ping +info"
    admin = "user default on >the-password-of-the-admin ~* +@all"
    with redis_server(acl, admin) as server:
        good = replace(server.settings, username="gate", password=Secret(password))
        client = RedisClient(good)
        await client.run("SET", "sessions:a", "1")
        assert await client.script(Script("return redis.call('GET', KEYS[1])"), ["sessions:a"])
        await client.close()
        faults = [
            await fault_of(good, "SET", "elsewhere", "a-value-nobody-may-see"),
            await fault_of(good, "FLUSHALL"),
            await fault_of(replace(good, password=Secret("wrong-password-nobody-may-see"))),
            await fault_of(replace(good, username="nobody-known")),
            await fault_of(server.settings),
        ]
        for fault in faults:
            assert "refuses us" in fault.message, fault
            assert "nobody-may-see" not in f"{fault} {fault.__cause__} {fault.args}"
            assert fault.__suppress_context__


async def test_a_redis_behind_a_unix_socket() -> None:
    password = "unix-password"
    with redis_server("unixsocket $DIR/redis.sock", f"requirepass {password}") as server:
        path = str(server.directory / "redis.sock")
        good = RedisSettings(socket=path, password=Secret(password), database=3)
        client = RedisClient(good)
        await client.run("SET", "a", "1")
        await client.close()
        assert (await fault_of(RedisSettings(socket=path + ".none"))).cause is not None
        fault = await fault_of(replace(good, password=Secret("wrong")))
        assert "refuses us" in fault.message


async def test_the_database_is_chosen(redis: RedisServer) -> None:
    client = RedisClient(replace(redis.settings, database=5))
    await client.run("SET", "a", "1")
    await client.close()
    assert redis.run("INFO", "keyspace").keys() == {"db5"}


async def test_an_error_of_the_server_never_quotes_what_was_asked(redis: RedisServer) -> None:
    fault = await fault_of(redis.settings, "NOSUCHCOMMAND", "a-value-nobody-may-see")
    assert "nobody-may-see" not in str(fault)
    assert fault.cause == f"{redis.settings.name}: ResponseError"
