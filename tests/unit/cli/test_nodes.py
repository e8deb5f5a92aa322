import json
from collections.abc import Iterator
from typing import Any

import pytest
from typer.testing import CliRunner

from gatepost.cli.app import build
from tests.ports import free_port
from tests.unit.cli.answering import ADMITTED, NODE, Served, serving

NODES = "/clustering/data-planes"
TOKENS = "/clustering/tokens"


@pytest.fixture
def server() -> Iterator[Served]:
    with serving() as running:
        running.answers[NODES] = (200, {"data": [NODE], "next": None})
        running.answers[f"{NODES}/{NODE['id']}"] = (204, None)
        running.answers[TOKENS] = (201, ADMITTED)
        yield running


def nodes(server: Served, *words: str) -> Any:
    typed = ["nodes", *words, "--admin", server.url]
    return CliRunner().invoke(build(typed), typed)


def test_a_token_is_asked_for_as_it_was_typed(server: Served) -> None:
    done = nodes(server, "token", "--for", "10m", "--address", "gate.example:8005")
    assert (done.exit_code, done.stdout) == (0, "gpn_x\n")
    assert json.loads(server.last[3]) == {"expires_in": 600, "address": "gate.example:8005"}
    assert nodes(server, "token").exit_code == 0
    assert json.loads(server.last[3]) == {}


@pytest.mark.parametrize(("field", "option"), [("expires_in", "--for"), ("address", "--address")])
def test_what_cannot_be_meant_is_told_by_its_option(
    server: Served, field: str, option: str
) -> None:
    server.answers[TOKENS] = (400, {"message": "schema violation", "fields": {field: "is bad"}})
    done = nodes(server, "token", "--for", "10m", "--address", "x")
    assert (done.exit_code, done.stdout) == (2, "")
    assert f"{option}: is bad" in done.stderr


def test_the_list_is_a_table_or_json(server: Served) -> None:
    assert "3f2a9c1e  gate-1" in nodes(server, "list").stdout
    assert json.loads(nodes(server, "list", "--json").stdout) == [NODE]


def test_a_node_is_turned_away_with_the_reason(server: Served) -> None:
    done = nodes(server, "revoke", "3f2a", "--why", "was sold & gone")
    assert done.exit_code == 0, done.stderr
    assert server.last[:2] == ("DELETE", f"{NODES}/{NODE['id']}?why=was+sold+%26+gone")
    assert f"revoked: gate-1 ({NODE['id']})" in done.stdout
    assert "until it is stopped at its machine" in done.stdout


def test_a_node_that_was_turned_away_before_is_no_failure(server: Served) -> None:
    server.answers[NODES] = (200, {"data": [{**NODE, "revoked_at": 1}]})
    done = nodes(server, "revoke", NODE["id"])
    assert (done.exit_code, done.stdout) == (0, f"revoked before: gate-1 ({NODE['id']})\n")


def test_a_node_that_is_not_there_is_a_failure(server: Served) -> None:
    done = nodes(server, "revoke", "nobody")
    assert done.exit_code == 1
    assert "There is no node with the id 'nobody'" in done.stderr
    assert [one[0] for one in server.asked] == ["GET"]


@pytest.mark.parametrize("words", [("token",), ("list",), ("revoke", "3f2a9c1e")])
@pytest.mark.parametrize("status", [401, 403, 500])
def test_a_refusal_is_a_failure_in_the_control_planes_words(
    server: Served, words: tuple[str, ...], status: int
) -> None:
    for path in (NODES, TOKENS):
        server.answers[path] = (status, {"message": "This takes the role admin."})
    done = nodes(server, *words)
    assert (done.exit_code, done.stdout) == (1, "")
    assert f"gatepost nodes {words[0]}: This takes the role admin." in done.stderr


def test_nobody_there_is_a_failure() -> None:
    typed = ["nodes", "list", "--admin", f"127.0.0.1:{free_port()}"]
    done = CliRunner().invoke(build(typed), typed)
    assert done.exit_code == 1
    assert "No control plane answers" in done.stderr
