"""Finding entities: pages, tags, what refers to what; on SQLite and on PostgreSQL."""

import uuid

import pytest

from gatepost.store.database import (
    Database,
    Duplicate,
    TagFilter,
)
from tests.databases import new, service

pytestmark = pytest.mark.anyio


async def test_pages_follow_one_another_in_order(database: Database, plane: str) -> None:
    one = service("one")
    async with database.writing(plane) as writer:
        await writer.save("services", one)
        for n in range(7):
            tags = [name for name, every in (("two", 2), ("three", 3)) if n % every == 0]
            await writer.save(
                "routes",
                new("routes", paths=[f"/{n}"], service=one.id if n < 5 else None, tags=tags),
            )
    async with database.reading(plane) as reader:
        everything = await reader.all("routes")
        assert [r.id for r in everything] == sorted(r.id for r in everything)
        got, after = [], None
        while True:
            page = await reader.page("routes", size=3, after=after)
            got += page.items
            after = page.next
            if after is None:
                break
        assert got == everything
        assert (await reader.page("routes", size=7)).next is None
        where = ("service", one.id)
        assert len((await reader.page("routes", size=9, where=where)).items) == 5
        for tags, paths in (
            (TagFilter(("two",)), {"/0", "/2", "/4", "/6"}),
            (TagFilter(("two", "three")), {"/0", "/6"}),
            (TagFilter(("two", "three"), every=False), {"/0", "/2", "/3", "/4", "/6"}),
            (TagFilter(("none",)), set()),
        ):
            items = (await reader.page("routes", size=9, tags=tags)).items
            assert {r.body["paths"][0] for r in items} == paths
        both = await reader.page("routes", size=9, where=where, tags=TagFilter(("three",)))
        assert {r.body["paths"][0] for r in both.items} == {"/0", "/3"}


async def test_tags_are_listed_in_pages(database: Database, plane: str) -> None:
    async with database.writing(plane) as writer:
        for n in range(3):
            await writer.save("services", service(f"s{n}", tags=["a", f"t{n}"]))
            await writer.save("consumers", new("consumers", username=f"c{n}", tags=["a"]))
    async with database.reading(plane) as reader:
        everything = (await reader.tags(size=20)).items
        assert len(everything) == 9
        got, after = [], None
        while True:
            page = await reader.tags(size=2, after=after)
            got += page.items
            after = page.next
            if after is None:
                break
        assert got == everything
        alone = (await reader.tags("a", size=20)).items
        assert [one.entity_name for one in alone] == ["consumers"] * 3 + ["services"] * 3
        assert (await reader.tags("none", size=20)).items == []
        with pytest.raises(ValueError, match="not a place"):
            await reader.tags(size=2, after="x")


async def test_targets_are_found_beside_their_upstream(database: Database, plane: str) -> None:
    up, other = new("upstreams", name="a.test"), new("upstreams", name="b.test")
    async with database.writing(plane) as writer:
        for upstream in (up, other):
            await writer.save("upstreams", upstream)
            await writer.save("targets", new("targets", target="H.test:80", upstream=upstream.id))
        with pytest.raises(Duplicate):
            await writer.save("targets", new("targets", target="h.test:80", upstream=up.id))
        found = await writer.find("targets", "target", "h.TEST:80", {"upstream": other.id})
        assert found is not None
        assert found.body["upstream"] == other.id
        with pytest.raises(ValueError, match="twice"):
            await writer.find("targets", "target", "h.test:80")


async def test_ids_are_uuids_in_one_order_everywhere(database: Database, plane: str) -> None:
    async with database.writing(plane) as writer:
        for _ in range(20):
            await writer.save("services", service(id=str(uuid.uuid4())))
        found = [one.id for one in await writer.all("services")]
    assert found == sorted(found)
