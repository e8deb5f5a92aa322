"""A provider of one answer, which takes its time and counts who asks."""

import contextlib
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Counting:
    """``seconds`` an answer takes; ``asked`` holds the bodies of all calls, in order."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.asked: list[str] = []
        self.url = ""


@contextlib.contextmanager
def counting() -> Iterator[Counting]:
    """Run one. Its answer is the number of the call."""
    provider = Counting()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"] or 0))
            provider.asked.append(body.decode())
            answer = str(len(provider.asked)).encode()
            time.sleep(provider.seconds)
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        provider.url = f"http://127.0.0.1:{server.server_port}/token"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield provider
        finally:
            server.shutdown()
            thread.join()
