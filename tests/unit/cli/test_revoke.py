import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from typer.testing import CliRunner

from gatepost.cli.app import build


class Node(BaseHTTPRequestHandler):
    """A node that takes every wish, for two issuers where none is named."""

    wishes: list[dict[str, Any]]

    def do_POST(self) -> None:
        wish = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.wishes.append(wish)
        issuers = [wish["issuer"]] if "issuer" in wish else ["https://a", "https://b"]
        data = [
            {"kind": "subject", "parts": [issuer, "ann"], "number": number}
            for number, issuer in enumerate(issuers, 1)
        ]
        self.send_response(201)
        self.end_headers()
        self.wfile.write(json.dumps({"data": data, "reach": "this node only"}).encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def node() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    wishes: list[dict[str, Any]] = []
    handler = type("Handler", (Node,), {"wishes": wishes})
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", wishes
        server.shutdown()
        thread.join()


def revoke(*arguments: str, stdin: str = "") -> Any:
    words = ["revoke", *arguments]
    return CliRunner().invoke(build(words), words, input=stdin)


def test_a_wish_is_sent_with_who_and_why(node: tuple[str, list[dict[str, Any]]]) -> None:
    url, wishes = node
    done = revoke("--subject", "ann", "--for", "12h", "--why", "left", "--status", url)
    assert done.exit_code == 0, done.stderr
    (wish,) = wishes
    assert wish.pop("who")
    assert wish == {"subject": "ann", "for": 43200.0, "why": "left"}
    assert "revoked: subject of https://a (number 1)" in done.stdout
    assert "No issuer was named" in done.stdout
    assert "reach: this node only" in done.stdout


def test_a_named_issuer_needs_no_remark(node: tuple[str, list[dict[str, Any]]]) -> None:
    done = revoke("--subject", "ann", "--issuer", "https://b", "--status", node[0])
    assert "No issuer was named" not in done.stdout


def test_a_token_is_read_from_stdin_and_never_printed(
    node: tuple[str, list[dict[str, Any]]],
) -> None:
    url, wishes = node
    done = revoke("--token", "-", "--status", url, stdin="hush-hush\n")
    assert wishes[0]["token"] == "hush-hush"
    assert "hush-hush" not in done.output


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "Say what to revoke"),
        (("--why", "because"), "Say what to revoke"),
        (("--token", "-"), "No token came on stdin"),
        (("--subject", "ann", "--for", "ever"), "--for"),
    ],
)
def test_a_wish_that_cannot_be_meant_never_reaches_a_node(
    node: tuple[str, list[dict[str, Any]]], arguments: tuple[str, ...], told: str
) -> None:
    url, wishes = node
    done = revoke(*arguments, "--status", url)
    assert (done.exit_code, wishes) == (2, [])
    assert told in done.stderr


def test_without_a_node_it_says_where_it_looked() -> None:
    done = revoke("--subject", "ann", "--status", "http://127.0.0.1:1")
    assert done.exit_code == 1
    assert "No node answers at http://127.0.0.1:1" in done.stderr
