"""A control plane is restored from a backup of yesterday while its nodes run on."""

import signal
import sqlite3

import pytest

from tests.integration.plane_world import PlaneNode, PlaneWorld, until

pytestmark = [pytest.mark.integration, pytest.mark.slow]


def told(node: PlaneNode) -> dict[str, object]:
    found: dict[str, object] = node.status.get("/status").json()["control_plane"]
    return found


def revoke(world: PlaneWorld, token: str) -> int:
    reply = world.admin.json("POST", "/revocations", {"token": token})
    assert reply.status == 201, reply.body
    return int(reply.json()["data"][0]["number"])


def back_up(world: PlaneWorld) -> bytes:
    """Copy the database while the control plane runs."""
    directory = world.world.directory
    with (
        sqlite3.connect(directory / "control-plane" / "gatepost.db") as source,
        sqlite3.connect(directory / "copy.db") as copy,
    ):
        source.backup(copy)
    source.close()
    copy.close()
    return (directory / "copy.db").read_bytes()


def restore(world: PlaneWorld, backup: bytes) -> None:
    """Put the copy in place, as docs/running.md says, with the control plane stopped."""
    world.process.stop()
    world.admin.close()
    directory = world.world.directory / "control-plane"
    for name in ("gatepost.db-wal", "gatepost.db-shm"):
        (directory / name).unlink(missing_ok=True)
    (directory / "gatepost.db").write_bytes(backup)


def test_nodes_take_the_older_configuration_and_no_revocation_is_lost_on_the_way() -> None:
    with PlaneWorld.start() as world:
        admin = world.admin
        world.guard()
        node = world.node("one")
        before, since, later, good = (world.jwt() for _ in range(4))
        for token in (before, since, later, good):
            until(lambda token=token: node.get("/jwt/get", token=token).status == 200, "it is good")
        assert revoke(world, before) == 1
        backup = back_up(world)
        assert revoke(world, since) == 2
        admin.make("/services/api/routes", name="later", paths=["/later"])
        until(lambda: node.get("/later/get").status == 401, "the node runs what came after")
        late = world.node("late")

        # the node hears nothing until the log has come to the same number again, with another entry
        node.process.popen.send_signal(signal.SIGSTOP)
        restore(world, backup)
        world.begin()
        assert revoke(world, later) == 2
        node.process.popen.send_signal(signal.SIGCONT)
        took = until(lambda: node.get("/jwt/get", token=later).status == 401, "it hears of it", 15)
        print(f"{took:.1f} s after it woke the node had what was revoked under the same number")
        assert node.get("/jwt/get", token=since).status == 401, "what was revoked stays so"
        assert node.get("/jwt/get", token=before).status == 401
        assert node.get("/jwt/get", token=good).status == 200
        until(lambda: admin.get("/revocations")["last"] == 3, "it tells what was lost", 5)
        until(lambda: node.get("/later/get").status == 404, "it runs what was restored")
        until(lambda: world.shown(node)["in_sync"], "and says so")
        assert "everything remembered is forgotten" in node.process.output

        # who joined after the backup is not known any more, serves on, and joins anew
        until(lambda: "does not know this node" in str(told(late)["problem"]), "it is told", 15)
        assert late.get("/jwt/get", token=good).status == 200
        late.process.stop()
        again = world.node("late")
        assert again.get("/jwt/get", token=since).status == 401
        assert told(again)["connected"]
