"""How a node is, in one word: what lists, counts and warnings of nodes agree on."""

from enum import StrEnum

from gatepost.admin.ask import Ask
from gatepost.admin.cluster import FRESH
from gatepost.store.database import Node

_PAGE = 1000


class NodeState(StrEnum):
    """in_sync: it runs what it should. behind: something else, and it has not said why. refused:
    it cannot run the configuration. away: nothing is heard of it. turned_away: for good.
    """

    IN_SYNC = "in_sync"
    BEHIND = "behind"
    REFUSED = "refused"
    AWAY = "away"
    TURNED_AWAY = "turned_away"


def is_connected(node: Node, here: frozenset[str], now: float) -> bool:
    """Say whether a node's feed is open. here: ids of those that follow through this process."""
    elsewhere = node.connected and now - (node.last_seen or 0.0) < FRESH
    return node.revoked_at is None and (node.id in here or elsewhere)


def state_of(node: Node, wanted: str, here: frozenset[str], now: float) -> NodeState:
    """Return how a node is. wanted: the hash of what it should run."""
    if node.revoked_at is not None:
        return NodeState.TURNED_AWAY
    if not is_connected(node, here, now):
        return NodeState.AWAY
    if node.config_hash == wanted:
        return NodeState.IN_SYNC
    return NodeState.REFUSED if node.sync_status == "refused" else NodeState.BEHIND


async def all_nodes(ask: Ask) -> list[Node]:
    """Return every node of the plane, in order of their ids."""
    found: list[Node] = []
    after: str | None = None
    while True:
        page = await ask.control.database.nodes.page(ask.plane, size=_PAGE, after=after)
        found += page.items
        after = page.next
        if after is None:
            return found
