import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from typer.testing import CliRunner

from gatepost.cli.app import build
from tests.unit.cli.answering import Served, serving

TOKEN: dict[str, Any] = {
    "id": "3f2a9c1e-0000-4000-8000-000000000000",
    "name": "pipeline",
    "role": "operator",
    "plane": None,
    "created_at": 5,
    "expires_at": None,
    "last_used_at": None,
    "revoked_at": None,
}
PLANES = {"data": [{"id": "p1", "name": "staging"}]}


@pytest.fixture
def server() -> Iterator[Served]:
    with serving() as running:
        running.answers["/tokens"] = (201, {**TOKEN, "token": "gpa_x"})
        running.answers["/v2/control-planes"] = (200, PLANES)
        running.answers[f"/tokens/{TOKEN['id']}"] = (204, None)
        yield running


def tokens(server: Served, *words: str) -> Any:
    typed = ["tokens", *words, "--admin", server.url]
    return CliRunner().invoke(build(typed), typed)


def test_a_token_goes_alone_to_stdout(server: Served) -> None:
    done = tokens(server, "create", "pipeline", "--role", "operator")
    assert (done.exit_code, done.stdout) == (0, "gpa_x\n")
    assert f"pipeline: role operator, ends in 30 d, id {TOKEN['id']}." in done.stderr
    wish = {"name": "pipeline", "role": "operator", "expires_in": 30 * 86400}
    assert json.loads(server.last[3]) == wish


def test_it_can_be_for_ever_and_for_one_control_plane(server: Served) -> None:
    words = ("--for", "ever", "--control-plane", "staging")
    done = tokens(server, "create", "x", "--role", "viewer", *words)
    assert "does not end" in done.stderr
    assert json.loads(server.last[3]) == {"name": "x", "role": "viewer", "plane": "p1"}


@pytest.mark.parametrize(
    "words", [("x",), ("x", "--role", "king"), ("x", "--role", "viewer", "--for", "soon")]
)
def test_what_cannot_be_meant_is_not_sent(server: Served, words: tuple[str, ...]) -> None:
    assert tokens(server, "create", *words).exit_code == 2
    assert server.asked == []


def test_they_are_listed_with_how_long_they_are_good(server: Served) -> None:
    now = time.time()
    listed = [
        {**TOKEN, "name": "gone", "revoked_at": 1},
        {**TOKEN, "name": "old", "expires_at": 1},
        {**TOKEN, "name": "bound", "plane": "p1", "expires_at": now + 86400 * 2.5},
        {**TOKEN, "last_used_at": now - 630},
    ]
    server.answers["/tokens"] = (200, {"data": listed, "next": None})
    shown = [line.split("  ") for line in tokens(server, "list").stdout.splitlines()]
    cells = [[cell.strip() for cell in line if cell] for line in shown]
    assert cells[0] == ["ID", "NAME", "ROLE", "CONTROL PLANE", "ENDS", "LAST USED"]
    assert cells[1][1:5] == ["bound", "operator", "staging", "in 2 d"]
    assert cells[2][1:] == ["pipeline", "operator", "all", "never", "10 min ago"]
    assert [line[1] for line in cells[3:]] == ["gone", "old"]
    assert [line[4] for line in cells[3:]] == ["revoked", "ended"]
    assert json.loads(tokens(server, "list", "--json").stdout) == listed


def test_where_there_is_none_it_says_how_to_get_one(server: Served) -> None:
    server.answers["/tokens"] = (200, {"data": [], "next": None})
    done = tokens(server, "list")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "gatepost tokens create" in done.stderr


def test_one_is_revoked_by_how_its_id_begins(server: Served) -> None:
    server.answers["/tokens"] = (200, {"data": [TOKEN]})
    done = tokens(server, "revoke", "3f2a9c1e")
    assert (done.exit_code, done.stdout) == (0, f"revoked: pipeline ({TOKEN['id']})\n")
    assert server.last[:2] == ("DELETE", f"/tokens/{TOKEN['id']}")
    server.answers["/tokens"] = (200, {"data": [{**TOKEN, "revoked_at": 1}]})
    assert tokens(server, "revoke", "3f2a9c1e").stdout.startswith("revoked before: pipeline")
    assert tokens(server, "revoke", "nobody").exit_code == 1


@pytest.mark.parametrize("words", [("create", "x", "--role", "viewer"), ("list",), ("revoke", "1")])
def test_a_refusal_is_a_failure(server: Served, words: tuple[str, ...]) -> None:
    server.answers["/tokens"] = (403, {"message": "This takes the role admin; ann has viewer."})
    done = tokens(server, *words)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "This takes the role admin; ann has viewer." in done.stderr
