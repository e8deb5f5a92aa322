"""Load on a node, with an oracle: each answer is held against what its credential deserves.

Connections are kept and answers read to their end, as any client does. What must never happen fails
the test by itself: a good credential refused, a bad one let through. ``failed`` is what an outage
may cause (no connection, 503), and what a configuration change must not.
"""

import asyncio
import contextlib
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tests.faults.upstream import MARK

Next = Callable[[], tuple[str, str | None, bool]]
"""Returns path, Authorization (or none) and whether it is good."""


class ClosedError(Exception):
    """The connection ended before the first byte of an answer."""


@dataclass
class Load:
    """What happened. wrong: answers that must never be. gaps: see ``longest_gap``."""

    port: int
    answers: Counter[tuple[bool, int]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    broken: Counter[str] = field(default_factory=Counter)
    repeated: int = 0
    good_at: list[float] = field(default_factory=list)

    @property
    def good(self) -> int:
        """How many good requests were answered with 200."""
        return self.answers[True, 200]

    @property
    def failed(self) -> dict[str, int]:
        """Good requests that were not answered with 200, and connections that broke."""
        found = {str(s): n for (good, s), n in self.answers.items() if good and s != 200}
        return {**found, **self.broken}

    def longest_gap(self) -> float:
        """Return the longest time, in seconds, in which no good request was answered."""
        return max((b - a for a, b in zip(self.good_at, self.good_at[1:], strict=False)), default=0)

    def note(self, path: str, status: int, *, good: bool) -> None:
        """Hold an answer against the oracle."""
        self.answers[good, status] += 1
        if good and status == 200:
            self.good_at.append(time.monotonic())
        if good and status in {401, 403, 404, 429, 500}:
            self.wrong.append(f"a good credential got {status} at {path}")
        # 502 and 504 would come from behind the gate: a bad credential must not get that far.
        if not good and status not in {401, 503}:
            self.wrong.append(f"a bad credential got {status} at {path}")


@contextlib.contextmanager
def load(port: int, following: Next, *, connections: int = 8) -> Iterator[Load]:
    """Send requests on so many connections while the block runs."""
    found, done = Load(port), threading.Event()

    async def all_of_them() -> None:
        await asyncio.gather(*(_client(found, following, done) for _ in range(connections)))

    thread = threading.Thread(target=lambda: asyncio.run(all_of_them()))
    thread.start()
    try:
        yield found
    finally:
        done.set()
        thread.join(20)
    assert not thread.is_alive(), "the load does not end: a request hangs"
    assert found.wrong == []


async def _client(found: Load, following: Next, done: threading.Event) -> None:
    streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
    try:
        while not done.is_set():
            path, authorization, good = following()
            for _ in range(2):
                used = streams is not None
                try:
                    if streams is None:
                        streams = await asyncio.open_connection("127.0.0.1", found.port)
                    status, stays = await asyncio.wait_for(
                        _exchange(*streams, path, authorization, good=good), 15
                    )
                except (OSError, ClosedError, asyncio.IncompleteReadError, TimeoutError) as error:
                    if streams is not None:
                        streams[1].transport.abort()
                    streams = None
                    if used and isinstance(error, ClosedError):
                        # A kept connection that the server ended while idle: every client asks
                        # such a request again on a new one (RFC 9112, 9.3.1).
                        found.repeated += 1
                        continue
                    found.broken[type(error).__name__] += 1
                    await asyncio.sleep(0.01)
                else:
                    found.note(path, status, good=good)
                    if not stays:
                        streams[1].close()
                        streams = None
                break
    finally:
        if streams is not None:
            streams[1].transport.abort()


async def _exchange(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    path: str,
    authorization: str | None,
    *,
    good: bool,
) -> tuple[int, bool]:
    lines = [f"GET {path} HTTP/1.1", "Host: api.test", f"{MARK}: {'good' if good else 'bad'}"]
    if authorization is not None:
        lines.append(f"Authorization: {authorization}")
    writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError) as error:
        if isinstance(error, asyncio.IncompleteReadError) and error.partial:
            raise
        raise ClosedError from error
    first, *rest = head.decode("latin-1").split("\r\n")
    fields = dict(line.lower().split(": ", 1) for line in rest if line)
    if fields.get("transfer-encoding") == "chunked":
        while size := int(await reader.readline(), 16):
            await reader.readexactly(size + 2)
        await reader.readline()
    else:
        await reader.readexactly(int(fields["content-length"]))
    return int(first.split(" ")[1]), fields.get("connection") != "close"
