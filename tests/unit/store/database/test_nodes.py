import asyncio

import pytest

from gatepost.store.database import Database, Node
from tests.databases import Hands

pytestmark = pytest.mark.anyio


async def test_a_node_comes_back_as_it_was_put(database: Database, plane: str) -> None:
    node = Node(
        plane,
        "n1",
        "host",
        "10.0.0.1",
        "1.0",
        {"zone": "a"},
        1.5,
        2.5,
        "hash",
        7,
        proxies=("a", "b"),
    )
    await database.nodes.put(node)
    assert await database.nodes.get(plane, "n1") == node
    assert await database.nodes.get(plane, "n2") is None
    assert await database.nodes.get("other", "n1") is None
    assert await database.nodes.change(plane, "n1", last_seen=9.0, labels={"zone": "b"})
    assert not await database.nodes.change(plane, "n2", last_seen=9.0)
    found = await database.nodes.get(plane, "n1")
    assert found is not None
    assert (found.last_seen, found.labels, found.hostname) == (9.0, {"zone": "b"}, "host")
    with pytest.raises(ValueError, match="revoked_at"):
        await database.nodes.change(plane, "n1", revoked_at=None)


async def test_an_old_value_written_back_lets_no_node_in_again(
    database: Database, plane: str, clock: Hands
) -> None:
    node = Node(plane, "n1", "host")
    await database.nodes.put(node)
    assert await database.nodes.revoke(plane, "n1", "stolen")
    assert not await database.nodes.revoke(plane, "n1", "again")
    await database.nodes.put(node)
    found = await database.nodes.get(plane, "n1")
    assert found is not None
    assert (found.revoked_at, found.revoked_why) == (clock.now, "stolen")


async def test_nodes_are_listed_in_pages_of_their_plane(database: Database, plane: str) -> None:
    other = await database.planes.add("other")
    for n in range(3):
        await database.nodes.put(Node(plane, f"n{n}"))
        await database.nodes.put(Node(other.id, f"n{n}"))
    first = await database.nodes.page(plane, size=2)
    assert [(one.plane, one.id) for one in first.items] == [(plane, "n0"), (plane, "n1")]
    rest = await database.nodes.page(plane, size=2, after=first.next)
    assert ([one.id for one in rest.items], rest.next) == (["n2"], None)


async def test_who_listens_hears_of_each_node_that_is_shut_out(
    database: Database, plane: str
) -> None:
    for n in range(3):
        await database.nodes.put(Node(plane, f"n{n}"))
    changes = database.nodes.changes()
    await database.nodes.revoke(plane, "n0", "sold")
    heard = [await asyncio.wait_for(anext(changes), 5)]
    for n in (1, 2):  # in the same moment of a clock that stands still
        await database.nodes.revoke(plane, f"n{n}", "sold")
        heard.append(await asyncio.wait_for(anext(changes), 5))
    assert {one for one, _ in heard} == {plane}
    assert [number for _, number in heard] == sorted({number for _, number in heard})


async def test_nodes_that_were_seen_lately_are_found_but_none_that_is_shut_out(
    database: Database, plane: str, clock: Hands
) -> None:
    for n, seen in enumerate([None, clock.now - 10, clock.now, clock.now]):
        await database.nodes.put(Node(plane, f"n{n}", last_seen=seen, connected=True))
    await database.nodes.put(Node(plane, "n4", last_seen=clock.now))  # it left
    await database.nodes.revoke(plane, "n3", "sold")
    assert await database.nodes.seen_since(plane, clock.now - 5) == ["n2"]
    assert await database.nodes.seen_since(plane, clock.now - 10) == ["n1", "n2"]
    assert await database.nodes.seen_since("another", 0.0) == []


async def test_several_are_changed_at_once_and_one_that_is_gone_holds_up_nobody(
    database: Database, plane: str
) -> None:
    for ident in ("n1", "n2"):
        await database.nodes.put(Node(plane, ident, "host"))
    changes = [
        (plane, "n1", {"last_seen": 1.0, "sync_status": "normal"}),
        (plane, "gone", {"last_seen": 1.0, "sync_status": "normal"}),
        (plane, "n2", {"hostname": "other"}),
        (plane, "n1", {"last_seen": 2.0, "sync_status": "refused"}),
    ]
    await database.nodes.change_all(changes)
    one, two = (await database.nodes.page(plane, size=9)).items
    assert (one.last_seen, one.sync_status, one.hostname) == (2.0, "refused", "host")
    assert (two.hostname, two.last_seen) == ("other", None)
    with pytest.raises(ValueError, match="revoked_at"):
        await database.nodes.change_all([(plane, "n1", {"revoked_at": None})])
