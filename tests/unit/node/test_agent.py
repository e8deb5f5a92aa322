import dataclasses
import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from gatepost.authorizer.desk_client import DeskClient
from gatepost.feed import keep
from gatepost.node.agent import Agent
from gatepost.node.binaries import find
from gatepost.node.prefix import Prefix, claim
from gatepost.node.settings import NodeSettings
from gatepost.store.kong_yaml import read
from gatepost.values import Address, Fault, Tag, TagKind

pytestmark = pytest.mark.anyio

FREE = Address("127.0.0.1", 0)
TEXT = """
_format_version: "3.0"
services:
  - {name: a, url: "http://127.0.0.1:1", routes: [{name: r, paths: [/x]}]}
"""


@pytest.fixture
def settings(tmp_path: Path) -> NodeSettings:
    (tmp_path / "kong.yaml").write_text(TEXT)
    return NodeSettings(
        tmp_path / "kong.yaml",
        tmp_path / "node",
        proxy=FREE,
        proxy_ssl=None,
        status=FREE,
        workers=1,
        drain=1.0,
        environment={"PATH": os.environ["PATH"]},
    )


@pytest.fixture
def prefix(settings: NodeSettings) -> Iterator[Prefix]:
    with claim(settings.prefix) as prefix:
        yield prefix


async def test_from_its_start_to_its_end(settings: NodeSettings, prefix: Prefix) -> None:
    agent = Agent(settings, prefix, find(), group=None)
    assert agent.not_ready() == "no configuration available"
    addresses = await agent.start()
    assert agent.not_ready() is None
    assert set(addresses) == {"proxy", "status"}
    about = json.loads(prefix.about.read_bytes())
    assert about == {**addresses, "pid": os.getpid()}
    client = DeskClient(prefix.desk_socket, prefix.secret.read_bytes())
    assert await client.claim("a name", 10)
    assert not await client.claim("a name", 10)
    ended = Tag.of(TagKind.SESSION, "https://a", "s1")
    await client.revoke([(ended, None)], "logged out")
    assert [one["parts"] for one in agent.revocations()] == [["https://a", "s1"]]
    await client.close()
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{addresses['proxy']}/nowhere") as reply:
            assert reply.status == 404
        async with session.get(f"{addresses['status']}/status") as reply:
            assert (await reply.json())["configuration"]["versions"] == 1
    await agent.stop()
    assert agent.not_ready() == "the node is stopping"
    assert not agent.engine.process.up


async def test_a_bad_file_keeps_it_from_starting(settings: NodeSettings, prefix: Prefix) -> None:
    settings.file.write_text("services: [")
    agent = Agent(settings, prefix, find(), group=None)
    with pytest.raises(Fault) as caught:
        await agent.start()
    await agent.stop()
    assert caught.value.code == "configuration.invalid"


async def test_what_last_worked_starts_it_where_that_is_wished(
    settings: NodeSettings, prefix: Prefix
) -> None:
    keep(read(TEXT), prefix.last_good)
    settings.file.write_text("services: [")
    wished = dataclasses.replace(settings, last_good=True)
    agent = Agent(wished, prefix, find(), group=None)
    try:
        await agent.start()
        assert agent.configuration is not None
        assert [route.name for route in agent.configuration.snapshot.routes] == ["r"]
        assert "invalid YAML" in str(agent.last_problem)
    finally:
        await agent.stop()


async def test_a_node_whose_secret_cannot_be_used_does_not_start(
    settings: NodeSettings, prefix: Prefix
) -> None:
    prefix.lasting_secret.write_bytes(b"too short")
    prefix.lasting_secret.chmod(0o600)
    with pytest.raises(Fault) as caught:
        Agent(settings, prefix, find(), group=None)
    assert caught.value.code == "secret.unusable"


async def test_a_status_address_in_use_is_told(settings: NodeSettings, prefix: Prefix) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = Address("127.0.0.1", taken.getsockname()[1])
        agent = Agent(dataclasses.replace(settings, status=address), prefix, find(), group=None)
        with pytest.raises(Fault) as caught:
            await agent.start()
        await agent.stop()
    assert caught.value.message == (
        f"status cannot listen on {address}: it is in use. "
        "Stop what has it, or give another address with --status."
    )
