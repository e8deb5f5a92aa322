"""What Kong tells of the health of targets: here, that nobody checks it yet.

A target cannot be marked unhealthy, because no node would hear of it; weight 0 takes it out.
"""

import functools
from typing import Any

from starlette.responses import Response

from gatepost.admin.ask import Ask, answer
from gatepost.admin.caller import Role
from gatepost.admin.entity_handlers import Collection, Via
from gatepost.admin.looking import must
from gatepost.admin.paging import page, read_wanted
from gatepost.admin.problem import numbered
from gatepost.admin.shown import shown

UNCHECKED = "HEALTHCHECKS_OFF"
_VIA = Via("upstreams", "upstream")

all_targets = Collection("targets", _VIA)


async def health(ask: Ask) -> Response:
    """Show the targets of an upstream with their health, or that of the whole balancer."""
    ask.allow(Role.VIEWER)
    wanted = read_wanted(ask.query)
    async with ask.control.database.reading(ask.plane) as reader:
        upstream = await must(reader, "upstreams", ask.names[0])
        if ask.query.get("balancer_health") in {"1", "true"}:
            told = {"data": {"health": UNCHECKED, "id": upstream.id, "details": {}}}
            return answer(told | {"next": None, "node_id": ask.control.node_id})
        where = ("upstream", upstream.id)
        got = await reader.page("targets", size=wanted.size, after=wanted.after, where=where)
        data: list[dict[str, Any]] = [
            {**shown("targets", one, ask.control.registry), "health": UNCHECKED}
            for one in got.items
        ]
    told = page(data, got.next, ask.path, wanted)
    return answer(told | {"node_id": ask.control.node_id})


async def mark(ask: Ask, *, word: str) -> Response:
    """Refuse to mark a target, which changes nothing on any node. word: healthy or unhealthy."""
    ask.allow(Role.OPERATOR)
    async with ask.control.database.reading(ask.plane) as reader:
        within = await _VIA.within(reader, ask)
        await must(reader, "targets", ask.names[1], within)
    raise numbered(
        12,
        f"cannot mark a target {word}: nodes do not check the health of targets yet; "
        "set its weight to 0 to take it out",
    )


mark_healthy = functools.partial(mark, word="healthy")
mark_unhealthy = functools.partial(mark, word="unhealthy")
