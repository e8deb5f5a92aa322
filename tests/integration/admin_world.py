"""A control plane as a process on free ports, and a client that speaks to its Admin API."""

import contextlib
import http.client
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.integration.world import Answer, Process
from tests.ports import free_port


class Admin:
    """Speaks to an Admin API over one connection that is kept."""

    def __init__(self, port: int, base: str = "") -> None:
        self.port = port
        self.base = base
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def send(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        try:
            self._connection.request(method, self.base + path, body, dict(headers or {}))
            reply = self._connection.getresponse()
        except (ConnectionError, http.client.HTTPException):
            self._connection.close()
            self._connection.request(method, self.base + path, body, dict(headers or {}))
            reply = self._connection.getresponse()
        content = reply.read()
        fields = tuple(reply.getheaders())
        return Answer(reply.status, {k.lower(): v for k, v in fields}, content, fields)

    def json(self, method: str, path: str, value: Any = None, **headers: str) -> Answer:
        """Send JSON; header names are written with ``_`` for ``-``."""
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        if value is None:
            return self.send(method, path, None, named)
        body = json.dumps(value).encode()
        return self.send(method, path, body, {"Content-Type": "application/json", **named})

    def form(self, method: str, path: str, *fields: str) -> Answer:
        """Send what ``curl --data`` would send for each of the fields."""
        body = "&".join(fields).encode()
        return self.send(method, path, body, {"Content-Type": "application/x-www-form-urlencoded"})

    def get(self, path: str, **query: Any) -> Any:
        """Return the JSON of an answer that must be 200."""
        asked = f"{path}?{urlencode(query)}" if query else path
        reply = self.send("GET", asked)
        assert reply.status == 200, (reply.status, reply.body)
        return reply.json()

    def make(self, path: str, **data: Any) -> Any:
        """Create an entity, which must work, and return it."""
        reply = self.json("POST", path, data)
        assert reply.status == 201, (reply.status, reply.body)
        return reply.json()

    def close(self) -> None:
        self._connection.close()


@contextlib.contextmanager
def control_plane(
    database: str | None = None, prefix: Path | None = None, **settings: str
) -> Iterator[Admin]:
    """Run ``gatepost control-plane``; settings: GATEPOST_* variables by their ending."""
    with contextlib.ExitStack() as stack:
        if prefix is None:
            prefix = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gp-")))
        process = start(prefix, database, **settings)
        try:
            ready = process.ready()
            admin = Admin(int(ready.partition("admin=http://127.0.0.1:")[2].split()[0]))
            yield admin
            admin.close()
        finally:
            status = process.stop()
        assert status == 0, process.output
        assert "unexpected" not in process.output, process.output


def start(prefix: Path, database: str | None = None, **settings: str) -> Process:
    """Start the process; ``ready`` of what is returned waits for it."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    given = {f"GATEPOST_{name}": text for name, text in settings.items()}
    if database is not None:
        given["GATEPOST_DATABASE"] = database
    where = ["--admin", f"127.0.0.1:{free_port()}", "--cluster", f"127.0.0.1:{free_port()}"]
    command = [sys.executable, "-m", "gatepost", "control-plane", *where, "--prefix", str(prefix)]
    return Process("control-plane", command, {**kept, **given})
