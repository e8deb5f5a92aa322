import json
from collections.abc import Iterator
from typing import Any

import pytest
from typer.testing import CliRunner

from gatepost.cli.app import build
from gatepost.cli.revoking import reach
from tests.unit.cli.answering import NODE, Served, serving

ONE = {**NODE, "id": "n1", "hostname": "gate-1"}
TWO = {**NODE, "id": "n2", "hostname": "gate-2"}
DATA = [{"kind": "subject", "parts": ["https://a", "ann"], "number": 7}]


def answer(*missing: str, connected: int = 2) -> tuple[int, Any]:
    nodes = {
        "connected": connected,
        "applied": connected - len(missing),
        "missing": list(missing),
    }
    return 201, {"data": DATA, "nodes": nodes, "reach": ""}


@pytest.fixture
def server() -> Iterator[Served]:
    with serving() as running:
        running.answers["/clustering/data-planes"] = (200, {"data": [ONE, TWO]})
        running.answers["/revocations"] = answer()
        yield running


def revoke(server: Served, *words: str) -> Any:
    typed = ["revoke", *words, "--admin", server.url]
    return CliRunner().invoke(build(typed), typed)


def test_it_bites_on_every_node(server: Served) -> None:
    done = revoke(server, "--subject", "ann", "--issuer", "https://a", "--for", "12h")
    assert done.exit_code == 0, done.stderr
    assert done.stdout.splitlines() == [
        "revoked: subject of https://a (number 7)",
        "applied by 2 of 2 connected nodes",
    ]
    sent = json.loads(server.asked[0][3])
    assert sent == {"subject": "ann", "issuer": "https://a", "for": 43200}


def test_a_node_that_did_not_say_so_is_named_and_is_status_4(server: Served) -> None:
    server.answers["/revocations"] = answer("n2")
    done = revoke(server, "--subject", "ann")
    assert done.exit_code == 4
    assert "applied by 1 of 2 connected nodes" in done.stdout
    assert "not yet applied by gate-2 (n2)" in done.stdout


def test_what_was_revoked_stays_done_when_the_nodes_cannot_be_listed(server: Served) -> None:
    server.answers["/clustering/data-planes"] = (500, {"message": "away"})
    assert revoke(server, "--subject", "ann").exit_code == 0
    server.answers["/revocations"] = answer("n2")
    done = revoke(server, "--subject", "ann")
    assert (done.exit_code, "not yet applied by n2" in done.stdout) == (4, True)


def test_nodes_that_are_away_are_named(server: Served) -> None:
    gone = [{**ONE, "connected": False}, {**TWO, "connected": False, "revoked_at": 1}]
    lines = reach({"connected": 0, "applied": 0, "missing": []}, gone)
    assert lines == [
        "applied by 0 of 0 connected nodes",
        "not connected: gate-1 (n1)",
        "They apply it when they hear of it; until then they may accept it.",
    ]


def test_nodes_that_were_not_waited_for_are_counted() -> None:
    lines = reach({"connected": 1, "applied": 1, "missing": []}, [ONE, TWO])
    assert lines[0] == "applied by 1 of 1 connected node"
    assert lines[1] == "not waited for: 1 more, seen within the last minutes"


@pytest.mark.parametrize("status", [400, 401, 403, 503])
def test_a_refusal_is_a_failure(server: Served, status: int) -> None:
    server.answers["/revocations"] = (status, {"message": "This takes the role operator."})
    done = revoke(server, "--subject", "ann", "--admin-token", "gpa_x")
    assert (done.exit_code, done.stdout) == (1, "")
    assert status != 403 or "This takes the role operator." in done.stderr
    assert status != 401 or "Give one with --admin-token" in done.stderr


def test_the_url_may_be_left_out(server: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEPOST_ADMIN_URL", server.url)
    for words in (["--admin", "--subject", "ann"], ["--subject", "ann", "--admin"]):
        typed = ["revoke", *words]
        done = CliRunner().invoke(build(typed), typed)
        assert done.exit_code == 0, done.stderr
    assert [one[0] for one in server.asked] == ["POST", "GET"] * 2


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "Say what to revoke"),
        (("--admin",), "Say what to revoke"),
        (("--admin", "--subject", "a", "--status", "x"), "--status and --prefix are for one"),
        (("--subject", "a", "--admin-token", "x"), "say that too"),
        (("--subject", "a", "--control-plane", "x"), "say that too"),
    ],
)
def test_a_command_that_is_unclear_is_not_sent(words: tuple[str, ...], told: str) -> None:
    typed = ["revoke", *words]
    done = CliRunner().invoke(build(typed), typed)
    assert done.exit_code == 2
    assert told in done.stderr
