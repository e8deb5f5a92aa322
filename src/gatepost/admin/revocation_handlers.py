"""Revoking for all nodes of a control plane: a numbered log that each of them follows."""

import json
import time
from collections.abc import Sequence
from typing import Any

from starlette.responses import Response

from gatepost.admin.ask import Ask, answer
from gatepost.admin.audit import noted
from gatepost.admin.bodies import read_body
from gatepost.admin.caller import Role
from gatepost.admin.problem import numbered, plain
from gatepost.plugin import Revocation
from gatepost.plugin.revocation_wish import read_wish
from gatepost.values import Fault

_PAGE = 1000


async def add(ask: Ask) -> Response:
    """Revoke a token, subject, client, session, key or everything of an issuer, at every node.

    Answered when the nodes that are connected to this process have applied it, with how many those
    are; ``elsewhere`` has the ids of those that hear of it through another, unwaited for.
    """
    ask.allow(Role.OPERATOR)
    given = await read_body(ask.request)
    data = given.typed([{"for": {"type": "number"}}])
    data["who"] = ask.caller.name  # who asks is who did it
    try:
        wish = read_wish(json.dumps(data).encode())
        now = time.time()
        tags = wish.tags(await ask.control.cluster.live.issuers(ask.plane), now)
    except Fault as fault:
        raise plain(400, fault.message) from None
    entries = [Revocation(0, tag, now, until, wish.who, wish.why).to_json() for tag, until in tags]
    reached = await ask.control.cluster.revoke(ask.plane, entries)
    first = reached.last - len(entries) + 1
    written = [{**one, "number": first + place} for place, one in enumerate(entries)]
    await noted(ask, "create", "revocations", after={"entries": _told(entries), "why": wish.why})
    nodes = {
        "connected": reached.connected,
        "applied": reached.applied,
        "missing": list(reached.missing),
    }
    elsewhere = await ask.control.cluster.elsewhere(ask.plane)
    told = {"data": written, "nodes": nodes, "elsewhere": elsewhere}
    return answer({**told, "reach": _reach(nodes, len(elsewhere))}, 201)


async def page(ask: Ask) -> Response:
    """List what is revoked, oldest first; ``?after=NUMBER`` for the next page."""
    ask.allow(Role.VIEWER)
    after = ask.query.get("after", "0")
    if not (after.isascii() and after.isdecimal() and len(after) < 16):
        raise numbered(7, "after must be a number of the log")
    log = ask.control.database.revocations
    found = await log.since(ask.plane, int(after), _PAGE)
    now = time.time()
    data = [{**one.entry, "number": one.number} for one in found]
    live = [one for one in data if one.get("expires") is None or one["expires"] > now]
    following = f"{ask.path}?after={found[-1].number}" if len(found) == _PAGE else None
    return answer({"data": live, "next": following, "last": await log.last(ask.plane)})


def _told(entries: Sequence[dict[str, object]]) -> list[dict[str, object]]:
    return [{"kind": one["kind"], "parts": one["parts"]} for one in entries]


def _reach(nodes: dict[str, Any], elsewhere: int) -> str:
    applied, connected = nodes["applied"], nodes["connected"]
    words = f"{applied} of {connected} connected node{'' if connected == 1 else 's'}"
    if applied < connected:
        words += "; the others apply it when they answer again"
    if elsewhere:
        words += f"; not waited for: {elsewhere} seen at other control planes, or just gone"
    return words
