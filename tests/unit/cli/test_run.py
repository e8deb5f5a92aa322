from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from gatepost.cli.app import build
from gatepost.cli.node_settings import SETTINGS

# No flag: a secret does not belong into a list of processes; a log for developers of the engine.
VARIABLES_ALONE = {"status_token", "trace_log"}


def run(*arguments: str, environ: dict[str, str] | None = None) -> Any:
    words = ["run", *arguments]
    return CliRunner().invoke(build(words), words, env=environ)


def test_every_setting_has_its_flag() -> None:
    shown = run("--help").output
    missing = {one.flag for one in SETTINGS if one.name != "file" and one.flag not in shown}
    assert missing == {f"--{name.replace('_', '-')}" for name in VARIABLES_ALONE}


def test_defaults_in_brackets_are_shown() -> None:
    shown = run("--help").output
    for default in ("[127.0.0.1:8000]", "[one for each core]", "[nobody]"):
        assert default in shown


def test_without_a_file_it_says_what_to_type() -> None:
    done = run()
    assert done.exit_code == 2
    assert "gatepost run FILE" in done.stderr


def test_every_wrong_setting_is_told_at_once() -> None:
    done = run(
        "kong.yaml", "--workers", "many", "--memory", "1", environ={"GATEPOST_COLOUR": "red"}
    )
    assert done.exit_code == 2
    for part in ("--workers", "--memory", "GATEPOST_COLOUR"):
        assert part in done.stderr


def test_an_nginx_that_is_not_there_is_told_with_a_remedy(tmp_path: Path) -> None:
    done = run("kong.yaml", "--nginx", str(tmp_path / "nginx"), "--prefix", str(tmp_path / "p"))
    assert done.exit_code == 2
    assert "No such file" in done.stderr
    assert "apt-get install nginx" in done.stderr


@pytest.mark.parametrize("text", ["", "services: ["])
def test_a_file_that_cannot_be_used_is_told_before_anything_listens(
    tmp_path: Path, text: str
) -> None:
    file = tmp_path / "kong.yaml"
    if text:
        file.write_text(text)
    done = run(
        str(file), "--prefix", str(tmp_path / "p"),
        "--proxy", "127.0.0.1:0", "--proxy-ssl", "off", "--status", "127.0.0.1:0",
    )  # fmt: skip
    assert done.exit_code == 2
    assert str(file) in done.stderr
    assert "READY" not in done.stdout
