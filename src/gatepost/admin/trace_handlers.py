"""What became of single requests: the latest of a control plane, and the story of one."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from starlette.responses import Response

from gatepost.admin.ask import Ask, answer
from gatepost.admin.caller import Role
from gatepost.admin.paging import decoded, read_size, written_offset
from gatepost.admin.problem import not_found, plain
from gatepost.model import Snapshot
from gatepost.store.database import Traced

_SIZE = "50"
_OUTCOMES = ("forward", "refused", "answered")
_IDENT = re.compile(r"[0-9A-Za-z-]{1,64}")
_CODE = re.compile(r"[a-z0-9_.-]{1,64}")
_CURSOR = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,9})?) ([0-9A-Za-z-]{1,64})")
FILTERS = ("route", "service", "consumer", "outcome", "reason", "status", "mark", "node")
_OTHERS = ("before", "size")


async def page(ask: Ask) -> Response:
    """List the latest requests, newest first; filters choose among them.

    Such as ``/traces?outcome=refused&route=ID``.
    """
    ask.allow(Role.VIEWER)
    query = dict(ask.query)
    size = read_size(query.get("size", _SIZE))
    snapshot = (await ask.current()).snapshot
    where = read_filters(query, snapshot)
    before = _read_cursor(query.get("before"))
    if where is None:
        return answer({"data": [], "next": None})
    found = await ask.control.database.traces.find(ask.plane, where, before=before, limit=size + 1)
    following = None
    if len(found) > size:
        found = found[:size]
        cursor = written_offset(f"{found[-1].at!r} {found[-1].id}")
        kept = {name: text for name, text in query.items() if name != "before"}
        following = f"{ask.path}?before={quote(cursor)}"
        following += f"&{urlencode(kept)}" if kept else ""
    return answer({"data": [shown(one, snapshot) for one in found], "next": following})


async def show(ask: Ask) -> Response:
    """Show what became of one request, with the story of its decision where that is known."""
    ask.allow(Role.VIEWER)
    traces = ask.control.database.traces
    ident = ask.names[0]
    found = await traces.get(ask.plane, ident) if _IDENT.fullmatch(ident) else None
    if found is None:
        raise not_found()
    snapshot = (await ask.current()).snapshot
    story = told(found, snapshot)
    origin = found.summary.get("decided_by")
    if isinstance(origin, str):
        decided = await traces.get(ask.plane, origin)
        story["decided_by"] = None if decided is None else told(decided, snapshot)
    return answer(story)


def shown(one: Traced, snapshot: Snapshot) -> dict[str, Any]:
    """Return what a list shows of a request; the consumer has the name that it has now."""
    about = {name: value for name, value in one.summary.items() if name != "decided_by"}
    consumer = one.summary.get("consumer")
    if consumer is not None:
        known = snapshot.consumer("id", consumer)
        about["consumer"] = {"id": consumer, "username": known.username if known else None}
    return {**about, "at": one.at, "node": one.node}


def told(one: Traced, snapshot: Snapshot) -> dict[str, Any]:
    """Return what is shown of a request with the story of its decision."""
    return {**(one.detail or {}), **shown(one, snapshot)}


def read_filters(query: Mapping[str, str], snapshot: Snapshot) -> dict[str, Any] | None:
    """Return what is searched for; None for a consumer that is not there.

    Raises Refused (400) that says what can be asked for.
    """
    unknown = sorted(set(query) - {*FILTERS, *_OTHERS})
    if unknown:
        every = ", ".join((*FILTERS, *_OTHERS))
        raise plain(400, f"there is no filter {unknown[0][:100]!r}; there are: {every}")
    where: dict[str, Any] = {name: query[name] for name in FILTERS if query.get(name)}
    for name in ("route", "service", "mark", "node"):
        if name in where and not _IDENT.fullmatch(where[name]):
            what = "a mark" if name == "mark" else "an id"
            raise plain(400, f"{name} must be {what}: at most 64 letters, digits and dashes")
    if where.get("outcome") not in {None, *_OUTCOMES}:
        raise plain(400, f"outcome must be one of: {', '.join(_OUTCOMES)}")
    if "reason" in where:
        if not _CODE.fullmatch(where["reason"]):
            raise plain(400, "reason must be a code, such as token.expired")
        where["code"] = where.pop("reason")
    if "status" in where:
        if not re.fullmatch(r"[1-5][0-9]{2}", where["status"]):
            raise plain(400, "status must be a number from 100 to 599")
        where["status"] = int(where["status"])
    if "consumer" in where:
        asked = where["consumer"]
        known = snapshot.consumer("id", asked) or snapshot.consumer("username", asked)
        if known is None and not _IDENT.fullmatch(asked):
            return None
        where["consumer"] = known.id if known is not None else asked
    return where


def _read_cursor(text: str | None) -> tuple[float, str] | None:
    if not text:
        return None
    found = _CURSOR.fullmatch(decoded(text))
    if found is None:
        raise plain(400, "before must be taken from the next of the page before")
    return float(found[1]), found[2]
