import stat
from pathlib import Path

import pytest
from sqlalchemy import text

from gatepost.store.database.engine import engine_at
from gatepost.store.database.location import located
from tests.databases import default, opened, service

pytestmark = pytest.mark.anyio


def modes(folder: Path) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


async def test_a_file_and_its_journal_can_be_read_by_their_owner_alone(tmp_path: Path) -> None:
    (tmp_path / "a.db").touch(0o644)
    async with opened(f"sqlite:///{tmp_path}/a.db") as database:
        async with database.writing(await default(database)) as writer:
            await writer.save("services", service("one"))
        found = modes(tmp_path)
    assert found == {"a.db": 0o600, "a.db-shm": 0o600, "a.db-wal": 0o600}


async def test_sqlite_syncs_every_write_and_minds_foreign_keys(tmp_path: Path) -> None:
    engine = engine_at(located(f"sqlite:///{tmp_path}/a.db"))
    async with engine.connect() as connection:
        values = [
            (await connection.execute(text(f"PRAGMA {name}"))).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    await engine.dispose()
    assert values == ["wal", 2, 1]


async def test_values_are_not_in_the_errors_of_the_driver(url: str) -> None:
    engine = engine_at(located(url))
    with pytest.raises(Exception, match="nothing") as caught:
        async with engine.connect() as connection:
            await connection.execute(text("SELECT :a FROM nothing"), {"a": "s3cret"})
    await engine.dispose()
    assert "s3cret" not in str(caught.value)
