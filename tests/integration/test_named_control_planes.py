"""Several named control planes in one installation: each with its own nodes and configuration."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.plane_world import PlaneWorld, until

pytestmark = [pytest.mark.integration, pytest.mark.slow]

FILE = """_format_version: "3.0"
services:
- name: api
  url: $ECHO
  routes:
  - name: front
    paths: [/team]
"""


def apply(world: PlaneWorld, plane: str, file: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "gatepost", "apply", "--yes", "--control-plane", plane,
               "--admin", f"http://127.0.0.1:{world.admin_port}", str(file)]  # fmt: skip
    return subprocess.run(
        command, env=world.world.environment, capture_output=True, text=True, check=False
    )


def test_a_node_of_one_control_plane_gets_its_own_and_nothing_of_another(tmp_path: Path) -> None:
    with PlaneWorld.start() as world:
        admin = world.admin
        team = admin.make("/v2/control-planes", name="team", labels={"env": "test"})["id"]
        core = f"/v2/control-planes/{team}/core-entities"
        file = tmp_path / "kong.yaml"
        file.write_text(FILE.replace("$ECHO", world.echo))
        done = apply(world, "team", file)
        assert done.returncode == 0, done.stderr
        assert apply(world, "nobody", file).returncode == 1
        # the same names, in default
        admin.make("/services", name="api", url=world.echo)
        admin.make("/services/api/routes", name="front", paths=["/mine"])

        joining = admin.make(f"{core}/clustering/tokens")["token"]
        world.world.secrets.add(joining)
        mine, theirs = world.node("mine"), world.node("theirs", token=joining)
        assert [mine.get(path).status for path in ("/mine/get", "/team/get")] == [200, 404]
        assert [theirs.get(path).status for path in ("/mine/get", "/team/get")] == [404, 200]
        assert [one["id"] for one in admin.get("/clustering/data-planes")["data"]] == [mine.id]
        listed = admin.get(f"{core}/clustering/data-planes")["data"]
        assert [one["id"] for one in listed] == [theirs.id]
        assert admin.send("GET", f"/clustering/data-planes/{theirs.id}").status == 404

        admin.make(f"{core}/services/api/routes", name="more", paths=["/more"])
        until(lambda: theirs.get("/more/get").status == 200, "the team's node hears of it", 1)
        reply = admin.json(
            "POST", f"{core}/revocations", {"client": "somebody", "issuer": world.issuer}
        ).json()
        assert (reply["nodes"]["connected"], reply["elsewhere"]) == (1, [])
        assert admin.get("/revocations")["last"] == 0
        assert admin.get(f"{core}/revocations")["last"] == 1
        assert mine.get("/more/get").status == 404


def test_when_a_control_plane_is_deleted_its_nodes_are_told_and_serve_and_its_tokens_die() -> None:
    with PlaneWorld.start() as world:
        admin = world.admin
        team = admin.make("/v2/control-planes", name="team")["id"]
        path = f"/v2/control-planes/{team}"
        core = f"{path}/core-entities"
        admin.make(f"{core}/services", name="api", url=world.echo)
        admin.make(f"{core}/services/api/routes", name="front", paths=["/team"])
        joining, unused = (admin.make(f"{core}/clustering/tokens")["token"] for _ in range(2))
        world.world.secrets |= {joining, unused}
        node = world.node("theirs", token=joining)
        bound = admin.make("/tokens", name="ops", role="admin", plane=team)["token"]
        shown = {"Authorization": f"Bearer {bound}"}

        def status(where: str) -> int:
            return admin.send("GET", where, headers=shown).status

        # who is bound to one control plane sees that one, and no other
        assert [status(f"{core}/services"), status(path)] == [200, 200]
        default = admin.get("/v2/control-planes", **{"filter[name]": "default"})["data"][0]["id"]
        assert status("/services") == 404
        assert status(f"/v2/control-planes/{default}/core-entities/services") == 404

        assert admin.send("DELETE", path).status == 204
        said = lambda: node.status.get("/status").json()["control_plane"]  # noqa: E731
        until(lambda: "its control plane was deleted" in str(said()["problem"]), "it is told", 1)
        assert node.get("/team/get").status == 200, "it keeps serving"
        assert [status(f"{core}/services"), status(path), status("/services")] == [401, 401, 401]
        assert admin.send("GET", f"{core}/services").status == 404
        assert (
            admin.json(
                "POST", f"{core}/revocations", {"client": "x", "issuer": world.issuer}
            ).status
            == 404
        )
        assert admin.json("POST", f"{core}/clustering/tokens", {}).status == 404
        late = world.world.spawn(
            "late", "node", "--prefix", str(world.world.directory / "late"), "--token", unused,
            "--proxy", "off", "--proxy-ssl", "off", "--status", "127.0.0.1:0",
        )  # fmt: skip
        until(lambda: late.popen.poll() is not None, "a token of it admits nobody")
        assert "does not know this token" in late.output
        noted = [(one["action"], one["name"] or one["entity"]) for one in
                 admin.get("/audit", kind="control_planes")["data"]]  # fmt: skip
        assert noted == [("delete", team), ("create", team)]
        # a node that starts without it goes on with what it last had
        node.process.stop()
        again = world.node("theirs", token=None)
        assert again.get("/team/get").status == 200
        assert "Traceback" not in world.process.output, world.process.output
