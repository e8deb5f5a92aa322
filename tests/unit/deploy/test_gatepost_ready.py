import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.unit.deploy.settings import DEPLOY


class Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/good" else 503)
        self.end_headers()
        self.wfile.write(b'{"message": "no configuration available"}')

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as http:
        threading.Thread(target=http.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{http.server_port}"
        http.shutdown()


def ask(*arguments: str) -> subprocess.CompletedProcess[str]:
    script = str(DEPLOY / "image/gatepost-ready")
    return subprocess.run(
        [sys.executable, script, *arguments], capture_output=True, text=True, check=False
    )


def test_an_address_that_answers_200_is_ready(server: str) -> None:
    said = ask(f"{server}/good")
    assert (said.returncode, said.stdout, said.stderr) == (0, "", "")


def test_another_answer_is_told(server: str) -> None:
    said = ask(f"{server}/bad")
    assert said.returncode == 1
    assert "503" in said.stderr
    assert "no configuration available" in said.stderr


def test_nobody_there_and_nothing_asked_are_told(server: str) -> None:
    said = ask("http://127.0.0.1:1/")
    assert said.returncode == 1
    assert "not ready" in said.stderr
    assert "usage" in ask().stderr
