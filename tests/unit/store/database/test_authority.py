import asyncio
from pathlib import Path

import pytest

from gatepost.store.database import Authority, Database
from gatepost.values import Secret
from tests.databases import KEY, opened

pytestmark = pytest.mark.anyio


def made(number: int) -> Authority:
    return Authority(f"certificate {number}", Secret(f"private key {number}"))


async def test_of_many_who_make_one_the_first_is_kept_by_all(url: str) -> None:
    databases = [await Database.open(url, KEY) for _ in range(3)]
    try:
        assert await databases[0].authority.get() is None
        got = await asyncio.gather(
            *(one.authority.get_or_make(lambda n=n: made(n)) for n, one in enumerate(databases))
        )
        assert got[0] == got[1] == got[2] == await databases[0].authority.get()
        assert got[0].key.reveal().startswith("private key")
    finally:
        for one in databases:
            await one.close()


async def test_one_that_is_there_is_not_made_again(database: Database) -> None:
    first = await database.authority.get_or_make(lambda: made(1))

    def never() -> Authority:
        raise AssertionError

    assert await database.authority.get_or_make(never) == first


async def test_its_key_cannot_be_read_in_the_file(tmp_path: Path) -> None:
    async with opened(f"sqlite:///{tmp_path}/a.db") as database:
        await database.authority.get_or_make(lambda: made(7))
    assert b"private key" not in (tmp_path / "a.db").read_bytes()
