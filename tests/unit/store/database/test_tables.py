import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from gatepost.store.database.engine import engine_at
from gatepost.store.database.location import located
from gatepost.store.database.tables import METADATA
from tests.databases import opened

pytestmark = pytest.mark.anyio


def difference(connection: Connection) -> list[object]:
    return list(compare_metadata(MigrationContext.configure(connection), METADATA))


async def test_the_migrations_make_the_tables_as_they_are_described(url: str) -> None:
    async with opened(url):
        pass
    engine = engine_at(located(url))
    async with engine.connect() as connection:
        assert await connection.run_sync(difference) == []
    await engine.dispose()


def test_every_table_of_a_plane_has_the_plane_in_its_key() -> None:
    beside = {"settings", "planes", "tokens", "audit", "enrolments"}
    for table in METADATA.sorted_tables:
        assert table.name in beside or "plane" in table.primary_key.columns, table.name
