"""Databases of other versions: an old one is brought up to date, a newer one left alone.

first_database.json holds the rows of a database that the first schema was made for, as it was
written then. It is never written again: what it shows is that such a database opens for ever.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, LargeBinary, MetaData, Table, insert, inspect, text

from gatepost.store.database import Database, Role, migrating
from gatepost.store.database.engine import engine_at
from gatepost.store.database.location import located
from gatepost.values import Fault
from tests.databases import KEY, default, opened, service

pytestmark = [pytest.mark.anyio, pytest.mark.integration]

FIRST = json.loads(Path(__file__).with_name("first_database.json").read_text())
T = TypeVar("T")


async def within(url: str, work: Callable[[Connection], T]) -> T:
    """Do something to a database without Gatepost's help."""
    engine = engine_at(located(url))
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(work)
    finally:
        await engine.dispose()


def make_first(connection: Connection) -> None:
    """Make the first schema and put the rows in."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrating.__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "0001")
    for name, rows in FIRST.items():
        table = Table(name, MetaData(), autoload_with=connection)
        connection.execute(insert(table), [_row(table, row) for row in rows])


def _row(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: bytes.fromhex(value["hex"])
        if isinstance(table.c[name].type, LargeBinary) and value is not None
        else value
        for name, value in row.items()
    }


async def test_a_database_of_the_first_schema_opens_with_all_that_is_in_it(url: str) -> None:
    await within(url, make_first)
    async with opened(url) as database:
        plane = await default(database)
        assert [one.name for one in await database.planes.all()] == ["default", "team"]
        async with database.writing(plane) as writer:
            (billing,) = await writer.all("services")
            assert billing.body["name"] == "billing"
            assert sorted(billing.body["tags"]) == ["a", "b"]
            found = await writer.find("keyauth_credentials", "key", "open-sesame")
            assert found is not None
            ann = await writer.find("consumers", "username", "ann")
            assert ann is not None
            assert found.body["consumer"] == ann.id
            (route,) = await writer.all("routes")
            assert route.body["service"] == billing.id
            changes = await writer.changed_since(1)
            assert [kind for kind, _ in changes.removed] == ["services"]
            await writer.save("services", service("new"))
        assert await database.authority.get() is not None
        (entry,) = (await database.audit.page(size=10, plane=plane)).items
        assert (entry.who, entry.after) == ("ann", {"name": "billing"})
        (node,) = (await database.nodes.page(plane, size=10)).items
        assert (node.id, node.revoked_why) == ("node-1", "sold")
        assert [one.id for one in await database.enrolments.all(plane)] == ["t1"]
        assert [one.role for one in await database.tokens.all()] == [Role.OPERATOR]
        before = await database.revocations.position(plane)
        assert await database.revocations.append(plane, [{"kind": "client"}]) == [before.last + 1]
        assert (await database.revocations.position(plane)).epoch == before.epoch


async def test_a_database_of_a_newer_gatepost_is_refused_with_what_to_do(url: str) -> None:
    async with opened(url):
        pass
    newer = text("UPDATE alembic_version SET version_num = '9999'")
    await within(url, lambda connection: connection.execute(newer))
    before = await within(url, lambda connection: set(inspect(connection).get_table_names()))
    with pytest.raises(Fault) as caught:
        await Database.open(url, KEY)
    assert caught.value.code == "database.newer"
    assert "Install that version again, or restore the backup" in caught.value.message
    seen = text("SELECT version_num FROM alembic_version")
    assert await within(url, lambda connection: connection.execute(seen).scalar()) == "9999"
    after = await within(url, lambda connection: set(inspect(connection).get_table_names()))
    assert after == before
