"""What the database promises, on SQLite and on PostgreSQL."""

import contextlib

import pytest

from gatepost.store.database import (
    Dangling,
    Database,
    Duplicate,
    Referenced,
    Stale,
    TagFilter,
    UnknownPlane,
)
from gatepost.values import Fault
from tests.databases import KEY, Hands, default, new, opened, service

pytestmark = pytest.mark.anyio

NOBODY = "00000000-0000-4000-8000-000000000000"


async def test_an_entity_comes_back_as_it_was_saved(
    database: Database, plane: str, clock: Hands
) -> None:
    entity = service("one", tags=["b", "a"], path="/p")
    async with database.writing(plane) as writer:
        saved = await writer.save("services", entity)
        assert await writer.get("services", entity.id) == saved
    clock.now += 5
    async with database.reading(plane) as reader:
        assert reader.version == saved.version == 1
        assert await reader.get("services", entity.id) == saved
        assert await reader.get("routes", entity.id) is None
        assert await reader.get("services", NOBODY) is None
        assert await reader.find("services", "name", "one") == saved
        assert await reader.find("services", "name", "ONE") is None
        assert len(await reader.all("services")) == 1
        assert await reader.all("services") == [saved]
    again = type(entity).model_validate(saved.body)
    assert again == entity.model_copy(update={"created_at": 1_000_000, "updated_at": 1_000_000})
    async with database.writing(plane) as writer:
        second = await writer.save("services", service("two", id=entity.id))
    assert second.version == 2
    assert (second.body["created_at"], second.body["updated_at"]) == (1_000_000, 1_000_005)
    async with database.reading(plane) as reader:
        assert await reader.find("services", "name", "one") is None
        assert (await reader.tags(size=5)).items == []


async def test_a_write_is_whole_or_not_at_all(database: Database, plane: str) -> None:
    with contextlib.suppress(LookupError):
        async with database.writing(plane) as writer:
            await writer.save("services", service("one"))
            raise LookupError
    async with database.writing(plane) as writer:
        assert await writer.all("services") == []
    async with database.reading(plane) as reader:
        assert reader.version == 0
    with pytest.raises(UnknownPlane):
        async with database.writing(NOBODY):
            pass
    with pytest.raises(UnknownPlane):
        async with database.reading(NOBODY):
            pass


async def test_a_version_stays_when_its_service_goes_and_goes_with_its_package(
    database: Database, plane: str, clock: Hands
) -> None:
    one, two, package = service("one"), service("two"), new("service_packages", name="Orders")
    spec = "openapi: 3.1.0\n"
    version = new(
        "service_versions", version="1", service_package=package.id, service=one.id, spec=spec
    )
    async with database.writing(plane) as writer:
        for kind, entity in (("services", one), ("services", two), ("service_packages", package)):
            await writer.save(kind, entity)
        await writer.save("service_versions", version)
        other = new("service_versions", version="2", service_package=package.id, service=one.id)
        with pytest.raises(Duplicate):
            await writer.save("service_versions", other)
    clock.now += 5
    async with database.writing(plane) as writer:
        gone = await writer.remove("services", one.id)
        assert [(one.kind, one.after is None) for one in gone] == [
            ("service_versions", False),
            ("services", True),
        ]
        assert (gone[0].body["service"], gone[0].id) == (one.id, version.id)
    async with database.reading(plane) as reader:
        found = await reader.get("service_versions", version.id)
        assert found == gone[0].after
        assert found is not None
        assert (found.body["service"], found.body["spec"]) == (None, spec)
        assert found.body["updated_at"] == found.body["created_at"] + 5
        assert (
            await reader.page("service_versions", size=5, where=("service", one.id))
        ).items == []
        changes = await reader.changed_since(found.version - 1)
        assert [(kind, entity.id) for kind, entity in changes.saved] == [
            ("service_versions", version.id)
        ]
        assert changes.removed == [("services", one.id)]
    async with database.writing(plane) as writer:
        await writer.save("service_versions", version.model_copy(update={"service": two.id}))
        gone = await writer.remove("service_packages", package.id)
        assert [one.kind for one in gone] == ["service_versions", "service_packages"]
        assert await writer.get("services", two.id) is not None


async def test_what_must_be_unique_is_refused_the_second_time(
    database: Database, plane: str
) -> None:
    ann, first = new("consumers", username="ann"), service("one")
    async with database.writing(plane) as writer:
        await writer.save("consumers", ann)
        await writer.save("services", first)
        await writer.save("services", service())
        await writer.save("services", service())
        await writer.save("upstreams", new("upstreams", name="Up.test"))
        await writer.save(
            "keyauth_credentials", new("keyauth_credentials", consumer=ann.id, key="s3cret")
        )
        await writer.save("plugins", new("plugins", name="cors"))
        await writer.save("plugins", new("plugins", name="cors", service=first.id))
        for kind, entity, fields in (
            ("services", service("one"), ("name",)),
            ("upstreams", new("upstreams", name="up.TEST"), ("name",)),
            (
                "keyauth_credentials",
                new("keyauth_credentials", consumer=ann.id, key="s3cret"),
                ("key",),
            ),
            ("plugins", new("plugins", name="cors"), ("name", "service", "route", "consumer")),
            (
                "plugins",
                new("plugins", name="cors", service=first.id),
                ("name", "service", "route", "consumer"),
            ),
        ):
            with pytest.raises(Duplicate) as caught:
                await writer.save(kind, entity)
            assert caught.value.fields == fields
            assert "s3cret" not in str(caught.value)
        await writer.save("services", service("One"))
        await writer.save("services", service("one", id=first.id))
        await writer.save("services", service("renamed", id=first.id))
        await writer.save("services", service("one"))
        await writer.save("plugins", new("plugins", name="cors", consumer=ann.id))
        found = await writer.find("keyauth_credentials", "key", "s3cret")
        assert found is not None
        assert found.body["consumer"] == ann.id
        assert await writer.find("upstreams", "name", "UP.test")


async def test_planes_do_not_see_one_another(database: Database, plane: str) -> None:
    other = (await database.planes.add("other")).id
    entity = service("one", tags=["t"])
    route = new("routes", name="r", service=entity.id, paths=["/"])
    for ident in (plane, other):
        async with database.writing(ident) as writer:
            await writer.save("services", entity)
            await writer.save("routes", route)
    async with database.writing(other) as writer:
        await writer.save("services", service("two", id=entity.id))
        await writer.save("services", service("three"))
        with pytest.raises(Referenced):
            await writer.remove("services", entity.id)
        await writer.remove("routes", route.id)
        assert [one.id for one in await writer.remove("services", entity.id)] == [entity.id]
    async with database.reading(plane) as reader:
        assert [one.body["name"] for one in await reader.all("services")] == ["one"]
        assert await reader.find("services", "name", "two") is None
        assert len((await reader.tags(size=9)).items) == 1
        assert len((await reader.page("services", size=9, tags=TagFilter(("t",)))).items) == 1
        assert (await reader.page("routes", size=9, where=("service", entity.id))).items
        assert (await reader.changed_since(0)).removed == []
        assert reader.version == 1
    async with database.reading(other) as reader:
        assert [one.body["name"] for one in await reader.all("services")] == ["three"]
        assert await reader.get("routes", route.id) is None
    assert await database.planes.remove(other)
    assert not await database.planes.remove(other)
    async with database.reading(plane) as reader:
        assert await reader.get("routes", route.id)


async def test_references_lead_somewhere(database: Database, plane: str) -> None:
    async with database.writing(plane) as writer:
        with pytest.raises(Dangling) as caught:
            await writer.save("routes", new("routes", service=NOBODY, paths=["/"]))
        assert (caught.value.field, caught.value.kind, caught.value.id) == (
            "service",
            "services",
            NOBODY,
        )
        first, second = service("one"), service("two")
        route = new("routes", service=first.id, paths=["/"])
        for kind, entity in (("services", first), ("services", second), ("routes", route)):
            await writer.save(kind, entity)
        with pytest.raises(Referenced) as held:
            await writer.remove("services", first.id)
        assert (held.value.by_kind, held.value.by_id) == ("routes", route.id)
        await writer.save("routes", new("routes", id=route.id, service=second.id, paths=["/"]))
        assert [gone.id for gone in await writer.remove("services", first.id)] == [first.id]
        with pytest.raises(Referenced):
            await writer.remove("services", second.id)


async def test_what_belongs_to_an_entity_goes_with_it(database: Database, plane: str) -> None:
    ann, one = new("consumers", username="ann"), service("one")
    group = new("consumer_groups", name="g")
    member = new("consumer_group_consumers", consumer=ann.id, consumer_group=group.id)
    there = [
        ("services", one),
        ("consumers", ann),
        ("consumer_groups", group),
        ("keyauth_credentials", new("keyauth_credentials", consumer=ann.id, key="k")),
        ("consumer_group_consumers", member),
        ("plugins", new("plugins", name="cors", consumer=ann.id, service=one.id)),
        ("plugins", new("plugins", name="cors", service=one.id)),
    ]  # fmt: skip
    many = [("acls", new("acls", consumer=ann.id, group=f"g{n}")) for n in range(1200)]
    async with database.writing(plane) as writer:
        for kind, entity in (*there, *many):
            await writer.save(kind, entity)
    async with database.writing(plane) as writer:
        gone = await writer.remove("consumers", ann.id)
    assert (gone[-1].kind, gone[-1].id, gone[-1].body["username"]) == ("consumers", ann.id, "ann")
    expected = {(kind, entity.id) for kind, entity in (*there[3:6], *many)} | {
        ("consumers", ann.id)
    }
    assert {(one.kind, one.id) for one in gone} == expected
    async with database.reading(plane) as reader:
        changes = await reader.changed_since(1)
        assert (changes.version, changes.complete, changes.saved) == (2, True, [])
        assert set(changes.removed) == expected
        assert [p.body["consumer"] for p in await reader.all("plugins")] == [None]
    async with database.writing(plane) as writer:
        await writer.save(
            "keyauth_credentials",
            new("keyauth_credentials", consumer=(await _bob(writer)), key="k"),
        )


async def _bob(writer) -> str:  # type: ignore[no-untyped-def]
    bob = new("consumers", username="bob")
    await writer.save("consumers", bob)
    return bob.id


async def test_an_entity_that_was_changed_meanwhile_is_left_alone(
    database: Database, plane: str
) -> None:
    entity = service("one")
    async with database.writing(plane) as writer:
        with pytest.raises(Stale) as caught:
            await writer.save("services", entity, expect=3)
        assert caught.value.now == 0
        await writer.save("services", entity, expect=0)
    async with database.writing(plane) as writer:
        for wrong in (0, 2):
            with pytest.raises(Stale) as caught:
                await writer.save("services", entity, expect=wrong)
            assert caught.value.now == 1
            with pytest.raises(Stale):
                await writer.remove("services", entity.id, expect=wrong)
        await writer.save("services", entity, expect=1)
        assert len(await writer.remove("services", entity.id, expect=2)) == 1
        assert await writer.remove("services", entity.id) == []
        with pytest.raises(Stale):
            await writer.remove("services", entity.id, expect=2)


async def test_the_key_that_it_was_made_with_is_the_only_one(url: str) -> None:
    async with opened(url) as database:
        plane = await default(database)
        async with database.writing(plane) as writer:
            await writer.save("services", service("one"))
    with pytest.raises(Fault) as caught:
        await Database.open(url, b"another key of the same 32 bytes")
    assert caught.value.code == "database.wrong_key"
    async with opened(url, KEY) as database, database.reading(plane) as reader:
        assert len(await reader.all("services")) == 1
