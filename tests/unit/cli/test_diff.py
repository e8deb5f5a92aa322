import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from gatepost.cli.app import build
from tests.unit.cli.answering import NOTHING, PLAN, Served, serving


@pytest.fixture
def server() -> Iterator[Served]:
    with serving() as running:
        yield running


def _diff(server: Served, tmp_path: Path, *options: str) -> Result:
    file = tmp_path / "kong.yaml"
    file.write_text('_format_version: "3.0"')
    typed = ["diff", "--admin", server.url, *options, str(file)]
    return CliRunner().invoke(build(typed), typed)


def test_changes_are_shown_and_exit_code_2(server: Served, tmp_path: Path) -> None:
    server.answers["/declarative/plan"] = (200, PLAN)
    done = _diff(server, tmp_path)
    assert done.exit_code == 2
    assert done.stdout.splitlines()[-1] == "1 to create, 1 to update, 0 to delete."


def test_no_changes_are_exit_code_0(server: Served, tmp_path: Path) -> None:
    server.answers["/declarative/plan"] = (200, NOTHING)
    done = _diff(server, tmp_path)
    assert (done.exit_code, done.stdout) == (0, "Nothing to change.\n")


def test_json_is_for_programs(server: Served, tmp_path: Path) -> None:
    server.answers["/declarative/plan"] = (200, PLAN)
    done = _diff(server, tmp_path, "--json", "--select-tag", "a")
    assert json.loads(done.stdout) == PLAN
    assert server.last[1].endswith("?select_tag=a")


def test_a_failure_is_exit_code_1(server: Served, tmp_path: Path) -> None:
    server.answers["/declarative/plan"] = (403, {"message": "This takes the role operator."})
    done = _diff(server, tmp_path)
    assert done.exit_code == 1
    assert "This takes the role operator." in done.stderr
