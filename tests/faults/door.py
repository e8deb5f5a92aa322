"""The way to the provider: a TCP relay on a port of its own that can be shut, or swallow.

The provider's issuer names the door, so whoever calls the provider comes through here.
"""

import asyncio
import contextlib
import threading
from typing import Any, Self


class Door:
    """``shut``: connections are refused. ``swallow``: they are taken and nothing ever comes back.

    ``open`` ends either; the provider behind has noticed nothing, and knows what it knew.
    """

    def __init__(self) -> None:
        self.target = 0
        self.port = 0
        self._swallowing = False
        self._open: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.open()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def open(self) -> None:
        """Relay."""
        self._do(self._relaying(swallow=False))

    def shut(self) -> None:
        """Refuse connections, and break those that are open."""
        self._do(self._refusing())

    def swallow(self) -> None:
        """Take connections and never answer; those that are open are broken."""
        self._do(self._relaying(swallow=True))

    def close(self) -> None:
        """End the relay for good."""
        if self._thread.is_alive():
            self._do(self._refusing())
            self._do(self._ended())
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(5)
            self._loop.close()

    def _do(self, work: Any) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _relaying(self, *, swallow: bool) -> None:
        self._swallowing = swallow
        self._break()
        if self._server is None:
            self._server = await asyncio.start_server(self._relay, "127.0.0.1", self.port)
            self.port = int(self._server.sockets[0].getsockname()[1])

    async def _refusing(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        self._break()

    async def _ended(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def _break(self) -> None:
        for writer in self._open:
            writer.transport.abort()

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            if self._swallowing:
                await reader.read()
                return
            back, forth = await asyncio.open_connection("127.0.0.1", self.target)
            self._open.add(forth)
            try:
                await asyncio.gather(_copy(reader, forth), _copy(back, writer))
            finally:
                self._open.discard(forth)
                forth.close()
        except OSError:
            pass
        finally:
            self._open.discard(writer)
            writer.close()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    if not writer.is_closing():
        with contextlib.suppress(OSError):
            writer.write_eof()
