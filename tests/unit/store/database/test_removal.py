import pytest

from gatepost.model import CATALOG
from gatepost.store.database import Database, Referenced
from gatepost.store.database.removal import by_kind, going_with, letting_go
from tests.databases import new, service

pytestmark = pytest.mark.anyio


def test_what_refers_comes_before_what_is_referred_to() -> None:
    places = [(kind, f"{n}") for kind in CATALOG for n in range(3)]
    order = [kind for kind, _ in by_kind(places)]
    assert order == list(reversed(CATALOG))
    for kind in CATALOG.values():
        for reference in kind.references:
            assert order.index(kind.name) < order.index(reference.kind)


def test_many_ids_come_in_pieces() -> None:
    pieces = list(by_kind(("acls", f"{n:04}") for n in range(1001)))
    assert [len(ids) for _, ids in pieces] == [500, 500, 1]


async def test_who_may_lose_a_reference_is_told_and_does_not_hold(
    database: Database, plane: str
) -> None:
    one, package = service("one"), new("service_packages", name="p")
    version = new("service_versions", version="1", service_package=package.id, service=one.id)
    async with database.writing(plane) as writer:
        for kind, entity in (
            ("services", one),
            ("service_packages", package),
            ("service_versions", version),
        ):
            await writer.save(kind, entity)
        gone = await going_with(writer._link, plane, ("services", one.id))
        assert gone == {("services", one.id)}
        place = ("service_versions", version.id)
        assert await letting_go(writer._link, plane, gone) == [(place, "service")]
        both = await going_with(writer._link, plane, ("service_packages", package.id))
        assert both == {("service_packages", package.id), place}
        assert await letting_go(writer._link, plane, both) == []
        assert await letting_go(writer._link, plane, both | gone) == []


async def test_what_is_held_by_something_that_goes_too_is_not_held(
    database: Database, plane: str
) -> None:
    group, ann = new("consumer_groups", name="g"), new("consumers", username="ann")
    member = new("consumer_group_consumers", consumer=ann.id, consumer_group=group.id)
    one = service("one")
    route = new("routes", service=one.id, paths=["/"])
    plugin = new("plugins", name="cors", service=one.id, consumer=ann.id)
    async with database.writing(plane) as writer:
        for kind, entity in (
            ("consumer_groups", group),
            ("consumers", ann),
            ("consumer_group_consumers", member),
            ("services", one),
            ("routes", route),
            ("plugins", plugin),
        ):
            await writer.save(kind, entity)
        assert await going_with(writer._link, plane, ("consumers", ann.id)) == {
            ("consumers", ann.id),
            ("consumer_group_consumers", member.id),
            ("plugins", plugin.id),
        }
        with pytest.raises(Referenced) as caught:
            await going_with(writer._link, plane, ("services", one.id))
        assert (caught.value.by_kind, caught.value.by_id) == ("routes", route.id)
