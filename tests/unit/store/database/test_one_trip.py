import sqlite3
from pathlib import Path

import pytest

from gatepost.store.database.one_trip import one_trip

pytestmark = pytest.mark.anyio


async def test_a_cursor_gives_rows_one_by_one_some_or_all(tmp_path: Path) -> None:
    connection = await one_trip(str(tmp_path / "a.db"), patience=1)
    async with connection.cursor() as cursor:
        await cursor.execute("CREATE TABLE t (a)")
        assert cursor.description is None
        await cursor.executemany("INSERT INTO t VALUES (?)", [(n,) for n in range(6)])
        assert cursor.rowcount == 6
        await cursor.execute("SELECT a FROM t ORDER BY a")
        assert cursor.description[0][0] == "a"
        assert await cursor.fetchone() == (0,)
        assert await cursor.fetchmany(2) == [(1,), (2,)]
        assert await cursor.fetchmany() == [(3,)]
        assert await cursor.fetchall() == [(4,), (5,)]
        assert await cursor.fetchone() is None
        await cursor.execute("INSERT INTO t VALUES (?)", (7,))
        assert cursor.lastrowid == 7
    await connection.close()


async def test_what_the_database_refuses_is_raised_where_it_was_asked(tmp_path: Path) -> None:
    connection = await one_trip(str(tmp_path / "a.db"), patience=1)
    with pytest.raises(sqlite3.OperationalError):
        await connection.cursor().execute("SELECT a FROM nothing")
    await connection.close()
