import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text

from gatepost.store.database.access import Access, Link, to_the_end
from gatepost.store.database.engine import engine_at
from gatepost.store.database.location import located
from gatepost.store.database.tables import settings
from gatepost.values import Fault
from tests.databases import opened
from tests.postgres import PostgresServer

pytestmark = pytest.mark.anyio


@pytest.fixture
async def access(url: str) -> AsyncIterator[Access]:
    async with opened(url):
        pass
    engine = engine_at(located(url))
    yield Access(engine)
    await engine.dispose()


async def names(link: Link) -> list[str]:
    query = select(settings.c.name).order_by(settings.c.name)
    return list((await link.run(query)).scalars())


async def fail_after_a_write(access: Access) -> None:
    async with access.writing("x") as link:
        await link.run(insert(settings), {"name": "a", "value": b""})
        raise LookupError


async def test_an_exception_undoes_a_write_and_goes_on(access: Access) -> None:
    with pytest.raises(LookupError):
        await fail_after_a_write(access)
    async with access.reading() as link:
        assert await names(link) == ["canary"]


async def test_a_row_is_put_once_or_replaced(access: Access) -> None:
    async with access.writing("x") as link:
        await link.put(settings, {"name": "a", "value": b"1"})
        await link.put(settings, {"name": "a", "value": b"2"})
        query = select(settings.c.value).where(settings.c.name == "a")
        assert (await link.run(query)).scalar() == b"1"
        await link.put(settings, {"name": "a", "value": b"2"}, change=("value",))
        assert (await link.run(query)).scalar() == b"2"


async def test_postgresql_keeps_a_reader_from_writing(postgres: PostgresServer) -> None:
    url = postgres.new()
    async with opened(url):
        pass
    engine = engine_at(located(url))
    with pytest.raises(Fault, match=r"database\."):
        async with Access(engine).reading() as link:
            await link.run(insert(settings), {"name": "a", "value": b""})
    await engine.dispose()


async def test_what_is_alone_waits_for_what_was_alone_before(access: Access) -> None:
    order = []

    async def one(name: str) -> None:
        async with access.writing(name) as link:
            await link.alone("together")
            order.append(name)
            await asyncio.sleep(0.05)
            order.append(name)

    await asyncio.gather(one("a"), one("b"), one("c"))
    assert order[0::2] == order[1::2]


async def test_errors_of_statements_are_faults(access: Access) -> None:
    with pytest.raises(Fault) as caught:
        async with access.reading() as link:
            await link.run(text("SELECT 's3cret' FROM nothing"))
    assert caught.value.code in {"database.unavailable", "database.refused"}


async def test_a_file_that_another_process_writes_for_too_long_is_unavailable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gatepost.store.database.engine.PATIENCE", 0.1)
    async with opened(f"sqlite:///{tmp_path}/a.db") as database:
        other = sqlite3.connect(tmp_path / "a.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Fault) as caught:
            await database.planes.add("x")
        assert (caught.value.code, caught.value.cause) == ("database.unavailable", "SQLITE_BUSY")
        other.execute("ROLLBACK")
        other.close()
        await database.planes.add("x")


async def test_work_is_done_to_its_end_although_its_waiter_is_cancelled() -> None:
    done = []

    async def work() -> None:
        await asyncio.sleep(0.01)
        done.append(True)

    task = asyncio.ensure_future(to_the_end(work()))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert done
