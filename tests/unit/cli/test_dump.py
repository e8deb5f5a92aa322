from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from gatepost.cli.app import build
from tests.unit.cli.answering import Served, serving

TEXT = '_format_version: "3.0"\n'


@pytest.fixture
def server() -> Iterator[Served]:
    with serving() as running:
        running.answers["/declarative"] = (200, TEXT)
        yield running


def _dump(server: Served, *options: str) -> Result:
    typed = ["dump", "--admin", server.url, *options]
    return CliRunner().invoke(build(typed), typed)


def test_it_goes_to_stdout_or_to_a_file(server: Served, tmp_path: Path) -> None:
    assert _dump(server).stdout == TEXT
    assert _dump(server, "-").stdout == TEXT
    file = tmp_path / "kong.yaml"
    file.write_text("old")
    assert _dump(server, str(file)).exit_code == 0
    assert file.read_text() == TEXT
    assert [one.name for one in tmp_path.iterdir()] == ["kong.yaml"]


def test_options_are_passed_on(server: Served, tmp_path: Path) -> None:
    file = tmp_path / "kong.yaml"
    _dump(server, "--with-id", "--reveal", "--select-tag", "a", "--select-tag", "b", str(file))
    _, path, headers, _ = server.last
    assert path == "/declarative?select_tag=a&select_tag=b&with_id=true"
    assert headers["gatepost-secrets"] == "reveal"
    assert file.stat().st_mode & 0o077 == 0


def test_a_refusal_leaves_the_file_alone(server: Served, tmp_path: Path) -> None:
    server.answers["/declarative"] = (403, {"message": "This takes the role admin."})
    file = tmp_path / "kong.yaml"
    file.write_text("old")
    done = _dump(server, "--reveal", str(file))
    assert done.exit_code == 2
    assert "This takes the role admin." in done.stderr
    assert file.read_text() == "old"
