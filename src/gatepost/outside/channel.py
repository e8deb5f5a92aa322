"""HTTP to our own processes over UNIX sockets: nginx, the authorizers, the agent's desk."""

import asyncio
import io
import json
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiohttp

from gatepost.values import By, Fault


class Channel:
    """Calls to one process; every call has a deadline. Fault(by=OURS) when it does not answer.

    word: shown as a bearer credential, for a process that others can reach too. connections: how
    many calls may be under way; further ones wait within their deadline.
    """

    def __init__(
        self, socket: Path, name: str, *, word: str | None = None, connections: int = 8
    ) -> None:
        self.name = name
        self._headers = {"Authorization": f"Bearer {word}"} if word else {}
        self._session = aiohttp.ClientSession(
            connector=aiohttp.UnixConnector(path=str(socket), limit=connections),
            trust_env=False,
            auto_decompress=False,
            timeout=aiohttp.ClientTimeout(total=None),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._session.close()

    async def send(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        *,
        deadline: float = 10.0,
        expect: tuple[int, ...] = (200, 204),
    ) -> bytes:
        """Make one call and return the answer's body.

        Raises Fault(by=OURS): ``process.silent`` without an answer in ``deadline`` seconds,
        ``process.refused`` for a status that was not expected (its cause has status and body).
        """
        try:
            async with asyncio.timeout(deadline):
                try:
                    status, answer = await self._once(method, path, body)
                except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError):
                    # A kept connection that was closed meanwhile; all these calls may be repeated.
                    status, answer = await self._once(method, path, body)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Fault(
                "process.silent",
                f"{self.name} does not answer.",
                by=By.OURS,
                cause=type(error).__name__,
                retry_after=1,
            ) from error
        if status not in expect:
            raise Fault(
                "process.refused",
                f"{self.name} refused {method} {path}.",
                by=By.OURS,
                cause=f"{status} {answer[:300].decode('utf-8', 'replace')}",
            )
        return answer

    async def _once(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        async with self._session.request(
            method,
            f"http://{self.name}{path}",
            # in pieces: what is large would be written in one go, and everybody waits for that
            data=io.BytesIO(body) if body else None,
            headers=self._headers,
            allow_redirects=False,
        ) as reply:
            return reply.status, await reply.read()

    async def post_json(self, path: str, value: Any, *, deadline: float = 30.0) -> bytes:
        """POST a value as JSON."""
        body = json.dumps(value, separators=(",", ":")).encode()
        return await self.send("POST", path, body, deadline=deadline)

    async def get_json(self, path: str, *, deadline: float = 2.0) -> Any:
        """GET and read JSON; Fault(by=OURS) ``process.refused`` when it is none."""
        body = await self.send("GET", path, deadline=deadline)
        try:
            return json.loads(body)
        except ValueError as error:
            raise Fault(
                "process.refused", f"{self.name} answered without JSON.", by=By.OURS
            ) from error
