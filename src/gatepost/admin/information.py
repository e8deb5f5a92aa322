"""What the control plane tells of itself, its paths and the tags of its entities."""

import asyncio
import resource
from typing import Any

from starlette.responses import Response

from gatepost import __version__
from gatepost.admin.ask import Ask, answer
from gatepost.admin.caller import Role
from gatepost.admin.digest import digest
from gatepost.admin.paging import decoded, page, read_wanted
from gatepost.admin.problem import invalid_offset, plain
from gatepost.values import Fault

KONG_VERSION = "3.10.0"
"""Whose Admin API this is like; tools that speak to Kong decide by it what they may ask."""

_COUNTS = (
    "connections_accepted",
    "connections_active",
    "connections_handled",
    "connections_reading",
    "connections_waiting",
    "connections_writing",
    "total_requests",
)


async def root(ask: Ask) -> Response:
    """Say who this is. Tools look for ``version``, ``configuration`` and ``plugins``."""
    ask.allow(Role.VIEWER)
    registry = ask.control.registry
    available = {
        name: {"version": __version__, "priority": registry.plugin(name).priority}
        for name in registry.names
    }
    enabled = sorted({one.name for one in (await ask.current()).snapshot.plugins})
    return answer(
        {
            "tagline": "Welcome to gatepost",
            "version": KONG_VERSION,
            "gatepost_version": __version__,
            "edition": "community",
            "hostname": ask.control.hostname,
            "node_id": ask.control.node_id,
            "plugins": {"available_on_server": available, "enabled_in_cluster": enabled},
            "configuration": dict(ask.control.about),
            "timers": {"running": 0, "pending": 0},
        }
    )


async def status(ask: Ask) -> Response:
    """Say how this process is, and which configuration its nodes should have.

    It serves no traffic, so there are no connections to count. ``?content_hash=true`` adds a hash
    that leaves the times of writing out, so that a dump that was written back has it again.
    """
    ask.allow(Role.VIEWER)
    told: dict[str, Any] = {"database": {"reachable": True}}
    try:
        current = await ask.current()
        told["configuration_hash"] = current.hash[:32]
        told["configuration_version"] = current.version
        if ask.query.get("content_hash"):
            told["content_hash"] = await asyncio.to_thread(digest, current.snapshot)
    except Fault:
        told["database"] = {"reachable": False}
    kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return answer(
        {
            **told,
            "memory": {"process": {"most_resident": f"{kib / 1024:.2f} MiB"}},
            "server": dict.fromkeys(_COUNTS, 0),
        }
    )


async def endpoints(ask: Ask) -> Response:
    """List every path, with names in braces."""
    ask.allow(Role.VIEWER)
    return answer({"data": [one.template for one in ask.control.paths.all()], "next": None})


async def tags(ask: Ask) -> Response:
    """List which entities have tags, or the tag that the path names."""
    ask.allow(Role.VIEWER)
    query = {name: text for name, text in ask.query.items() if name in {"size", "offset"}}
    wanted = read_wanted({name: text for name, text in query.items() if name != "offset"})
    offset = query.get("offset")
    after = decoded(offset) if offset else None
    tag = ask.names[0] if ask.names else None
    async with ask.control.database.reading(ask.plane) as reader:
        try:
            got = await reader.tags(tag, size=wanted.size, after=after)
        except ValueError:
            raise invalid_offset(offset or "") from None
    data: list[Any] = [one._asdict() for one in got.items]
    return answer(page(data, got.next, ask.path, wanted))


async def no_config(ask: Ask) -> Response:
    """Refuse to take a whole configuration: that is for Kong without a database."""
    ask.allow(Role.OPERATOR)
    raise plain(
        400,
        "this endpoint is only available when Kong is configured to not use a database",
    )
