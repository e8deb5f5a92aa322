from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, inspect, text

from gatepost.store.database import Database
from gatepost.store.database.migrating import migrate
from gatepost.values import By, Fault
from tests.databases import KEY, opened

pytestmark = pytest.mark.anyio


def change(url: str, *statements: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def test_migrating_twice_changes_nothing(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/a.db")

    def tables(connection: Connection) -> set[str]:
        migrate(connection)
        return set(inspect(connection).get_table_names())

    with engine.begin() as connection:
        first = tables(connection)
        assert {"entities", "planes", "alembic_version"} <= first
        assert tables(connection) == first
    engine.dispose()


async def test_a_database_of_a_newer_gatepost_is_refused_and_left_alone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/a.db"
    async with opened(url):
        pass
    change(url, "UPDATE alembic_version SET version_num = '9999'", "DROP TABLE tags")
    with pytest.raises(Fault) as caught:
        await Database.open(url, KEY)
    assert (caught.value.code, caught.value.by) == ("database.newer", By.OPERATOR)
    assert "9999" in str(caught.value)
    change(url, "CREATE TABLE tags (a TEXT)")  # it was not made anew
