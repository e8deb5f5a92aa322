import asyncio
import signal
from collections.abc import Iterator

import pytest

from gatepost.store.database import Database
from tests.databases import KEY, default, opened, service
from tests.postgres import PostgresServer, postgres_server

pytestmark = pytest.mark.anyio


@pytest.fixture
def own_server() -> Iterator[PostgresServer]:
    with postgres_server() as running:
        yield running


async def write(database: Database, plane: str, name: str) -> None:
    async with database.writing(plane) as writer:
        await writer.save("services", service(name))


async def test_what_another_process_writes_is_heard(postgres: PostgresServer) -> None:
    url = postgres.new()
    async with opened(url) as here, opened(url) as there:
        plane = await default(here)
        changes, revocations = here.changes(), here.revocations.changes()
        assert await anext(changes) == (plane, 0)
        await write(there, plane, "one")
        assert await asyncio.wait_for(anext(changes), 5) == (plane, 1)
        await there.revocations.append(plane, [{}])
        assert await asyncio.wait_for(anext(revocations), 5) == (plane, 1)
        other = await there.planes.add("other")
        assert await asyncio.wait_for(anext(changes), 5) == (other.id, 0)
        await there.planes.remove(other.id)
        assert await asyncio.wait_for(anext(changes), 5) == (other.id, -1)


async def test_what_was_written_while_nobody_listened_is_found(
    postgres: PostgresServer,
) -> None:
    url = postgres.new()
    async with opened(url) as here, opened(url) as there:
        plane = await default(here)
        changes = here.changes()
        assert await anext(changes) == (plane, 0)
        await asyncio.sleep(0.2)
        # the look comes with the new connection, whatever was notified before it listened
        postgres.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE application_name = 'gatepost' AND query LIKE 'SELECT plane, last%'",
            url.rpartition("/")[2],
        )
        await write(there, plane, "one")
        assert await asyncio.wait_for(anext(changes), 8) == (plane, 1)


async def test_a_server_that_was_started_again_is_heard_again(own_server: PostgresServer) -> None:
    url = own_server.new()
    async with opened(url) as here, opened(url) as there:
        plane = await default(here)
        changes = here.changes()
        await anext(changes)
        own_server.stop(signal.SIGQUIT)
        await asyncio.sleep(0.3)
        own_server.start()
        await write(there, plane, "one")
        assert await asyncio.wait_for(anext(changes), 10) == (plane, 1)


async def test_a_listener_ends_at_once_when_it_is_closed(own_server: PostgresServer) -> None:
    database = await Database.open(own_server.new(), KEY)
    own_server.stop(signal.SIGQUIT)
    await asyncio.wait_for(database.close(), 3)
