import os
import stat
import subprocess
import tomllib
from pathlib import Path

import pytest

from tests.unit.deploy.settings import DEPLOY

GATEPOST = """#!/bin/sh
echo "$@" > "$ASKED"
[ -n "$SAYS" ] || exit 1
printf '%s\\n' "$SAYS"
"""


class Joining:
    """The script beside a `gatepost` that says what it is told to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.given, self.result = folder / "given.toml", folder / "node.toml"
        self.prefix, self.asked = folder / "prefix", folder / "asked"
        self.admin_token = folder / "admin-token"
        self.admin_token.write_text("an-operators-token\n")
        self.prefix.mkdir()
        (folder / "gatepost").write_text(GATEPOST)
        (folder / "gatepost").chmod(0o755)

    def run(self, says: str) -> int:
        path = f"{self.folder}{os.pathsep}/usr/bin{os.pathsep}/bin"
        words = ["http://a:8001", self.admin_token, self.given, self.prefix, self.result]
        return subprocess.run(
            ["/bin/sh", DEPLOY / "image/gatepost-join", *words],
            env={"PATH": path, "SAYS": says, "ASKED": str(self.asked)},
            capture_output=True,
            check=False,
        ).returncode


@pytest.fixture
def joining(tmp_path: Path) -> Joining:
    return Joining(tmp_path)


def test_a_node_is_told_what_all_are_told_and_a_token_of_its_own(joining: Joining) -> None:
    joining.given.write_text('status_token = "0123456789abcdef"')
    assert joining.run("gpn_abc-D_9") == 0
    told = tomllib.loads(joining.result.read_text())
    assert told == {"status_token": "0123456789abcdef", "token": "gpn_abc-D_9"}
    assert stat.S_IMODE(joining.result.stat().st_mode) == 0o600
    asked = f"nodes token --admin http://a:8001 --token @{joining.admin_token}\n"
    assert joining.asked.read_text() == asked


def test_a_new_node_does_not_start_without_a_token(joining: Joining) -> None:
    assert joining.run("") == 1
    assert not joining.result.exists()


def test_a_node_that_joined_before_asks_for_nothing(joining: Joining) -> None:
    (joining.prefix / "control-plane").mkdir()
    (joining.prefix / "control-plane/identity.pem").touch()
    assert joining.run("gpn_another") == 0
    assert not joining.asked.exists()
    assert tomllib.loads(joining.result.read_text()) == {}


def test_what_is_no_token_is_not_written_down(joining: Joining) -> None:
    assert joining.run('x"\nadmin = "y') == 1
    assert not joining.result.exists()
