"""compose.yaml before the parser that Docker Compose itself uses."""

import json
import subprocess

import pytest

from tests.interop.deploy.conftest import ROOT, tool

pytestmark = pytest.mark.interop


def parse(text: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [tool("COMPOSE"), "-format", "json", "-"],
        input=text, cwd=ROOT / "deploy", capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_every_line_is_understood() -> None:
    said = parse((ROOT / "deploy/compose.yaml").read_text())
    assert said.returncode == 0, said.stderr
    model = json.loads(said.stdout)
    assert {"postgres", "control-plane", "join", "node"} <= set(model["services"])


def test_a_key_that_does_not_exist_is_found() -> None:
    text = (ROOT / "deploy/compose.yaml").read_text()
    said = parse(text.replace("cap_drop", "cap_dropp"))
    assert said.returncode != 0
    assert "cap_dropp" in said.stderr
