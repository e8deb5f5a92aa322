"""Nodes of a control plane: enrolled once, changed live, and on their own when it is away."""

import contextlib
import time

import pytest

from tests.integration.cluster_world import ClusterWorld, control_plane, until
from tests.integration.test_run import OPEN, TWO
from tests.integration.world import Client
from tests.ports import free_port

pytestmark = pytest.mark.integration

NEEDS_A_VARIABLE = """
_format_version: "3.0"
services:
  - name: api
    url: $ECHO
    routes:
      - name: open
        paths: [/open]
        plugins:
          - name: openid-connect
            config:
              issuer: $ISSUER
              client_id: [gateway]
              client_secret: ["{vault://env/not-here}"]
              auth_methods: [bearer]
"""


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


def test_a_token_admits_one_node_and_its_node_again() -> None:
    with ClusterWorld.start(OPEN) as world:
        token = world.token()
        node = world.node("node", token)
        ident = control_plane(node)["node"]
        node.process.stop()
        again = world.node("node", token)  # a unit file may hold it for ever
        assert control_plane(again)["node"] == ident

        other, _ = world.spawn("other", token, "--status", "127.0.0.1:0")
        assert other.popen.wait(20) == 2
        assert "The token was used by another node." in other.output
        assert "Make a new one at the control plane" in other.output


def test_a_token_that_is_no_good_ends_the_start_with_what_to_do() -> None:
    with ClusterWorld.start() as world:
        unknown = world.token()
        world.cluster.kept.tickets.held.clear()
        for token, said in (
            ("gpn_a-token-that-is-cut-off", "Copy all of it"),
            (world.token(life=-1), "The token has expired."),
            (unknown, "does not know this token"),
            (None, "This node is not enrolled."),
        ):
            process, _ = world.spawn("node", token, "--status", "127.0.0.1:0")
            assert process.popen.wait(20) == 2
            assert said in process.output
        assert not world.cluster.kept.members.planes


def test_a_node_that_has_nothing_waits_for_its_first_configuration() -> None:
    with ClusterWorld.start() as world:
        world.cluster.stop()
        status = Client(f"http://127.0.0.1:{free_port()}")
        process, _ = world.spawn("node", world.token(), "--status", f"127.0.0.1:{status.port}")
        until(lambda: answers(status), "the status API is up")
        assert status.get("/status/ready").status == 503
        said = status.get("/status").json()
        assert "cannot be reached" in said["control_plane"]["problem"]
        world.cluster.start()
        until(lambda: status.get("/status").json()["control_plane"]["connected"], "it is enrolled")
        assert status.get("/status/ready").status == 503
        world.publish(OPEN)
        process.ready()
        assert status.get("/status/ready").status == 200


def test_a_node_that_waits_ends_when_it_is_told_to() -> None:
    with ClusterWorld.start() as world:
        status = Client(f"http://127.0.0.1:{free_port()}")
        process, _ = world.spawn("node", world.token(), "--status", f"127.0.0.1:{status.port}")
        until(lambda: answers(status), "the status API is up")
        assert process.stop() == 0
        assert "READY" not in process.output


def test_what_cannot_run_here_is_refused_and_the_old_stays() -> None:
    with ClusterWorld.start(OPEN) as world:
        node = world.node("node", world.token())
        world.publish(NEEDS_A_VARIABLE)
        members, ident = world.cluster.kept.members, control_plane(node)["node"]
        until(lambda: members.sights[ident].sync == "refused", "it is refused")
        assert "NOT_HERE" in members.sights[ident].reason
        assert node.get("/open/get").status == 200
        said = node.status.get("/status").json()
        assert "NOT_HERE" in said["configuration"]["problem"]
        assert said["control_plane"]["sync"] == "refused"
        told = world.publish(TWO)
        until(lambda: node.get("/more/get").status == 200, "the next one is taken")
        until(lambda: members.sights[ident].hash == told, "it says so")
        assert members.sights[ident].sync == "normal"


def test_a_node_has_the_configuration_of_its_own_plane() -> None:
    with ClusterWorld.start(OPEN) as world:
        world.publish(TWO, plane="plane-b")
        node, other = world.node("a", world.token()), world.node("b", world.token("plane-b"))
        assert (node.get("/more/get").status, other.get("/more/get").status) == (404, 200)
        other.process.stop()
        # With a token of another plane it moves, and serves nothing of the old one meanwhile.
        other = world.node("b", world.token())
        assert (other.get("/open/get").status, other.get("/more/get").status) == (200, 404)


def test_a_revoked_node_is_told_and_goes_on_and_a_new_token_makes_a_new_node() -> None:
    with ClusterWorld.start(OPEN) as world:
        node = world.node("node", world.token())
        ident = control_plane(node)["node"]
        assert world.cluster.dismiss(ident, "it was stolen")
        until(lambda: not control_plane(node)["connected"], "it is closed")
        assert "it was stolen" in control_plane(node)["problem"]
        assert "new token" in control_plane(node)["problem"]
        world.publish(TWO)
        time.sleep(2.0)  # it tries again meanwhile
        assert node.get("/more/get").status == 404
        assert node.get("/open/get").status == 200
        node.process.stop()
        node = world.node("node", world.token())
        assert node.get("/more/get").status == 200
        assert control_plane(node)["node"] != ident


def test_a_certificate_is_renewed_while_the_feed_goes_on() -> None:
    with ClusterWorld.start(OPEN, life=6.0) as world:
        node = world.node("node", world.token())
        ident = control_plane(node)["node"]
        first = control_plane(node)["certificate_expires"]
        serials = world.cluster.kept.members.certificates[ident]
        until(lambda: len(serials) > 2, "it is renewed twice", 20.0)
        until(lambda: control_plane(node)["certificate_expires"] > first + 4, "it is in use")
        world.publish(TWO)
        until(lambda: node.get("/more/get").status == 200, "the feed goes on")
        assert (node.prefix / "control-plane" / "identity.pem").stat().st_mode & 0o777 == 0o600
        world.cluster.stop()  # from here on it cannot be renewed
        until(lambda: "has expired" in control_plane(node)["problem"], "it says so", 20.0)
        assert node.get("/more/get").status == 200


def answers(status: Client) -> bool:
    with contextlib.suppress(OSError):
        return status.get("/status").status == 200
    return False
