"""A server that answers as a test says and remembers what it was asked."""

import contextlib
import json
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

PLAN = {
    "version": 7,
    "changes": [
        {"action": "create", "kind": "routes", "id": "1", "name": "route orders", "fields": []},
        {
            "action": "update",
            "kind": "services",
            "id": "2",
            "name": "service billing",
            "fields": [{"field": "read_timeout", "before": 60000, "after": 5000}],
        },
    ],
    "summary": {"create": 1, "update": 1, "delete": 0},
    "select_tags": [],
}
NOTHING = {**PLAN, "changes": [], "summary": {"create": 0, "update": 0, "delete": 0}}
DONE = {**PLAN, "version": 8, "hash": "f" * 64}

NODE: dict[str, Any] = {
    "id": "3f2a9c1e-0000-4000-8000-000000000000",
    "hostname": "gate-1",
    "version": "0.1.0",
    "last_seen": 1_000_000 - 12,
    "cert_details": {"expiry_timestamp": 1_000_000 + 29 * 86400},
    "connected": True,
    "in_sync": True,
    "sync_status": "normal",
    "sync_reason": "",
    "revoked_at": None,
    "revoked_why": "",
}
ADMITTED = {"token": "gpn_x", "created_at": 5, "expires_at": 605, "address": "gate.example:8005"}


class Served:
    """answers: path -> (status, value, or a function that makes it).

    asked: (method, path with query, headers, body).
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.answers: dict[str, tuple[int, Any]] = {}
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []

    @property
    def last(self) -> tuple[str, str, dict[str, str], bytes]:
        return self.asked[-1]


@contextlib.contextmanager
def serving(tls: ssl.SSLContext | None = None) -> Iterator[Served]:
    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            named = {name.lower(): value for name, value in self.headers.items()}
            served.asked.append((self.command, self.path, named, body))
            status, value = served.answers.get(self.path.partition("?")[0], (404, None))
            value = value() if callable(value) else value
            text = value if isinstance(value, str) else json.dumps(value)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(text.encode())

        do_GET = do_POST = do_DELETE = _answer  # noqa: N815 - http.server's names

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        scheme = "https" if tls else "http"
        if tls:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        served = Served(f"{scheme}://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield served
        finally:
            server.shutdown()
            thread.join()
