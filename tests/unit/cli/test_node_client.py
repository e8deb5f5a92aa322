import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from gatepost.cli.node_client import StatusClient
from gatepost.values import Fault


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        answers = {
            "/good": (200, json.dumps({"token": self.headers.get("Authorization")})),
            "/bad": (403, json.dumps({"message": "The status API is closed."})),
            "/html": (200, "<html>"),
        }
        status, text = answers[self.path]
        self.send_response(status)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def url() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_the_token_is_sent_and_the_answer_read(url: str) -> None:
    assert StatusClient(url, "hush").get("/good") == {"token": "Bearer hush"}
    assert StatusClient(url).get("/good") == {"token": None}


def test_a_refusal_is_told_in_the_nodes_words(url: str) -> None:
    with pytest.raises(Fault, match="The status API is closed"):
        StatusClient(url).get("/bad")
    with pytest.raises(Fault, match="not a status API"):
        StatusClient(url).get("/html")


def test_a_node_is_found_by_its_directory(url: str, tmp_path: Path) -> None:
    (tmp_path / "node.json").write_text(json.dumps({"status": url}))
    assert StatusClient.find(None, tmp_path, {}).get("/good")
    assert StatusClient.find(None, None, {"GATEPOST_PREFIX": str(tmp_path)}).get("/good")
    assert StatusClient.find(url, None, {}).get("/good")
    assert StatusClient.find(None, None, {"GATEPOST_STATUS": url}).get("/good")


def test_no_node_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(Fault, match="gatepost run"):
        StatusClient.find(None, tmp_path, {})
    with pytest.raises(Fault, match="--status"):
        StatusClient("http://127.0.0.1:1").get("/status")
    with pytest.raises(Fault, match="is no address"):
        StatusClient("ftp://x")
