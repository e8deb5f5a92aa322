"""What is written about services, at a control plane with a node: seen by people, not by nodes."""

import time

import pytest

from tests.integration.plane_world import PlaneWorld, until

pytestmark = pytest.mark.integration


def test_a_document_is_nothing_to_a_node_and_attention_follows_it() -> None:
    with PlaneWorld.start() as world:
        admin = world.admin
        admin.make("/services", name="api", url=world.echo)
        admin.make("/services/api/routes", name="open", paths=["/open"])
        node = world.node("one")
        until(lambda: node.get("/open/get").status == 200, "it serves")
        until(lambda: admin.get("/counts")["nodes"]["in_sync"] == 1, "it is in sync")
        hash_before = admin.get("/status")["configuration_hash"]
        taken = node.process.output.count("after it was published")
        admin.make("/service-packages", name="API", document="# Hello")
        admin.make("/service-packages/API/versions", version="1", service={"name": "api"})
        for number in range(3):
            changed = admin.json("PATCH", "/service-packages/API", {"description": str(number)})
            assert changed.status == 200
            assert admin.get("/counts")["nodes"]["in_sync"] == 1
        status = admin.get("/status")
        assert status["configuration_hash"] == hash_before
        assert status["configuration_version"] == 7
        told = node.status.get("/status").json()["configuration"]["hash"]
        assert told.startswith(hash_before)
        time.sleep(0.5)  # whatever would be sent to it has come
        assert node.process.output.count("after it was published") == taken
        assert [one["what"] for one in admin.get("/attention")["data"]] == ["route.open"]
        node.process.stop()
        until(
            lambda: "node.away" in [one["what"] for one in admin.get("/attention")["data"]],
            "its absence is told",
        )
