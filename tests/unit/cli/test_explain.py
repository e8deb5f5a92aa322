import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from gatepost.cli.app import build

OPEN = """
_format_version: "3.0"
services:
  - {name: a, url: "http://127.0.0.1:1", routes: [{name: r, paths: [/x]}]}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "kong.yaml"
    path.write_text(OPEN)
    return path


def explain(file: Path, *arguments: str) -> Any:
    words = ["explain", "--config", str(file), *arguments]
    return CliRunner().invoke(build(words), words)


def test_the_status_tells_whether_it_would_be_forwarded(file: Path) -> None:
    assert explain(file, "--url", "http://localhost/x/y").exit_code == 0
    refused = explain(file, "--url", "http://localhost/z")
    assert refused.exit_code == 3
    assert "404 no Route matched" in refused.stdout


def test_programs_get_json(file: Path) -> None:
    story = json.loads(explain(file, "--url", "http://localhost/x", "--json").stdout)
    assert story["outcome"] == "forward"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--url", "localhost/x"), "write http://HOST/PATH"),
        (("--url", "ftp://h/x"), "write http://HOST/PATH"),
        (("--url", "http://[::1/x"), "IPv6"),
        (("--url", "http://h:99999/x"), "Port out of range"),
        (("--url", "http://h/a%zz"), "400"),
        (("--url", "http://h/x", "-H", "no colon"), "Name: value"),
        (("--url", "http://h/x", "--address", "nobody"), "is not an IP address"),
    ],
)
def test_a_request_that_cannot_be_meant_is_told(
    file: Path, arguments: tuple[str, ...], told: str
) -> None:
    done = explain(file, *arguments)
    assert done.exit_code == 2, done.output
    assert told in done.stderr


def test_a_token_in_a_bad_url_is_not_printed(file: Path) -> None:
    done = explain(file, "--url", "localhost/x?access_token=hush-hush")
    assert "hush-hush" not in done.output
