"""What is revoked anywhere in a plane is refused everywhere in it, in the end or at once."""

import contextlib
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.cluster_world import ClusterWorld, control_plane, until
from tests.integration.test_run_revocation import GUARDED
from tests.integration.world import Node

pytestmark = pytest.mark.integration


@contextlib.contextmanager
def pair() -> Iterator[tuple[ClusterWorld, Node, Node]]:
    with ClusterWorld.start() as world:
        world.publish(GUARDED)
        yield world, world.node("one", world.token()), world.node("two", world.token())


def revoke(node: Node, token: str) -> Any:
    return node.status.post_json("/revocations", {"token": token}).json()


def status(node: Node, token: str) -> int:
    return node.get("/jwt/get", token).status


def test_what_is_revoked_on_one_node_is_refused_on_the_other() -> None:
    with pair() as (world, one, two):
        other = world.world.token("tutorial-jwt")
        tries, said = 0, {"rooms": {"control_plane": False}}
        # a busy machine takes the two seconds that a node waits, and the node then connects anew
        while tries < 5 and not said["rooms"]["control_plane"]:
            tries += 1
            until(lambda: len(world.cluster.listener.connected("plane-a")) == 2, "both are there")
            until(lambda: control_plane(one)["connected"], "it knows")
            time.sleep(0.5 * (tries - 1))
            token = world.world.token("tutorial-jwt")
            assert {status(node, token) for node in (one, two)} == {200}
            said = revoke(one, token)
        assert said["reach"] == "this node and the control plane"
        assert said["rooms"] == {"told": [], "away": [], "control_plane": True}
        until(lambda: status(two, token) == 401, "it bites on the other node", 3.0)
        assert {status(node, other) for node in (one, two)} == {200}
        entries = two.status.get("/revocations").json()["data"]
        assert len(entries) == tries
        assert all(one["why"].endswith("(through the control plane)") for one in entries)
        time.sleep(0.5)  # and it comes back to nobody as news
        assert len(world.cluster.kept.log.held["plane-a"]) == tries


def test_a_revocation_at_the_control_plane_waits_until_it_bites_and_says_where() -> None:
    with pair() as (world, one, two):
        token, late = world.world.token("tutorial-jwt"), world.world.token("tutorial-jwt")
        assert {status(node, token) for node in (one, two)} == {200}
        assert {status(node, late) for node in (one, two)} == {200}
        entry = entry_of(one, token, world)
        until(lambda: len(world.cluster.listener.connected("plane-a")) == 2, "both are there")
        reached = world.cluster.revoke(entry)
        assert (reached.connected, reached.applied, reached.missing) == (2, 2, ())
        assert {status(node, token) for node in (one, two)} == {401}

        two.process.stop()
        until(lambda: len(world.cluster.listener.connected("plane-a")) == 1, "it is gone")
        reached = world.cluster.revoke(entry_of(one, late, world))
        assert (reached.connected, reached.applied) == (1, 1)
        back = world.node("two")
        assert status(back, late) == 401  # the first request that it takes
        assert control_plane(back)["revocations"]["last"] == 2


def test_what_is_revoked_while_the_control_plane_is_away_is_told_when_it_is_back() -> None:
    with pair() as (world, one, two):
        token = world.world.token("tutorial-jwt")
        assert status(two, token) == 200
        world.cluster.stop()
        until(lambda: not control_plane(one)["connected"], "it is noticed")
        assert revoke(one, token)["reach"].endswith("told when it is back: the control plane")
        assert status(two, token) == 200
        world.cluster.start()
        until(lambda: status(two, token) == 401, "it bites on the other node")


def test_another_log_makes_a_node_forget_and_both_are_whole_again() -> None:
    with pair() as (world, one, two):
        token = world.world.token("tutorial-jwt")
        revoke(one, token)
        until(lambda: status(two, token) == 401, "it bites on the other node")
        log = world.cluster.kept.log
        world.cluster.stop()
        log.epoch, log.held = "second", {}  # it was made anew, without what the nodes know
        world.cluster.start()
        until(lambda: log.held.get("plane-a"), "a node tells it")
        until(lambda: control_plane(two)["revocations"]["epoch"] == "second", "it is followed")
        assert "everything remembered is forgotten" in two.process.output
        assert {status(node, token) for node in (one, two)} == {401}


def entry_of(node: Node, token: str, world: ClusterWorld) -> dict[str, Any]:
    """Return what a revocation of this token is, as the Admin API would write it."""
    from gatepost.plugin.revocation_wish import read_wish

    ((tag, expires),) = read_wish(f'{{"token": "{token}"}}'.encode()).tags((), time.time())
    return {
        "kind": tag.kind.value,
        "parts": list(tag.parts),
        "not_before": time.time(),
        "expires": expires,
        "who": "ann",
        "why": "lost",
    }
