"""Traces of single requests: what nginx tells of each, joined with what its authorizer traced.

Nothing of it is kept here for long: while nobody wants traces they wait, few and the newest, in the
processes that made them.
"""

import asyncio
import json
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Any

from gatepost.feed.messages import BATCH, Message, Traces, write
from gatepost.plugin.masks import Masks
from gatepost.values import Headers

log = logging.getLogger("gatepost.node")

_EVERY = 1.0
_ROUNDS = 3
"""Rounds for which what an authorizer traced waits for the request's end."""
_WAITING = 400
_PIECE = 256 * 1024
"""Bytes of traces in one message."""
_AT_ONCE = 100
"""Entries of one round; the more telling ones go first."""
_OUTCOMES = {"F": "forward", "R": "refused", "P": "answered"}
_TEXT = 300
_PATH = 1024

Told = dict[str, Any]
Fetch = Callable[[], Awaitable[tuple[list[Told], list[Told]]]]
"""Returns what nginx tells, and what the authorizers do, since it was asked the last time."""
Services = Callable[[], Mapping[str, str | None]]
"""Returns the service of each route by id."""


def records(data: bytes) -> list[Told]:
    """Read a process's JSON list of records; what is none is left out."""
    try:
        found = json.loads(data.decode("utf-8", "replace"))
    except ValueError:
        return []
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


class Tracing:
    """Sends traces up every second, while somebody there wants them.

    fetch, services: see there. send: returns whether it could be sent.
    """

    def __init__(
        self,
        fetch: Fetch,
        services: Services,
        send: Callable[[Message], Awaitable[bool]],
    ) -> None:
        self.wanted = False
        self._fetch = fetch
        self._services = services
        self._send = send
        self._waiting: OrderedDict[str, tuple[int, Told]] = OrderedDict()
        self._round = 0

    async def run(self) -> None:
        """Fetch, join and send, for as long as this runs."""
        while True:
            await asyncio.sleep(_EVERY)
            if not self.wanted:
                continue
            try:
                await self.once()
            except Exception:  # the node is worth more than what it tells of itself
                log.exception("traces could not be sent")

    async def once(self) -> None:
        """Do it once. What cannot be sent is dropped."""
        requests, details = await self._fetch()
        for batch in batches(self.joined(requests, details)):
            if not await self._send(Traces(entries=batch)):
                return

    def joined(self, requests: Sequence[Told], details: Sequence[Told]) -> list[Told]:
        """Return entries; what an authorizer traced waits a little for the end of its request."""
        self._round += 1
        for one in details:
            self._waiting[str(one.get("id"))] = self._round, one
        entries = []
        services = self._services()
        for request in requests:
            _, detail = self._waiting.pop(str(request.get("id")), (0, {}))
            entries.append(entry(request, detail, services))
        while self._waiting:
            since, detail = next(iter(self._waiting.values()))
            if since > self._round - _ROUNDS and len(self._waiting) <= _WAITING:
                break
            self._waiting.popitem(last=False)
            entries.append(entry({}, detail, services))
        return sorted(entries, key=_telling)[:_AT_ONCE]


def entry(request: Told, detail: Told, services: Mapping[str, str | None]) -> Told:
    """Return one entry. request: of nginx, empty while it runs. detail: of an authorizer, or empty.

    Of what both know the authorizer's is taken: it knows what was secret in the request.
    """
    masks = Masks(Headers(), b"", None)

    def known(name: str, longest: int = _TEXT) -> str | None:
        value = detail.get(name)
        value = request.get(name) if value is None else value
        return masks.text(value)[:longest] if isinstance(value, str) else None

    route = known("route")
    asked = bool(detail) or request.get("level") == "asked"
    decided_by = request.get("decided_by")
    told: Told = {
        "id": known("id"),
        "at": request.get("at") or detail.get("at"),
        "route": route,
        "service": services.get(route or ""),
        "consumer": known("consumer"),
        "method": known("method", 32),
        "scheme": known("scheme", 8),
        "host": known("host", 255),
        "path": known("path", _PATH),
        "status": request.get("status") or detail.get("status"),
        "outcome": _outcome(request, detail),
        "code": known("code"),
        "message": known("message") or _text(masks, request.get("refusal")),
        "memory": "asked" if asked else request.get("level") or "none",
        "seconds": _rounded(request.get("seconds")),
        "upstream_seconds": _upstream(request.get("upstream")),
        "mark": known("mark", 64),
        "decided_by": decided_by if isinstance(decided_by, str) and not asked else None,
    }
    if isinstance(detail.get("detail"), dict):
        told["detail"] = detail["detail"]
    return told


def batches(entries: Sequence[Told]) -> Iterator[list[Told]]:
    """Yield entries in lists that fit into a message each."""
    batch: list[Told] = []
    size = 0
    for one in entries:
        length = len(write(Traces(entries=[one])))
        if batch and (size + length > _PIECE or len(batch) >= BATCH):
            yield batch
            batch, size = [], 0
        batch.append(one)
        size += length
    if batch:
        yield batch


def _telling(one: Told) -> tuple[bool, bool, bool]:
    return one["mark"] is None, one["outcome"] != "refused", "detail" not in one


def _outcome(request: Told, detail: Told) -> str:
    """What was decided; a request that nginx itself refused, before or after that, is refused."""
    found = detail.get("outcome") or _OUTCOMES.get(str(request.get("kind")))
    if found == "forward" and request and not request.get("forwarded"):
        return "refused"
    return found or ("forward" if request.get("forwarded") else "refused")


def _upstream(text: object) -> float | None:
    """Return the sum of nginx's times, such as ``0.002, 0.013 : 0.001``; a dash is none."""
    if not isinstance(text, str):
        return None
    times = [float(one) for one in text.replace(":", ",").replace(",", " ").split() if one != "-"]
    return _rounded(sum(times)) if times else None


def _rounded(value: object) -> float | None:
    return round(float(value), 4) if isinstance(value, int | float) else None


def _text(masks: Masks, value: object) -> str | None:
    return masks.text(value)[:_TEXT] if isinstance(value, str) else None
