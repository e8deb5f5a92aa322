"""A console as a process, over an Admin API that is there or not."""

import contextlib
import http.client
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.integration.world import Process
from tests.ports import free_port


class Console:
    """url: of the console; ``ask`` sends a request and follows nothing."""

    def __init__(self, process: Process, port: int) -> None:
        self.process = process
        self.port = port
        self.url = f"http://127.0.0.1:{port}"

    def ask(
        self,
        path: str,
        method: str = "GET",
        body: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, dict[str, str], str]:
        """Return status, headers (several of one name on lines of their own) and text."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            sent = None if body is None else body.encode()
            connection.request(method, path, sent, dict(headers or {}))
            reply = connection.getresponse()
            text = reply.read().decode("utf-8", "replace")
            fields: dict[str, str] = {}
            for name, value in reply.getheaders():
                before = fields.get(name.lower())
                fields[name.lower()] = value if before is None else f"{before}\n{value}"
            return reply.status, fields, text
        finally:
            connection.close()

    def enter(self, token: str) -> str:
        """Sign in with a token; return the cookie."""
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        status, headers, text = self.ask("/enter", "POST", f"token={token}&to=/", form)
        assert status == 303, text
        return headers["set-cookie"].partition(";")[0]


@contextlib.contextmanager
def console(
    admin: str, prefix: Path | None = None, *, port: int | None = None, **settings: str
) -> Iterator[Console]:
    """Run ``gatepost console``; settings: GATEPOST_* variables by their ending."""
    with contextlib.ExitStack() as stack:
        if prefix is None:
            prefix = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gp-console-")))
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        given = {f"GATEPOST_{name}": text for name, text in settings.items()}
        port = port or free_port()
        command = [
            sys.executable, "-m", "gatepost", "console", "--admin", admin,
            "--listen", f"127.0.0.1:{port}", "--prefix", str(prefix),
        ]  # fmt: skip
        process = Process("console", command, {**kept, **given})
        try:
            process.ready()
            yield Console(process, port)
        finally:
            status = process.stop()
        assert status == 0, process.output
        assert "Traceback" not in process.output, process.output
        assert "a page failed" not in process.output, process.output
