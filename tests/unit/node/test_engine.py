import asyncio
import os
from pathlib import Path

import pytest

from gatepost.engine import (
    EngineSettings,
    Listener,
    Slots,
    Tables,
    compile_tables,
    directories,
    render,
)
from gatepost.model import Snapshot
from gatepost.node.binaries import find
from gatepost.node.engine import Engine
from gatepost.outside import Channel
from gatepost.plugin import Revocation
from gatepost.values import Fault, Tag

pytestmark = pytest.mark.anyio

TABLES: Tables = compile_tables(Snapshot(), {}, Slots())


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    nginx = find()
    for name in directories():
        (tmp_path / name).mkdir(parents=True)
    secret = tmp_path / "secret"
    secret.write_bytes(b"s" * 32)
    settings = EngineSettings(
        directory=tmp_path,
        push_socket=tmp_path / "push.sock",
        secret_file=secret,
        authorizers=(tmp_path / "nobody.sock",),
        listeners=(Listener(f"unix:{tmp_path}/proxy.sock"),),
        modules=nginx.modules,
    )
    made = Engine(
        nginx,
        root=tmp_path,
        conf=tmp_path / "nginx.conf",
        push_socket=settings.push_socket,
        secret=b"s" * 32,
        environment={"PATH": os.environ["PATH"]},
        drain=1.0,
    )
    assert made.write_conf(render(settings, Slots()))
    assert not made.write_conf(render(settings, Slots()))
    return made


async def test_it_takes_tables_names_and_revocations_and_reloads(engine: Engine) -> None:
    await engine.begin(TABLES, {})
    try:
        assert engine.process.up
        await engine.put(TABLES)
        await engine.tell_names({"a.example": ["127.0.0.1"]})
        await engine.take([Revocation(1, Tag.token("x"), 1.0)])
        await engine.forget()
        await engine.reload()
        metrics = await engine.metrics()
        assert metrics["server"]["connections_active"] >= 1
        assert "conf" in metrics["zones"]
    finally:
        await engine.stop()
    assert await engine.metrics() == {}


async def test_an_nginx_that_cannot_be_told_to_forget_is_replaced(
    engine: Engine, tmp_path: Path
) -> None:
    await engine.begin(TABLES, {})
    try:
        old = engine.process.pid
        assert old is not None
        assert engine._channel is not None
        await engine._channel.close()
        engine._channel = Channel(tmp_path / "nobody.sock", "nginx")
        await engine.forget()
        (tmp_path / "proxy.sock").unlink()  # which the killed one left behind
        async with asyncio.timeout(20):
            while not engine.process.up:  # noqa: ASYNC110 - nobody sets an event for it
                await asyncio.sleep(0.02)
        assert engine.process.pid != old
    finally:
        await engine.stop()


async def test_a_configuration_that_nginx_refuses_is_told_in_its_words(engine: Engine) -> None:
    engine.write_conf("nonsense;\n")
    with pytest.raises(Fault) as caught:
        await engine.begin(TABLES, {})
    assert "nonsense" in caught.value.message
    await engine.stop()


async def test_while_it_is_away_nothing_is_lost_by_telling_it(engine: Engine) -> None:
    await engine.put(TABLES)
    await engine.take([Revocation(1, Tag.token("x"), 1.0)])
    await engine.forget()
