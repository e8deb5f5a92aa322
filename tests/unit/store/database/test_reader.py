from pathlib import Path

import pytest
from sqlalchemy import text

from gatepost.store.database import Database, TagFilter
from gatepost.values import Fault
from tests.databases import default, new, opened, service

pytestmark = pytest.mark.anyio


async def test_kinds_and_fields_that_are_none_are_mistakes_of_the_caller(
    database: Database, plane: str
) -> None:
    async with database.reading(plane) as reader:
        with pytest.raises(KeyError):
            await reader.all("servces")
        with pytest.raises(ValueError, match="host of services"):
            await reader.find("services", "host", "h")
        with pytest.raises(ValueError, match="refers to nothing"):
            await reader.page("routes", size=1, where=("name", "x"))


async def test_a_record_that_was_changed_by_somebody_else_is_refused(
    database: Database, plane: str
) -> None:
    first, second = service("one"), service("two")
    async with database.writing(plane) as writer:
        await writer.save("services", first)
        await writer.save("services", second)
        swap = text("UPDATE entities SET body = (SELECT body FROM entities WHERE id = :b)")
        await writer._link.run(swap.bindparams(b=second.id))
    async with database.reading(plane) as reader:
        assert await reader.get("services", second.id)
        with pytest.raises(Fault) as caught:
            await reader.get("services", first.id)
    assert caught.value.code == "database.damaged"


async def test_what_changed_is_found_without_looking_at_the_rest(tmp_path: Path) -> None:
    async with opened(f"sqlite:///{tmp_path}/a.db") as database:
        plane = await default(database)
        async with database.writing(plane) as writer:
            for n in range(200):
                await writer.save("services", service(f"s{n}"))
        async with database.writing(plane) as writer:
            await writer.save("services", service("last"))
        async with database.reading(plane) as reader:
            assert len((await reader.changed_since(0)).saved) == 201
            assert len((await reader.changed_since(1)).saved) == 1
            plan = await reader._link.run(
                text("EXPLAIN QUERY PLAN SELECT id FROM entities WHERE plane = 'a' AND version > 7")
            )
            assert "entities_by_version" in str(plan.all())


async def test_no_body_and_no_secret_can_be_read_in_the_file(tmp_path: Path) -> None:
    async with opened(f"sqlite:///{tmp_path}/a.db") as database:
        plane = await default(database)
        async with database.writing(plane) as writer:
            ann = new("consumers", username="ann", custom_id="c")
            await writer.save("consumers", ann)
            credential = new("keyauth_credentials", consumer=ann.id, key="s3cret-key")
            await writer.save("keyauth_credentials", credential)
            await writer.save("services", service("one", path="/hidden-path"))
            assert (await writer.page("services", size=1, tags=TagFilter(()))).items
        written = contents(tmp_path)
    assert b"one" in written
    assert b"s3cret-key" not in written
    assert b"/hidden-path" not in written


def contents(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())
