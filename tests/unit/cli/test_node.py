from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from gatepost.cli.app import build
from gatepost.cli.node_settings import MEMBER_SETTINGS

VARIABLES_ALONE = {"status_token", "trace_log", "report_every", "traces"}


def run(*arguments: str, environ: dict[str, str] | None = None) -> Any:
    words = ["node", *arguments]
    return CliRunner().invoke(build(words), words, env=environ)


def test_every_setting_has_its_flag() -> None:
    shown = run("--help").output
    missing = {one.flag for one in MEMBER_SETTINGS if one.flag not in shown}
    assert missing == {f"--{name.replace('_', '-')}" for name in VARIABLES_ALONE}


@pytest.mark.parametrize(
    ("token", "said"), [(None, "This node is not enrolled."), ("gpn_" + "x" * 20, "Copy all of it")]
)
def test_a_node_that_cannot_be_enrolled_ends_with_what_to_do(
    tmp_path: Path, token: str | None, said: str
) -> None:
    done = run(
        "--prefix", str(tmp_path / "p"), "--proxy", "127.0.0.1:0", "--proxy-ssl", "off",
        "--status", "127.0.0.1:0", environ={"GATEPOST_TOKEN": token} if token else None,
    )  # fmt: skip
    assert done.exit_code == 2
    assert said in done.stderr
    assert "READY" not in done.stdout


def test_a_file_is_no_setting_of_such_a_node() -> None:
    done = run(environ={"GATEPOST_FILE": "kong.yaml"})
    assert done.exit_code == 2
    assert "GATEPOST_FILE: there is no such setting" in done.stderr
