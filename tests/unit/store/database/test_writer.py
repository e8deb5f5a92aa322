import pytest

from gatepost.store.database import Conflict, Database, Duplicate
from tests.databases import Hands, new, service

pytestmark = pytest.mark.anyio


async def test_all_changes_of_a_transaction_have_one_version(
    database: Database, plane: str
) -> None:
    first, second = service("one"), service("two")
    async with database.writing(plane) as writer:
        assert not writer.changed
        versions = [(await writer.save("services", one)).version for one in (first, second)]
        versions.append((await writer.save("services", first)).version)
        await writer.remove("services", second.id)
    assert versions == [1, 1, 1]
    async with database.writing(plane) as writer:
        await writer.remove("services", second.id)
    async with database.reading(plane) as reader:
        assert reader.version == 1  # nothing was there to be removed


async def test_a_transaction_goes_on_after_a_conflict(database: Database, plane: str) -> None:
    async with database.writing(plane) as writer:
        await writer.save("services", service("one"))
        with pytest.raises(Conflict):
            await writer.save("services", service("one"))
        await writer.save("services", service("two"))
    async with database.reading(plane) as reader:
        assert len(await reader.all("services")) == 2


async def test_created_at_is_what_the_entity_says_else_what_was_stored(
    database: Database, plane: str, clock: Hands
) -> None:
    entity = service("one", created_at=7)
    async with database.writing(plane) as writer:
        times = []
        for one in (
            entity,
            service("one", id=entity.id),
            service("one", id=entity.id, created_at=9),
        ):
            clock.now += 1
            body = (await writer.save("services", one)).body
            times.append((body["created_at"], body["updated_at"] - int(clock.now)))
    assert times == [(7, 0), (7, 0), (9, 0)]


async def test_a_name_is_free_again_when_its_entity_went_or_was_renamed(
    database: Database, plane: str
) -> None:
    first = service("one", tags=["t"])
    async with database.writing(plane) as writer:
        await writer.save("services", first)
        await writer.save("services", service("two", id=first.id, tags=["u"]))
        second = await writer.save("services", service("one"))
        await writer.remove("services", second.id)
        await writer.save("services", service("one"))
        with pytest.raises(Duplicate) as caught:
            await writer.save("services", service("two"))
        assert caught.value.id == first.id
        assert [one.tag for one in (await writer.tags(size=9)).items] == ["u"]


async def test_names_of_any_length_and_letters_are_kept(database: Database, plane: str) -> None:
    async with database.writing(plane) as writer:
        for name in ("x" * 5000, "é\U0001f600", "a b"):
            await writer.save("consumers", new("consumers", username=name, tags=[name[:200]]))
            found = await writer.find("consumers", "username", name)
            assert found is not None
            assert found.body["username"] == name
