"""What happens when a change fails on its way; that it succeeds is for the whole node to show."""

import os
from pathlib import Path

import pytest

from gatepost.node.agent import Agent
from gatepost.node.binaries import find
from gatepost.node.file_source import FileSource
from gatepost.node.prefix import claim
from gatepost.node.settings import NodeSettings
from gatepost.values import By, Fault
from tests.unit.node.test_agent import FREE, TEXT

pytestmark = pytest.mark.anyio


async def test_what_fails_on_its_way_leaves_all_as_it_was_and_what_is_the_same_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "kong.yaml"
    file.write_text(TEXT)
    settings = NodeSettings(
        file, tmp_path / "node", proxy=FREE, proxy_ssl=None, status=FREE, workers=1, drain=1.0,
        environment={"PATH": os.environ["PATH"]},
    )  # fmt: skip

    async def refused(_: object) -> None:
        raise Fault("process.refused", "No.", by=By.OURS)

    with claim(settings.prefix) as prefix:
        agent = Agent(settings, prefix, find(), group=None)
        try:
            await agent.start()
            running, source = agent.running, agent.source
            assert isinstance(source, FileSource)
            before, binding = running.now, running.binding
            assert not await running.take(source.read)
            file.write_text(TEXT.replace("/x", "/y"))
            with monkeypatch.context() as patched:
                patched.setattr(agent.engine, "put", refused)
                with pytest.raises(Fault, match="No"):
                    await running.take(source.read)
            assert (running.now, running.binding, running.versions) == (before, binding, 1)
            assert await running.take(source.read)
            assert running.versions == 2
            assert running.now is agent.configuration is not before
        finally:
            await agent.stop()
