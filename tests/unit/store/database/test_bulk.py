from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gatepost.store.database import (
    Dangling,
    Database,
    Duplicate,
    Referenced,
    remove_all,
    save_all,
)
from tests.databases import default, new, opened, service

pytestmark = pytest.mark.anyio


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with opened(f"sqlite:///{tmp_path}/gatepost.db") as running:
        yield running


async def test_entities_are_written_as_one_by_one_but_with_their_times(database: Database) -> None:
    plane = await default(database)
    old, fresh = service("old", created_at=5, updated_at=6, tags=["x"]), service("fresh")
    async with database.writing(plane) as writer:
        done = await save_all(writer, "services", [old, fresh])
        assert [before for before, _ in done] == [None, None]
    async with database.reading(plane) as reader:
        stored = await reader.find("services", "name", "old")
        assert stored is not None
        assert (stored.body["created_at"], stored.body["updated_at"]) == (5, 6)
        assert (await reader.get("services", fresh.id)).body["created_at"] > 6  # type: ignore[union-attr]
        assert [one.tag for one in (await reader.tags(size=5)).items] == ["x"]
        assert reader.version == 1


async def test_names_change_hands_within_one_writing(database: Database) -> None:
    one, two = service("a"), service("b")
    async with database.writing(await default(database)) as writer:
        await save_all(writer, "services", [one, two])
        turned = [
            one.model_copy(update={"name": "b"}),
            two.model_copy(update={"name": "a"}),
        ]
        await save_all(writer, "services", turned)
        found = await writer.find("services", "name", "a")
        assert found is not None
        assert found.id == two.id


async def test_what_does_not_fit_is_refused(database: Database) -> None:
    one = service("a")
    plane = await default(database)
    async with database.writing(plane) as writer:
        await save_all(writer, "services", [one])
    for kind, entity, refusal in (
        ("services", service("a"), Duplicate),
        ("routes", new("routes", paths=["/"], service=service().id), Dangling),
    ):
        with pytest.raises(refusal):
            async with database.writing(plane) as writer:
                await save_all(writer, kind, [entity])
    with pytest.raises(Duplicate):
        async with database.writing(plane) as writer:
            await save_all(writer, "services", [service("x"), service("x")])
    async with database.reading(plane) as reader:
        assert reader.version == 1


async def test_what_is_referred_to_is_not_removed(database: Database) -> None:
    one = service("a")
    async with database.writing(await default(database)) as writer:
        await save_all(writer, "services", [one])
        await save_all(writer, "routes", [new("routes", paths=["/"], service=one.id)])
        with pytest.raises(Referenced):
            await remove_all(writer, "services", [one.id])


async def test_what_was_removed_is_told_to_those_who_follow(database: Database) -> None:
    one, two = service("a"), service("b")
    plane = await default(database)
    async with database.writing(plane) as writer:
        await save_all(writer, "services", [one, two])
    async with database.writing(plane) as writer:
        gone = await remove_all(writer, "services", [one.id, service().id])
        assert [removed.body["name"] for removed in gone] == ["a"]
    async with database.writing(plane) as writer:
        await save_all(writer, "services", [one])
        await remove_all(writer, "services", [one.id])
    async with database.reading(plane) as reader:
        changes = await reader.changed_since(1)
        assert changes.removed == [("services", one.id)]
        assert [stored.id for stored in await reader.all("services")] == [two.id]


async def test_nothing_is_no_new_version(database: Database) -> None:
    async with database.writing(await default(database)) as writer:
        assert await save_all(writer, "services", []) == []
        assert await remove_all(writer, "services", []) == []
        assert not writer.changed
