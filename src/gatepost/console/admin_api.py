"""Calls to the Admin API, with the rights of whoever looks at a page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, final
from urllib.parse import quote, urlsplit

import aiohttp
import msgspec

from gatepost.values import Secret

PATIENCE = 20.0
"""Seconds for an answer."""
_LONGEST = 64 * 1_048_576
_LOGIN_COOKIE = "gatepost_admin"
_NOT_UNIQUE = 5


class Trouble(Exception):
    """What came back instead of what was hoped for. message: for the person who looks."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Away(Trouble):
    """Nobody answers, or the database behind it is away: it may work in a moment."""


class Unknown(Trouble):
    """401: the Admin API does not know who asks (any more)."""


class Denied(Trouble):
    """403: who asks may not do this."""


class Gone(Trouble):
    """404: there is no such thing (any more)."""


class Changed(Trouble):
    """412: somebody else changed it meanwhile."""


class Invalid(Trouble):
    """400 or 409: what was sent is wrong. fields: messages by field, nested by dots.

    problems: of a file, each with ``path``, ``line`` and ``message``.
    """

    def __init__(self, message: str, fields: Mapping[str, str], problems: Any = None) -> None:
        super().__init__(message)
        self.fields = dict(fields)
        self.problems: list[dict[str, Any]] = problems if isinstance(problems, list) else []


@dataclass(frozen=True, slots=True)
class Credentials:
    """With what the Admin API is asked. address: of a browser that is not on this machine.

    A program on the Admin API's own machine needs nothing; a browser that is elsewhere does not
    become one by coming through the console, so that its address is told (``X-Forwarded-For``).
    """

    token: Secret | None = field(default=None, repr=False)
    login: Secret | None = field(default=None, repr=False)
    address: str | None = None

    @property
    def given(self) -> bool:
        """Whether there is anything to be known by."""
        return self.token is not None or self.login is not None


@dataclass(frozen=True, slots=True)
class Page:
    """Some of a collection. next: what asks for more, None when this was all."""

    items: list[dict[str, Any]]
    next: str | None


@final
class AdminApi:
    """The Admin API at one URL; for one control plane (``plane`` is its id, None for the default).

    Raises Trouble of the kind that fits, for every call that does not work.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        url: str,
        credentials: Credentials,
        *,
        plane: str | None = None,
    ) -> None:
        self._session = session
        self._credentials = credentials
        self.url = url
        self.plane = plane
        self._base = url + (f"/v2/control-planes{of(plane)}/core-entities" if plane else "")

    def at(self, plane: str | None) -> "AdminApi":
        """Return the same for another control plane."""
        return AdminApi(self._session, self.url, self._credentials, plane=plane)

    async def get(self, path: str, **query: Any) -> Any:
        """Return the JSON of an answer; query: None leaves an argument out."""
        return await self.send("GET", path, query=query)

    async def post(self, path: str, value: Any = None, **query: Any) -> Any:
        """Send JSON to be made or done."""
        return await self.send("POST", path, {} if value is None else value, query=query)

    async def put(self, path: str, value: Any) -> Any:
        """Send JSON that is to be there, whatever was."""
        return await self.send("PUT", path, value)

    async def patch(self, path: str, value: Any) -> Any:
        """Send what is to change; ``parts.saving.Held`` does it only if nobody was quicker."""
        return await self.send("PATCH", path, value)

    async def delete(self, path: str, **query: Any) -> None:
        """Delete."""
        await self.send("DELETE", path, query=query)

    async def page(
        self, path: str, *, size: int = 100, offset: str | None = None, **query: Any
    ) -> Page:
        """Return some of a collection."""
        got = await self.get(path, size=size, offset=offset, **query)
        return Page(list(got.get("data") or []), got.get("offset"))

    async def all(self, path: str, *, most: int = 10_000, **query: Any) -> list[dict[str, Any]]:
        """Return a whole collection, page after page, up to so many."""
        items: list[dict[str, Any]] = []
        offset: str | None = None
        while True:
            got = await self.page(path, size=1000, offset=offset, **query)
            items += got.items
            offset = got.next
            if offset is None or len(items) >= most:
                return items[:most]

    async def send(
        self,
        method: str,
        path: str,
        value: Any = None,
        *,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        patience: float = PATIENCE,
    ) -> Any:
        """Send a request; return the JSON that comes back, None for an empty answer."""
        return (
            await self.exchange(
                method, path, value, query=query, headers=headers, patience=patience
            )
        )[0]

    async def exchange(
        self,
        method: str,
        path: str,
        value: Any = None,
        *,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        patience: float = PATIENCE,
        text: bool = False,
    ) -> tuple[Any, Mapping[str, str]]:
        """Send a request; return the JSON and the headers, whose names are known in any case.

        value: bytes are sent as they are. text: what comes back when it works is no JSON.
        """
        if not {".", ".."}.isdisjoint(path.split("/")):
            raise Gone("There is no such thing.")  # as a name it would be a way to another path
        # paths of ours have no control plane in front: who calls, tokens, control planes
        base = self.url if path.startswith(("/v2/", "/auth/", "/tokens")) else self._base
        given = {name: str(one) for name, one in (query or {}).items() if one is not None}
        body = value if isinstance(value, bytes) else None
        if value is not None and body is None:
            body = msgspec.json.encode(value)
        try:
            async with self._session.request(
                method,
                base + path,
                params=given,
                data=body,
                headers={**self._headers(body is not None), **(headers or {})},
                timeout=aiohttp.ClientTimeout(total=patience),
                allow_redirects=False,
            ) as answer:
                content = await _whole(answer)
                if text and answer.status < 300:
                    return content.decode("utf-8", "replace"), answer.headers.copy()
                return _read(answer.status, content), answer.headers.copy()
        except TimeoutError:
            raise Away(
                f"The Admin API at {self.url} did not answer within {patience:.0f} s."
            ) from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise Away(f"The Admin API at {self.url} does not answer ({_reason(error)}).") from None

    def _headers(self, has_body: bool) -> dict[str, str]:
        held = self._credentials
        headers = {"Accept": "application/json"}
        if has_body:
            headers["Content-Type"] = "application/json"
        if held.token is not None:
            headers["Authorization"] = f"Bearer {held.token.reveal()}"
        elif held.login is not None:
            headers["Cookie"] = f"{_LOGIN_COOKIE}={held.login.reveal()}"
            # the console's pages are the API's own: who came to them was looked at in the guard
            headers["Origin"] = "{0.scheme}://{0.netloc}".format(urlsplit(self.url))
        if held.address is not None:
            headers["X-Forwarded-For"] = held.address
        return headers


def of(*segments: str) -> str:
    """Return a path of these segments, each as one whatever it holds."""
    return "".join(f"/{quote(segment, safe='')}" for segment in segments)


async def _whole(answer: aiohttp.ClientResponse) -> bytes:
    """Return all of an answer's body; it comes in pieces."""
    pieces, size = [], 0
    async for piece in answer.content.iter_any():
        pieces.append(piece)
        size += len(piece)
        if size > _LONGEST:
            raise ValueError("its answer is too long")
    return b"".join(pieces)


def _read(status: int, content: bytes) -> Any:
    if status == 204 or (status < 300 and not content):
        return None
    try:
        value = msgspec.json.decode(content)
    except msgspec.DecodeError:
        raise Away(f"What answers is no Admin API (status {status}).") from None
    if status < 300:
        return value
    told = value if isinstance(value, dict) else {}
    message = str(told.get("message") or f"The Admin API answered {status}.")
    if isinstance(told.get("error_description"), str):  # of a provider that was asked
        message += f": {told['error_description']}"
    kinds: dict[int, type[Trouble]] = {401: Unknown, 403: Denied, 404: Gone, 412: Changed}
    if status in kinds:
        raise kinds[status](message)
    if status < 500 and status != 429:
        fields = flat(told.get("fields") or {})
        if told.get("code") == _NOT_UNIQUE:  # its fields hold what was sent, not what is wrong
            fields = dict.fromkeys(fields, "Another one has this already.")
        raise Invalid(message, fields, told.get("problems"))
    raise Away(message)


def flat(fields: Any, prefix: str = "") -> dict[str, str]:
    """Return messages by field: ``{"config": {"issuer": "…"}}`` as ``{"config.issuer": "…"}``."""
    if isinstance(fields, Mapping):
        found: dict[str, str] = {}
        for name, inner in fields.items():
            found |= flat(inner, f"{prefix}.{name}" if prefix else str(name))
        return found
    if isinstance(fields, Sequence) and not isinstance(fields, str):
        found = {}
        for index, inner in enumerate(fields):
            if inner is not None:
                found |= flat(inner, f"{prefix}.{index + 1}" if prefix else str(index + 1))
        return found
    return {prefix or "@entity": str(fields)}


def _reason(error: Exception) -> str:
    reason = getattr(error, "strerror", None) or getattr(error, "os_error", None)
    return str(getattr(reason, "strerror", None) or reason or type(error).__name__)
