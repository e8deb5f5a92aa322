from typing import Any

from typer.testing import CliRunner

from gatepost.cli.app import build
from gatepost.cli.control_plane_settings import SETTINGS

# A secret does not belong into a list of processes; names come with the token that makes them safe.
VARIABLES_ALONE = {
    one.name
    for one in SETTINGS
    if one.name.startswith(("admin_", "try_")) or one.name in {"database_key", "certificate_life"}
}


def run(*arguments: str, environ: dict[str, str] | None = None) -> Any:
    words = ["control-plane", *arguments]
    return CliRunner().invoke(build(words), words, env=environ)


def test_every_setting_has_its_flag() -> None:
    shown = run("--help").output
    missing = {one.name for one in SETTINGS if one.flag not in shown}
    assert missing == VARIABLES_ALONE


def test_every_wrong_setting_is_told_at_once() -> None:
    done = run("--admin", "a b", environ={"GATEPOST_COLOUR": "red"})
    assert done.exit_code == 2
    assert "--admin" in done.stderr
    assert "GATEPOST_COLOUR" in done.stderr
