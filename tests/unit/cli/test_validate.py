from pathlib import Path

import pytest
import typer

from gatepost.cli.validate import validate

GOOD = """
_format_version: "3.0"
services:
  - {name: a, url: "http://127.0.0.1:1", routes: [{name: r, paths: [/x]}]}
"""


def test_a_good_file_is_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "kong.yaml"
    file.write_text(GOOD)
    validate(file)
    assert "is good: 1 services, 1 routes, 0 plugins, hash " in capsys.readouterr().out


def test_each_mistake_has_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "kong.yaml"
    file.write_text(GOOD.replace("/x]", "x]").replace("name: a", "name: a, colour: red"))
    with pytest.raises(typer.Exit) as caught:
        validate(file)
    assert caught.value.exit_code == 2
    told = capsys.readouterr().err
    assert "has 2 mistakes" in told
    assert told.count("line 4: services[0]") == 2


def test_a_file_that_is_no_yaml_is_told_with_a_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "kong.yaml"
    file.write_text("a: [1\nb: 2\n")
    with pytest.raises(typer.Exit):
        validate(file)
    assert "line 2: invalid YAML" in capsys.readouterr().err
