import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from gatepost.cli.app import build
from tests.unit.cli.answering import DONE, NOTHING, PLAN, Served, serving


@pytest.fixture
def server() -> Iterator[Served]:
    with serving() as running:
        running.answers["/declarative/plan"] = (200, PLAN)
        running.answers["/declarative/apply"] = (200, DONE)
        yield running


def _apply(server: Served, tmp_path: Path, *options: str) -> Result:
    file = tmp_path / "kong.yaml"
    file.write_text('_format_version: "3.0"')
    typed = ["apply", "--admin", server.url, *options, str(file)]
    return CliRunner().invoke(build(typed), typed)


def test_what_was_shown_is_done_onto_that_version(server: Served, tmp_path: Path) -> None:
    done = _apply(server, tmp_path, "--yes")
    assert done.exit_code == 0, done.stderr
    assert done.stdout.splitlines()[-1] == (
        "1 created, 1 updated, 0 deleted. Version 8, hash ffffffffffffffff."
    )
    assert server.last[1] == "/declarative/apply"
    assert server.last[2]["if-match"] == '"7"'


def test_without_a_terminal_it_takes_a_yes(server: Served, tmp_path: Path) -> None:
    done = _apply(server, tmp_path)
    assert done.exit_code == 1
    assert "--yes" in done.stderr
    assert server.asked == []


def test_nothing_to_do_is_done(server: Served, tmp_path: Path) -> None:
    server.answers["/declarative/plan"] = (200, NOTHING)
    done = _apply(server, tmp_path, "--yes")
    assert (done.exit_code, done.stdout) == (0, "Nothing to change.\n")
    assert len(server.asked) == 1


def test_a_configuration_that_moved_is_exit_code_3(server: Served, tmp_path: Path) -> None:
    server.answers["/declarative/apply"] = (412, {"message": "moved"})
    done = _apply(server, tmp_path, "--yes")
    assert done.exit_code == 3
    assert "gatepost diff" in done.stderr


def test_json_is_for_programs(server: Served, tmp_path: Path) -> None:
    done = _apply(server, tmp_path, "--yes", "--json")
    assert json.loads(done.stdout) == DONE


def test_a_person_is_asked(server: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gatepost.cli.apply._can_ask", lambda **_: None)
    for said, status, calls in (("n", 1, 1), ("", 1, 1), ("y", 0, 2)):
        server.asked.clear()
        monkeypatch.setattr("builtins.input", lambda _, said=said: said)
        assert _apply(server, tmp_path).exit_code == status
        assert len(server.asked) == calls
