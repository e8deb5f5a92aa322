"""The board in a real Redis, and couriers of two nodes that share it."""

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from gatepost.outside.redis_board import RedisBoard
from gatepost.outside.redis_client import RedisClient
from gatepost.plugin import Errand, LocalCourier
from gatepost.values import Call, Fault, RedisSettings, Reply, Transport
from tests.providers.redis_server import RedisServer

pytestmark = pytest.mark.anyio

NAME = "ab" * 32


@pytest.fixture
async def client(redis: RedisServer) -> AsyncIterator[RedisClient]:
    made = RedisClient(redis.settings)
    yield made
    await made.close()


@pytest.fixture
def board(client: RedisClient) -> RedisBoard:
    return RedisBoard(client)


async def test_an_answer_lives_for_its_grace_and_then_it_is_known_that_there_was_one(
    board: RedisBoard,
) -> None:
    assert await board.answer(NAME) is None
    await board.tell(NAME, b"\0sealed", grace=0.2, spent=0.4)
    assert await board.answer(NAME) == b"\0sealed"
    await asyncio.sleep(0.3)
    assert await board.answer(NAME) == b""
    await asyncio.sleep(0.4)
    assert await board.answer(NAME) is None


async def test_without_a_time_in_which_it_is_spent_nothing_is_left(
    board: RedisBoard, redis: RedisServer
) -> None:
    await board.tell(NAME, b"sealed", grace=0.1, spent=0)
    assert len(redis.run("KEYS", "*")) == 1
    await asyncio.sleep(0.2)
    assert await board.answer(NAME) is None
    await board.tell(NAME, b"sealed", grace=0, spent=5)
    assert await board.answer(NAME) == b""


async def test_a_lock_is_kept_by_who_has_it_and_given_back_by_nobody_else(
    board: RedisBoard,
) -> None:
    assert await board.lock(NAME, "one", 0.3)
    assert not await board.lock(NAME, "other", 60)
    await asyncio.sleep(0.2)
    assert await board.lock(NAME, "one", 0.3)
    await asyncio.sleep(0.2)
    await board.unlock(NAME, "other")
    assert not await board.lock(NAME, "other", 60), "it was renewed"
    await board.unlock(NAME, "one")
    assert await board.lock(NAME, "other", 0.1)
    await asyncio.sleep(0.2)
    assert await board.lock(NAME, "one", 60), "nobody renewed it"


async def test_a_name_is_claimed_once(board: RedisBoard) -> None:
    claims = await asyncio.gather(*(board.claim("jti", 0.2) for _ in range(50)))
    assert claims.count(True) == 1
    await asyncio.sleep(0.3)
    assert await board.claim("jti", 10)


async def test_a_claim_whose_answer_was_lost_is_still_the_first(redis: RedisServer) -> None:
    """The connection is cut after the server has done it and before we hear of it."""
    cut: list[asyncio.StreamWriter] = []
    seen = bytearray()

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", redis.port)

        async def back() -> None:
            while data := await far_reader.read(65536):
                if b":1\r\n" in data and not cut:
                    cut.append(writer)
                    writer.transport.abort()
                    return
                writer.write(data)

        answering = asyncio.ensure_future(back())
        while data := await reader.read(65536):
            seen.extend(data)
            far_writer.write(data)
        far_writer.close()
        await asyncio.gather(answering, return_exceptions=True)
        writer.close()

    server = await asyncio.start_server(pass_on, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        client = RedisClient(replace(redis.settings, port=port))
        assert await RedisBoard(client).claim("jti", 10)
        assert len(cut) == 1
        assert not await RedisBoard(client).claim("jti", 10)
        await client.close()
        await asyncio.sleep(0.05)


async def test_couriers_of_two_nodes_make_one_call(redis: RedisServer) -> None:
    calls: list[str] = []

    async def provider(call: Call) -> Reply:
        calls.append(call.url)
        await asyncio.sleep(0.1)
        return Reply(200, body=b"%d" % len(calls))

    share = RedisSettings(port=redis.port, prefix="gate")
    clients = [RedisClient(share) for _ in range(2)]
    couriers = [
        LocalCourier(provider, random=os.urandom, boards=lambda _, c=client: RedisBoard(c))
        for client in clients
    ]
    call = Call("POST", "https://idp.test/token", transport=Transport(timeout=1))
    errand = Errand(NAME, call, grace=0.5, spent=5, share=share, seal=b"k" * 32)
    replies = await asyncio.gather(*(one.once(errand) for one in couriers for _ in range(20)))
    assert {reply.body for reply in replies} == {b"1"}
    assert len(calls) == 1
    third = LocalCourier(provider, random=os.urandom, boards=lambda _: RedisBoard(clients[0]))
    assert (await third.once(errand)).body == b"1"
    await asyncio.sleep(0.6)
    with pytest.raises(Fault, match="done before"):
        await LocalCourier(
            provider, random=os.urandom, boards=lambda _: RedisBoard(clients[0])
        ).once(errand)
    assert len(calls) == 1
    assert b"https" not in b"".join(redis.run("KEYS", "*"))
    for client in clients:
        await client.close()
