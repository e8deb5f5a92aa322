import pytest

from gatepost.admin.live import Live
from gatepost.store.database import Database
from tests.databases import new, service

pytestmark = pytest.mark.anyio


async def test_what_did_not_change_stays_the_object_it_was(database: Database, plane: str) -> None:
    live = Live(database)
    empty = await live.current(plane)
    assert empty is not None
    assert (empty.version, empty.snapshot.services) == (0, ())
    one, two = service("one"), service("two")
    async with database.writing(plane) as writer:
        await writer.save("services", one)
        await writer.save("services", two)
    first = await live.current(plane)
    assert first is not None
    assert await live.current(plane) is first
    async with database.writing(plane) as writer:
        await writer.save("services", two.model_copy(update={"retries": 1}))
    second = await live.current(plane)
    assert second is not None
    assert second.version > first.version
    assert second.hash != first.hash
    assert second.snapshot.service(one.id) is first.snapshot.service(one.id)
    assert second.snapshot.service(two.id).retries == 1  # type: ignore[union-attr]


async def test_what_was_removed_is_gone_with_all_that_went_along(
    database: Database, plane: str
) -> None:
    live, consumer = Live(database), new("consumers", username="ann")
    async with database.writing(plane) as writer:
        await writer.save("consumers", consumer)
        await writer.save("acls", new("acls", consumer=consumer.id, group="staff"))
    before = await live.current(plane)
    assert before is not None
    assert len(before.snapshot.acls) == 1
    async with database.writing(plane) as writer:
        await writer.remove("consumers", consumer.id)
    after = await live.current(plane)
    assert after is not None
    assert (after.snapshot.consumers, after.snapshot.acls) == ((), ())


async def test_documents_move_the_version_and_nothing_that_nodes_see(
    database: Database, plane: str
) -> None:
    live, package = Live(database), new("service_packages", name="Orders", document="# long")
    before = await live.current(plane)
    async with database.writing(plane) as writer:
        await writer.save("service_packages", package)
    after = await live.current(plane)
    assert before is not None
    assert after is not None
    assert after.version > before.version
    assert (after.hash, after.data) == (before.hash, before.data)
    (held,) = after.snapshot.service_packages
    assert (held.name, held.document) == ("Orders", None)


async def test_many_changes_are_the_same_as_a_few(database: Database, plane: str) -> None:
    live = Live(database)
    await live.current(plane)
    async with database.writing(plane) as writer:
        for number in range(300):
            await writer.save("services", service(f"s{number}"))
    many, anew = await live.current(plane), await Live(database).current(plane)
    assert many is not None
    assert anew is not None
    assert many.hash == anew.hash
    assert len(many.snapshot.services) == 300


async def test_who_missed_too_much_reads_everything(database: Database, plane: str) -> None:
    live = Live(database)
    await live.current(plane)
    kept = service("kept")
    async with database.writing(plane) as writer:
        await writer.save("services", kept)
    await live.current(plane)
    live._held[plane].version = 10**9  # of a database that was restored
    found = await live.current(plane)
    assert found is not None
    assert [one.name for one in found.snapshot.services] == ["kept"]


async def test_planes_are_apart_and_one_that_is_not_there_has_nothing(
    database: Database, plane: str
) -> None:
    live, other = Live(database), await database.planes.add("other")
    async with database.writing(other.id) as writer:
        await writer.save("services", service("theirs"))
    mine, theirs = await live.current(plane), await live.current(other.id)
    assert mine is not None
    assert theirs is not None
    assert (len(mine.snapshot.services), len(theirs.snapshot.services)) == (0, 1)
    assert await live.current("nowhere") is None
    assert await live.issuers("nowhere") == frozenset()


async def test_the_issuers_of_a_plane_are_those_that_its_plugins_name(
    database: Database, plane: str
) -> None:
    async with database.writing(plane) as writer:
        config = {"issuer": "https://id.example/.well-known/openid-configuration"}
        await writer.save("plugins", new("plugins", name="openid-connect", config=config))
    assert await Live(database).issuers(plane) == {"https://id.example"}
