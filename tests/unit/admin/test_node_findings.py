from gatepost.admin.findings import DAY, Finding
from gatepost.admin.node_findings import of_nodes
from gatepost.admin.node_state import NodeState
from gatepost.store.database import Node

NOW, LIFE = 100 * DAY, 30 * DAY


def about(state: NodeState, **node: object) -> list[Finding]:
    made = Node("p", "n1", hostname="edge", **node)  # type: ignore[arg-type]
    return list(of_nodes([(made, state)], NOW, life=LIFE))


def test_a_node_that_runs_what_it_should_needs_nobody() -> None:
    assert about(NodeState.IN_SYNC, certificate_expires_at=NOW + LIFE / 2) == []
    assert about(NodeState.TURNED_AWAY, certificate_expires_at=NOW - 1) == []


def test_a_node_that_refuses_says_why() -> None:
    (found,) = about(NodeState.REFUSED, sync_reason="no key.\n\x1b[2Jfake \u202e")
    assert (found.what, found.level, found.id, found.name) == (
        "node.refused", "problem", "n1", "edge",
    )  # fmt: skip
    assert found.says.startswith("Node edge cannot run the configuration: no key.")
    assert found.says.isprintable()
    (silent,) = about(NodeState.REFUSED)
    assert "it gave no reason" in silent.says


def test_a_node_that_is_long_away_is_less_urgent() -> None:
    (behind,) = about(NodeState.BEHIND)
    assert (behind.what, behind.level) == ("node.behind", "warning")
    levels = {}
    for seen in (None, NOW - DAY, NOW - 8 * DAY):
        (found,) = about(NodeState.AWAY, last_seen=seen)
        levels[seen] = (found.what, found.level)
    assert levels[None] == levels[NOW - DAY] == ("node.away", "warning")
    assert levels[NOW - 8 * DAY] == ("node.away", "hint")


def test_a_certificate_that_was_not_renewed_is_told_of() -> None:
    assert about(NodeState.IN_SYNC, certificate_expires_at=NOW + LIFE / 5) == []
    (soon,) = about(NodeState.IN_SYNC, certificate_expires_at=NOW + 2 * DAY)
    assert (soon.what, "2 days" in soon.says) == ("node.certificate_ends", True)
    away, ended = about(NodeState.AWAY, last_seen=NOW - DAY, certificate_expires_at=NOW - 1)
    assert (away.what, ended.what) == ("node.away", "node.certificate_ended")
