"""The backups that docs/running.md describes, made while somebody writes: what was acknowledged
before the backup began is in what is restored, and the key opens it.
"""

import asyncio
import re
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from gatepost.store.database import Database
from gatepost.values import Fault
from tests.databases import KEY, default, opened, service
from tests.house.source import ROOT
from tests.postgres import PostgresServer, program

pytestmark = [pytest.mark.anyio, pytest.mark.integration]


@asynccontextmanager
async def written(url: str) -> AsyncIterator[tuple[Database, list[str]]]:
    """A database into which a task writes all the time, and the ids that it had acknowledged."""
    async with opened(url) as database:
        plane, kept = await default(database), list[str]()
        ending, begun = asyncio.Event(), asyncio.Event()

        async def keep_writing() -> None:
            while not ending.is_set():
                one = service()
                async with database.writing(plane) as writer:
                    await writer.save("services", one)
                kept.append(one.id)
                if len(kept) == 100:
                    begun.set()

        writing = asyncio.create_task(keep_writing())
        try:
            await asyncio.wait_for(begun.wait(), 30)
            yield database, kept
        finally:
            ending.set()
            await writing


async def ids(url: str) -> set[str]:
    async with opened(url) as database, database.reading(await default(database)) as reader:
        return {one.id for one in await reader.all("services")}


def run(*words: str) -> None:
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("command", [".backup '{}'", "VACUUM INTO '{}'"])
async def test_a_sqlite_file_is_copied_while_it_is_written(command: str, tmp_path: Path) -> None:
    sqlite = shutil.which("sqlite3")
    if sqlite is None:
        pytest.skip("sqlite3 is not installed")
    assert command.split()[0] in (ROOT / "docs/running.md").read_text(), "it is the one described"
    copy = tmp_path / "copy.db"
    async with written(f"sqlite:///{tmp_path}/gatepost.db") as (database, kept):
        before = list(kept)
        await asyncio.to_thread(run, sqlite, str(tmp_path / "gatepost.db"), command.format(copy))
        authority = await database.authority.get()
        assert len(kept) > len(before), "writing went on"
    found = await ids(f"sqlite:///{copy}")
    assert set(before) <= found <= set(kept)
    assert copy.stat().st_mode & 0o077 == 0, "it is its owner's from the first start on"
    async with opened(f"sqlite:///{copy}") as again:
        assert await again.authority.get() == authority
    with pytest.raises(Fault, match=re.escape("database.wrong_key")):
        await Database.open(f"sqlite:///{copy}", KEY[::-1])


async def test_a_postgresql_database_is_dumped_while_it_is_written(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    url, file = postgres.new(), str(tmp_path / "backup")
    async with written(url) as (_, kept):
        before = list(kept)
        await asyncio.to_thread(run, program("pg_dump"), "--format=custom", "--file", file, url)
        assert len(kept) > len(before), "writing went on"
    restored = postgres.new()
    await asyncio.to_thread(run, program("pg_restore"), "--dbname", restored, file)
    assert set(before) <= await ids(restored) <= set(kept)
    async with opened(restored) as database:  # numbers go on after those that were given
        async with database.writing(await default(database)) as writer:
            await writer.save("services", service())
        await database.tokens.all()
