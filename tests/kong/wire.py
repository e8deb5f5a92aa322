"""The requests: JSON over HTTP, pages followed, what is worth another try tried again."""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import aiohttp

PAGE = 1000
RETRIES = 4  # of a write that was answered with 500
FIRST_WAIT, FACTOR = 1.0, 3.0  # seconds, and how much longer each next wait is
BUSY_RETRIES = 10  # of anything that was answered with 429
BUSY_WAIT, BUSY_LONGEST = 10.0, 60.0  # seconds, where the answer names no time


class Refused(Exception):
    """An answer that is no success. status is 0 where there was no answer."""

    def __init__(self, request: str, status: int, body: str) -> None:
        super().__init__(f"{request}: HTTP status {status} (message: {body[:600]})")
        self.request = request
        self.status = status
        self.body = body


class Cut(Exception):
    """The run was to end here: as many writes as were allowed have been made."""


@dataclass
class Wire:
    """A conversation with one Admin API. hurry divides every wait, for tests.

    stop_after: how many writes go through before Cut is raised. log: each request as "METHOD path".
    """

    address: str
    session: aiohttp.ClientSession
    hurry: float = 1.0
    stop_after: int | None = None
    log: list[str] = field(default_factory=list)
    writes: int = 0

    async def get(self, path: str, query: Mapping[str, str] | None = None) -> Any:
        """Return what is there. Raises Refused."""
        return await self._send("GET", path, query=query)

    async def find(self, path: str, tolerated: Collection[int] = (404,)) -> Any:
        """Return what is there, None for an answer that is tolerated. Raises Refused."""
        try:
            return await self.get(path)
        except Refused as refusal:
            if refusal.status in tolerated:
                return None
            raise

    async def pages(self, path: str, tags: Sequence[str] = ()) -> list[dict[str, Any]]:
        """Return all of a list, following "offset" until an answer has none. Raises Refused."""
        query = {"size": str(PAGE), **({"tags": ",".join(tags)} if tags else {})}
        found: list[dict[str, Any]] = []
        while True:
            answer = await self.get(path, query)
            found += answer["data"] or []
            if answer.get("offset") is None:
                return found
            query["offset"] = answer["offset"]

    async def write(self, method: str, path: str, body: Any = None) -> Any:
        """Write, up to four times more while the answer is 500. Raises Refused, Cut."""
        wait = FIRST_WAIT
        for attempt in range(RETRIES + 1):
            if self.stop_after is not None and self.writes >= self.stop_after:
                raise Cut(f"stopped after {self.writes} writes")
            self.writes += 1
            try:
                return await self._send(method, path, body=body)
            except Refused as refusal:
                self.writes -= 1
                if refusal.status != 500 or attempt == RETRIES:
                    raise
            await asyncio.sleep(random.uniform(0.5, 1.5) * wait / self.hurry)
            wait *= FACTOR
        raise AssertionError("unreachable")

    async def _send(
        self, method: str, path: str, *, query: Mapping[str, str] | None = None, body: Any = None
    ) -> Any:
        request = f"{method} /{path}"
        headers = {} if body is None else {"Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        for attempt in range(BUSY_RETRIES + 1):
            self.log.append(request)
            try:
                async with self.session.request(
                    method, f"{self.address}/{path}", params=query, data=data, headers=headers
                ) as answer:
                    text = await answer.text()
                    status, after = answer.status, answer.headers.get("Retry-After", "")
            except (aiohttp.ClientError, TimeoutError) as trouble:
                raise Refused(request, 0, repr(trouble)) from trouble
            if status != 429 or attempt == BUSY_RETRIES:
                break
            wait = float(after) if after.isdigit() else min(BUSY_WAIT * 2**attempt, BUSY_LONGEST)
            await asyncio.sleep(wait / self.hurry)
        if not 200 <= status < 400:
            raise Refused(request, status, text)
        try:
            return json.loads(text) if text else None
        except ValueError as trouble:
            raise Refused(request, status, f"not JSON: {text}") from trouble


def segment(value: str) -> str:
    """Return a name as one segment of a path."""
    return quote(value, safe="")


def headers_of(given: Sequence[str]) -> dict[str, str]:
    """Return headers as they are given on the command line, "name: value". Raises ValueError."""
    parted = [one.partition(":") for one in given]
    if not all(colon for _, colon, _ in parted):
        raise ValueError("headers are written name:value")
    return {name.strip(): value.strip() for name, _, value in parted}


@asynccontextmanager
async def connect(
    address: str,
    headers: Mapping[str, str] | None = None,
    *,
    hurry: float = 1.0,
    stop_after: int | None = None,
) -> AsyncIterator[Wire]:
    """Open a conversation; sixty seconds are the longest that one answer may take."""
    async with aiohttp.ClientSession(
        headers=headers, timeout=aiohttp.ClientTimeout(total=60)
    ) as session:
        yield Wire(address.rstrip("/"), session, hurry, stop_after)
