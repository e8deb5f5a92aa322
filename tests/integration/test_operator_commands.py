"""Nodes, tokens and revocations from the command line, with a real control plane and real nodes."""

import json
import os
import pty
import re
import signal
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.integration.plane_world import PlaneWorld, until

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.integration

SUBJECT = ("--subject", "ann", "--issuer", "https://idp.test")


def environment(world: PlaneWorld) -> dict[str, str]:
    return {**world.world.environment, "GATEPOST_ADMIN_URL": f"127.0.0.1:{world.admin_port}"}


def gatepost(world: PlaneWorld, *words: str, token: str = "") -> subprocess.CompletedProcess[str]:
    environ = environment(world) | ({"GATEPOST_TOKEN": token} if token else {})
    return subprocess.run(
        [sys.executable, "-m", "gatepost", *words],
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def at_a_terminal(world: PlaneWorld, columns: int, *words: str) -> str:
    """Return what a person sees on a screen of that width."""
    ours, theirs = pty.openpty()
    environ = environment(world) | {"COLUMNS": str(columns), "TERM": "xterm"}
    command = [sys.executable, "-m", "gatepost", *words]
    with subprocess.Popen(
        command, env=environ, stdin=theirs, stdout=theirs, stderr=theirs
    ) as running:
        os.close(theirs)
        seen = b""
        while True:
            try:
                piece = os.read(ours, 65536)
            except OSError:  # how Linux says that the other end is closed
                break
            seen += piece
        running.wait()
    os.close(ours)
    return seen.decode().replace("\r\n", "\n")


def test_a_node_is_admitted_seen_refuses_and_is_turned_away() -> None:
    with PlaneWorld.start() as world:
        assert "no node yet" in gatepost(world, "nodes", "list").stderr
        made = gatepost(world, "nodes", "token", "--for", "10m")
        assert re.fullmatch(r"gpn_[\w-]+\n", made.stdout)
        assert made.stdout.strip() not in made.stderr
        assert "within 10 min" in made.stderr
        node = world.node(token=made.stdout.strip())
        listed = gatepost(world, "nodes", "list")
        assert listed.returncode == 0, listed.stderr
        heads, row = (re.split("  +", line) for line in listed.stdout.splitlines())
        assert heads[0] == "ID"
        assert node.id.startswith(row[0])
        assert (row[3], row[4]) == ("yes", "yes")
        assert row[6] in ("in 29 d", "in 30 d")  # it was made this second
        assert re.fullmatch(r"[0-9]{1,2} s ago", row[5])

        world.admin.make("/services", name="api", url=world.echo)
        route = world.admin.make("/services/api/routes", name="open", paths=["/open"])
        config = {"issuer": world.issuer, "client_secret": ["{vault://env/not-there}"]}
        config |= {"client_id": ["x"], "auth_methods": ["bearer"]}
        plugin = {"name": "openid-connect", "config": config, "route": {"id": route["id"]}}
        world.admin.make("/plugins", **plugin)
        until(lambda: "refused" in gatepost(world, "nodes", "list").stdout, "it is refused")
        screen = at_a_terminal(world, 80, "nodes", "list").splitlines()
        print("\n".join(screen))
        assert max(map(len, screen)) <= 80, screen
        assert len(screen) > 2, "the reason stands below"

        gone = gatepost(world, "nodes", "revoke", row[0], "--why", "sold")
        assert (gone.returncode, node.id in gone.stdout) == (0, True), gone.stderr
        assert world.shown(node)["revoked_why"] == "sold"
        assert "revoked" in gatepost(world, "nodes", "list").stdout
        assert gatepost(world, "nodes", "revoke", "0000-nobody").returncode == 1


def test_at_a_terminal_the_command_for_the_node_can_be_pasted() -> None:
    with PlaneWorld.start() as world:
        token, _, command, *_ = at_a_terminal(world, 400, "nodes", "token").splitlines()
        assert command == f"  GATEPOST_TOKEN={token} gatepost node"


def test_roles_bind_what_a_token_may() -> None:
    with PlaneWorld.start(ADMIN_CLOSED="on", ADMIN_TOKEN="the-first-token-of-all") as world:
        first = "the-first-token-of-all"
        unknown = gatepost(world, "nodes", "list")
        assert unknown.returncode == 1
        assert "Give one with --token or GATEPOST_TOKEN" in unknown.stderr
        made = gatepost(world, "tokens", "create", "watch", "--role", "viewer", token=first)
        assert (made.returncode, made.stdout.count("\n")) == (0, 1), made.stderr
        viewer = made.stdout.strip()
        assert gatepost(world, "nodes", "list", token=viewer).returncode == 0
        weak = gatepost(world, "nodes", "token", token=viewer)
        assert (weak.returncode, weak.stdout) == (1, "")
        assert "This takes the role operator; watch has viewer." in weak.stderr
        listed = json.loads(gatepost(world, "tokens", "list", "--json", token=first).stdout)
        assert [(one["name"], one["role"]) for one in listed] == [("watch", "viewer")]
        assert viewer not in gatepost(world, "tokens", "list", token=first).stdout
        assert gatepost(world, "tokens", "revoke", listed[0]["id"], token=first).returncode == 0
        over = gatepost(world, "nodes", "list", token=viewer)
        assert "does not take this token" in over.stderr
        world.world.secrets.update({viewer, first})


def test_a_revocation_says_how_far_it_got() -> None:
    with PlaneWorld.start() as world:
        world.node("one")
        still = world.node("two")
        done = gatepost(world, "revoke", *SUBJECT, "--admin")
        assert done.returncode == 0, done.stderr
        assert "applied by 2 of 2 connected nodes" in done.stdout
        still.process.popen.send_signal(signal.SIGSTOP)
        try:
            done = gatepost(world, "revoke", *SUBJECT, "--admin")
        finally:
            still.process.popen.send_signal(signal.SIGCONT)
        assert done.returncode == 4
        assert "applied by 1 of 2 connected nodes" in done.stdout
        assert re.search(rf"not yet applied by .*{still.id}", done.stdout)


def test_the_images_script_fetches_a_token_from_a_real_control_plane(tmp_path: Path) -> None:
    with PlaneWorld.start(ADMIN_CLOSED="on", ADMIN_TOKEN="the-first-token-of-all") as world:
        words = ("tokens", "create", "join", "--role", "operator", "--for", "ever")
        given, result = tmp_path / "admin-token", tmp_path / "node.toml"
        given.write_text(gatepost(world, *words, token="the-first-token-of-all").stdout)
        script = ROOT / "deploy/image/gatepost-join"
        where = f"http://127.0.0.1:{world.admin_port}"
        environ = environment(world)
        environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environ['PATH']}"
        subprocess.run(
            ["/bin/sh", script, where, given, tmp_path / "none", tmp_path / "prefix", result],
            env=environ,
            check=True,
        )
        told = tomllib.loads(result.read_text())
        assert list(told) == ["token"]
        world.node("joined", token=told["token"])
