"""How long the client waits, and what is no answer; tests/unit/node/test_desk.py has the rest."""

import asyncio
from pathlib import Path

import pytest

from gatepost.authorizer.desk_client import DeskClient, _patience
from gatepost.outside.desk_words import Said, write
from gatepost.plugin import Errand
from gatepost.plugin.courier import LOCK
from gatepost.values import By, Call, Fault, Transport

pytestmark = pytest.mark.anyio

CALL = Call("POST", "https://idp.test/token", transport=Transport(timeout=4.0))


def test_an_errand_may_take_its_call_and_the_lock_of_a_node_that_died() -> None:
    assert _patience(Errand("ab" * 32, CALL)) == 4.0 + 2 * LOCK + 1.0


@pytest.mark.parametrize(
    "body", [b"", b"\xff", b"<html>", write(Said())], ids=["empty", "other", "page", "no reply"]
)
async def test_an_answer_that_is_none_is_a_fault_of_ours(tmp_path: Path, body: bytes) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
        await writer.drain()
        writer.close()

    path = tmp_path / "desk.sock"
    async with await asyncio.start_unix_server(answer, path):
        client = DeskClient(path, b"s" * 32)
        with pytest.raises(Fault) as caught:
            await client.once(Errand("ab" * 32, CALL))
        await client.close()
    assert (caught.value.code, caught.value.by) == ("process.refused", By.OURS)
    await asyncio.sleep(0.01)
