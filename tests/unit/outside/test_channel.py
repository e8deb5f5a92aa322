import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gatepost.outside.channel import Channel
from gatepost.values import Fault

pytestmark = pytest.mark.anyio

ANSWERS = {
    "/good": b'HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n{"a": 1}',
    "/bad": b"HTTP/1.1 422 No\r\nContent-Length: 4\r\n\r\nnono",
    "/text": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi",
    "/cut": b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi",
    "/garbage": b"\0\0\0",
}


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        path = head.split()[1].decode()
        if path == "/silent":
            await asyncio.sleep(5)
        writer.write(ANSWERS.get(path, b""))
        await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def take_all(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    length = int(head.partition("content-length: ")[2].split()[0])
    text = str(len(await reader.readexactly(length))).encode()
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(text), text))
    await writer.drain()
    writer.close()


@pytest.fixture
async def channel(tmp_path: Path) -> AsyncIterator[Channel]:
    server = await asyncio.start_unix_server(serve, tmp_path / "sock")
    async with server, Channel(tmp_path / "sock", "child") as opened:
        yield opened


async def test_an_answer_is_read(channel: Channel) -> None:
    assert await channel.get_json("/good") == {"a": 1}
    assert await channel.post_json("/good", []) == b'{"a": 1}'


@pytest.mark.parametrize("path", ["/bad", "/text"])
async def test_an_answer_of_another_kind_is_a_refusal(channel: Channel, path: str) -> None:
    with pytest.raises(Fault) as caught:
        await channel.get_json(path)
    assert caught.value.code == "process.refused"


@pytest.mark.parametrize("path", ["/silent", "/cut", "/garbage", "/closed"])
async def test_no_whole_answer_in_time_is_silence(channel: Channel, path: str) -> None:
    with pytest.raises(Fault) as caught:
        await channel.send("GET", path, deadline=0.3)
    assert caught.value.code == "process.silent"


async def test_nobody_there_is_silence(tmp_path: Path) -> None:
    async with Channel(tmp_path / "nobody", "child") as channel:
        with pytest.raises(Fault) as caught:
            await channel.send("GET", "/")
        assert caught.value.code == "process.silent"


async def test_a_large_body_goes_in_pieces_and_arrives_whole(tmp_path: Path) -> None:
    server = await asyncio.start_unix_server(take_all, tmp_path / "sock")
    async with server, Channel(tmp_path / "sock", "child") as channel:
        assert await channel.send("POST", "/put", b"x" * 5_000_000) == b"5000000"
