"""Nodes of a control plane: enrolled once, changed live, and on their own when it is away."""

import time

import pytest

from tests.integration.cluster_world import ClusterWorld, control_plane, until
from tests.integration.test_run import OPEN, TWO

pytestmark = pytest.mark.integration


def test_a_node_is_enrolled_serves_and_is_changed_live() -> None:
    with ClusterWorld.start(OPEN) as world:
        node = world.node("node", world.token())
        assert node.get("/open/get").status == 200
        assert node.get("/more/get").status == 404
        began = time.monotonic()
        told = world.publish(TWO)
        until(lambda: node.get("/more/get").status == 200, "the change is live")
        took = time.monotonic() - began
        print(f"a change was live after {took * 1000:.0f} ms")
        assert took < 1.0
        said = control_plane(node)
        assert (said["connected"], said["sync"], said["problem"]) == (True, "normal", None)
        shown = node.status.get("/status").json()
        assert shown["configuration"]["hash"] == told
        assert shown["configuration"]["version"] == 2
        until(lambda: world.cluster.kept.members.sights[said["node"]].hash == told, "it is acked")
        assert "after it was published" in node.process.output


def test_without_its_control_plane_a_node_goes_on_and_starts_again_from_its_disk() -> None:
    with ClusterWorld.start(OPEN) as world:
        node = world.node("node", world.token())
        world.cluster.stop()
        assert node.get("/open/get").status == 200
        until(lambda: not control_plane(node)["connected"], "it is noticed")
        node.process.stop()

        node = world.node("node")
        assert node.get("/open/get").status == 200
        said = control_plane(node)
        assert not said["connected"]
        assert "cannot be reached" in said["problem"]

        told = world.publish(TWO)
        world.cluster.start()
        until(lambda: node.get("/more/get").status == 200, "it is in sync again")
        assert node.status.get("/status").json()["configuration"]["hash"] == told
        assert control_plane(node)["problem"] is None
