"""Nodes that need a person: they refuse what they should run, are away, or lose their identity."""

from collections.abc import Iterable, Iterator

from gatepost.admin.certificate_findings import days
from gatepost.admin.findings import DAY, Finding, Level, short
from gatepost.admin.node_state import NodeState
from gatepost.store.database import Node
from gatepost.values.plain_text import plain

_LONG_AWAY = 7 * DAY


def of_nodes(
    nodes: Iterable[tuple[Node, NodeState]], now: float, *, life: float
) -> Iterator[Finding]:
    """Yield the findings. life: seconds that a node's certificate lives."""
    for node, state in nodes:
        name = node.hostname or node.id
        about = ("nodes", node.id, name)
        if state is NodeState.TURNED_AWAY:
            continue
        if state is NodeState.REFUSED:
            why = plain(node.sync_reason, 300) or "it gave no reason"
            says = f"Node {short(name)} cannot run the configuration: {why.removesuffix('.')}."
            do = "Correct what it names; until then it serves what it had before."
            yield Finding("node.refused", "problem", says, do, *about)
        elif state is NodeState.BEHIND:
            says = f"Node {short(name)} does not run the newest configuration yet."
            do = "Wait a moment; if it stays so, read the node's log and its /status."
            yield Finding("node.behind", "warning", says, do, *about)
        elif state is NodeState.AWAY:
            yield _away(node, now, about)
        yield from _certificate(node, now, life, about)


def _away(node: Node, now: float, about: tuple[str, str, str]) -> Finding:
    name = short(about[2])
    if node.last_seen is None:
        says = f"Node {name} was never heard of since it was admitted."
        return Finding("node.away", "warning", says, "Start it, or turn it away.", *about)
    since = now - node.last_seen
    level: Level = "hint" if since > _LONG_AWAY else "warning"
    says = f"Nothing was heard of node {name} for {days(since)}."
    do = (
        "See whether it runs and reaches the cluster listener; turn it away if it is gone for good."
    )
    return Finding("node.away", level, says, do, *about)


def _certificate(
    node: Node, now: float, life: float, about: tuple[str, str, str]
) -> Iterator[Finding]:
    if node.certificate_expires_at is None:
        return
    left, name = node.certificate_expires_at - now, short(about[2])
    if left <= 0:
        says = f"The certificate of node {name} ended {days(-left)} ago, so it cannot come back."
        do = "Admit it anew: make a token and start the node with it."
        yield Finding("node.certificate_ended", "warning", says, do, *about)
    elif left < life / 6:  # it should have been renewed when a third was left
        says = f"The certificate of node {name} ends in {days(left)} and was not renewed."
        do = "See whether the node runs and reaches the cluster listener: it renews by itself."
        yield Finding("node.certificate_ends", "warning", says, do, *about)
