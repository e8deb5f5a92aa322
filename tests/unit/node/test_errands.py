import asyncio
import json
from pathlib import Path

import pytest

from gatepost.authorizer.desk_client import DeskClient
from gatepost.node.errands import Errands
from gatepost.plugin import Errand
from gatepost.values import Call, Fault, Tag, TagKind, Transport
from tests.providers.redis_server import redis_server
from tests.unit.outside.provider import running

pytestmark = pytest.mark.anyio

SECRET = b"s" * 32


async def test_errands_go_to_the_provider_and_are_counted(tmp_path: Path) -> None:
    revoked: list[object] = []

    async def revoke(*given: object) -> None:
        revoked.append(given)

    path = tmp_path / "desk.sock"
    errands = Errands(path, secret=SECRET, revoke=revoke)
    await errands.start()
    client = DeskClient(path, SECRET)
    async with running() as provider:
        url = f"http://127.0.0.1:{provider.port}/token"
        call = Call("POST", url, body=b"x", purpose="token", transport=Transport(timeout=2))
        for name in ("ab", "ab", "cd"):
            assert (await client.once(Errand(name * 32, call))).body == b"ok"
        assert len(provider.requests) == 2
    with pytest.raises(Fault):
        await client.once(Errand("ef" * 32, call))
    tag = Tag.of(TagKind.SESSION, "https://a", "s")
    await client.revoke([(tag, None)], "why")
    assert revoked == [([(tag, None)], "why")]
    await client.close()
    counted = {json.dumps(labels): value for _, labels, value in errands.samples()}
    assert counted['{"event": "made"}'] == 3
    assert counted['{"event": "shared"}'] == 1
    assert counted['{"event": "failed"}'] == 1
    assert counted['{"event": "spent"}'] == 0
    assert counted['{"purpose": "token", "result": "2xx"}'] == 2
    await errands.stop()


async def test_nodes_that_share_a_redis_share_errands(tmp_path: Path) -> None:
    async def nobody(*_: object) -> None: ...

    with redis_server() as server:
        async with running() as provider:
            nodes, clients = [], []
            for name in ("a", "b"):
                nodes.append(Errands(tmp_path / name, secret=SECRET, revoke=nobody))
                await nodes[-1].start()
                clients.append(DeskClient(tmp_path / name, SECRET))
            url = f"http://127.0.0.1:{provider.port}/token"
            call = Call("POST", url, transport=Transport(timeout=2))
            shared = Errand("ab" * 32, call, share=server.settings, seal=b"k" * 32)
            replies = await asyncio.gather(*(one.once(shared) for one in clients * 10))
            assert {reply.body for reply in replies} == {b"ok"}
            assert len(provider.requests) == 1
            claims = [await one.claim("jti", 10, server.settings) for one in clients]
            assert claims == [True, False]
            for node in nodes:
                await node.tidy()
            for client in clients:
                await client.close()
            for node in nodes:
                await node.stop()
            assert int(server.run("INFO", "clients")["connected_clients"]) == 1
