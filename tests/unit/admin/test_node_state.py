import pytest

from gatepost.admin.node_state import NodeState, all_nodes, is_connected, state_of
from gatepost.store.database import Node
from tests.admin_desk import Desk

NOW, WANTED = 1000.0, "a" * 64


@pytest.mark.parametrize(
    ("about", "state"),
    [
        ({"connected": True, "last_seen": NOW, "config_hash": WANTED}, NodeState.IN_SYNC),
        ({"connected": True, "last_seen": NOW, "config_hash": "b"}, NodeState.BEHIND),
        ({"connected": True, "last_seen": NOW, "sync_status": "refused"}, NodeState.REFUSED),
        ({"connected": True, "last_seen": NOW - 200, "config_hash": WANTED}, NodeState.AWAY),
        ({"last_seen": NOW, "config_hash": WANTED}, NodeState.AWAY),
        ({}, NodeState.AWAY),
        ({"connected": True, "last_seen": NOW, "revoked_at": 1.0}, NodeState.TURNED_AWAY),
    ],
)
def test_a_node_is_one_of_these(about: dict[str, object], state: NodeState) -> None:
    node = Node("p", "n", **about)  # type: ignore[arg-type]
    assert state_of(node, WANTED, frozenset(), NOW) is state


def test_who_follows_here_is_connected_whatever_was_written() -> None:
    node = Node("p", "n")
    assert not is_connected(node, frozenset(), NOW)
    assert is_connected(node, frozenset({"n"}), NOW)


@pytest.mark.anyio
async def test_all_nodes_are_more_than_a_page(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gatepost.admin.node_state._PAGE", 2)
    plane = desk.control.plane
    for number in range(5):
        await desk.control.database.nodes.put(Node(plane, f"n{number}"))

    class Asked:
        control = desk.control

    Asked.plane = plane  # type: ignore[attr-defined]
    found = await all_nodes(Asked())  # type: ignore[arg-type]
    assert [one.id for one in found] == [f"n{number}" for number in range(5)]
