"""What a node says of itself: Kong's ``/status`` with ours beside it, and all metrics."""

import asyncio
import platform
import resource
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from gatepost import __version__
from gatepost.node.families import FAMILIES
from gatepost.node.metrics import Exposition
from gatepost.node.processes import Supervised
from gatepost.outside import as_text

if TYPE_CHECKING:
    from gatepost.node.agent import Agent

_CONNECTIONS = ("active", "reading", "writing", "waiting", "accepted", "handled")
_EMPTY = "0" * 32


async def status(agent: "Agent") -> dict[str, Any]:
    """Return Kong's fields (server, memory, configuration_hash), then processes and providers.

    configuration_hash has 32 digits as Kong's; 32 zeros before the first configuration.
    """
    engine, *texts = await asyncio.gather(
        agent.engine.metrics(), *(member.metrics() for member in agent.authorizers.members)
    )
    configuration, source = agent.configuration, agent.source.status()
    server = engine.get("server") or {}
    return {
        "server": {
            **{
                f"connections_{name}": _whole(server, f"connections_{name}")
                for name in _CONNECTIONS
            },
            "total_requests": _whole(server, "total_requests"),
        },
        "memory": _memory(engine),
        "configuration_hash": configuration.snapshot.hash[:32] if configuration else _EMPTY,
        "ready": agent.not_ready() is None,
        "version": __version__,
        "engine": agent.nginx.version,
        "python": platform.python_version(),
        "uptime": round(time.time() - agent.began, 3),
        **source,
        "configuration": {
            **source.get("configuration", {}),
            "hash": configuration.snapshot.hash if configuration else None,
            "changed_at": agent.running.changed_at,
            "versions": agent.running.versions,
            "problem": agent.last_problem,
        },
        "processes": [
            _process(agent.engine.process),
            *(_process(member.process) for member in agent.authorizers.members),
        ],
        "names": {"unresolved": list(agent.names.unresolved)},
        "providers": _providers("".join([*texts, as_text(agent.errands.samples())])),
        "revocations": {
            "last": agent.revoking.last,
            "live": len(agent.revoking.live()),
            "reach": str(agent.rooms.reach),
        },
        "rooms": agent.rooms.status(),
    }


async def metrics(agent: "Agent") -> str:
    """Return the samples of nginx, of all authorizers added up, and of the agent."""
    engine, *texts = await asyncio.gather(
        agent.engine.metrics(), *(member.metrics() for member in agent.authorizers.members)
    )
    out = Exposition()
    for family, (kind, help_) in FAMILIES.items():
        out.about(family, kind, help_)
    for text in texts:
        out.merge(text)
    configuration = agent.configuration
    consumers = configuration.snapshot.consumers if configuration else ()
    _engine(out, engine, {one.id: one.username or one.custom_id or one.id for one in consumers})
    _own(out, agent)
    return out.text()


def _own(out: Exposition, agent: "Agent") -> None:
    out.add("gatepost_ready", float(agent.not_ready() is None))
    out.add("gatepost_configuration_versions_total", agent.running.versions)
    out.add("gatepost_configuration_bad", float(agent.last_problem is not None))
    out.add("gatepost_revocation_last", agent.revoking.last)
    for process in (agent.engine.process, *(m.process for m in agent.authorizers.members)):
        labels = {"process": process.name.replace(" ", "-")}
        out.add("gatepost_process_up", float(process.up), labels)
        out.add("gatepost_process_restarts_total", max(0, process.restarts), labels)
    for room in agent.rooms:
        out.add("gatepost_room_up", float(room.connected), {"room": room.name})
        out.add("gatepost_room_revocations_total", room.heard, {"room": room.name})
    above = agent.source.status().get("control_plane")
    if above is not None:
        out.add("gatepost_control_plane_up", float(above["connected"]))
        expires = above["certificate_expires"] or 0.0
        out.add("gatepost_control_plane_certificate_expires", expires)
    out.merge(as_text(agent.errands.samples()))
    used = resource.getrusage(resource.RUSAGE_SELF)
    out.add("gatepost_agent_cpu_seconds_total", round(used.ru_utime + used.ru_stime, 3))


def _engine(out: Exposition, engine: Mapping[str, Any], consumers: Mapping[str, str]) -> None:
    """Write nginx's counters; their names are a kind and what tells them apart, with tabs.

    consumers: names by id. Those beyond what nginx counts apart are ``other``.
    """
    counters: Mapping[str, Any] = engine.get("counters") or {}
    edges = [float(edge) for edge in engine.get("edges") or ()]
    routes = {
        key.split("\t")[1]: str(value).split("\t")
        for key, value in counters.items()
        if key.startswith("route\t")
    }
    histograms: dict[str, dict[int, float]] = {}
    for key, value in sorted(counters.items()):
        if not isinstance(value, int | float):
            continue
        kind, *rest = key.split("\t")
        match kind, rest:
            case "decision", [event]:
                out.add("gatepost_decisions_total", value, {"event": event})
            case "bytes", [what, _]:
                out.add("gatepost_memory_bytes", value, {"memory": what})
            case "running", [_]:
                out.add("gatepost_requests_running", value)
            case "request", [route, slot]:
                histograms.setdefault(route, {})[int(slot)] = value
            case "consumer", [route, consumer, group]:
                name, service = _names(routes, route)
                out.add(
                    "gatepost_consumer_requests_total",
                    value,
                    {
                        "route": name,
                        "service": service,
                        "consumer": consumers.get(consumer, consumer or "other"),
                        "code": _code(int(group)),
                    },
                )
            case "route", _:
                pass
            case _, []:
                out.add(f"gatepost_{kind}_total", value)
    for route, slots in histograms.items():
        _histogram(out, _names(routes, route), slots, edges)
    for name, zone in sorted((engine.get("zones") or {}).items()):
        for what in ("capacity", "free"):
            out.add("gatepost_zone_bytes", float(zone.get(what) or 0), {"zone": name, "what": what})


def _names(routes: Mapping[str, list[str]], route: str) -> tuple[str, str]:
    """Return what a route is called (its id where it has no name), and the id of its service."""
    name, service = [*routes.get(route, []), "", ""][:2]
    return name or route, service


def _code(group: int) -> str:
    return f"{group}xx" if group else "other"


def _histogram(
    out: Exposition, names: tuple[str, str], slots: Mapping[int, float], edges: list[float]
) -> None:
    """Slots are 6 classes of status with 16 buckets each, then the sum of seconds."""
    labels = {"route": names[0], "service": names[1]}
    buckets = [0.0] * (len(edges) + 1)
    for group in range(6):
        counts = [slots.get(group * 16 + index, 0.0) for index in range(16)]
        if any(counts):
            code = _code(group)
            out.add("gatepost_http_requests_total", sum(counts), {**labels, "code": code})
        for index, number in enumerate(counts):
            buckets[min(index, len(edges))] += number
    total = 0.0
    family = "gatepost_http_request_seconds"
    for edge, number in zip([*map(str, edges), "+Inf"], buckets, strict=True):
        total += number
        out.add(f"{family}_bucket", total, {**labels, "le": edge}, family=family)
    out.add(f"{family}_sum", slots.get(96, 0.0), labels, family=family)
    out.add(f"{family}_count", total, labels, family=family)


def _memory(engine: Mapping[str, Any]) -> dict[str, Any]:
    counters: Mapping[str, Any] = engine.get("counters") or {}
    workers = [
        {"worker": key.split("\t")[2], "http_allocated_gc": f"{value / 2**20:.2f} MiB"}
        for key, value in sorted(counters.items())
        if key.startswith("bytes\tlua\t")
    ]
    zones = {
        name: {
            "capacity": f"{zone.get('capacity', 0) / 2**20:.2f} MiB",
            "allocated_slabs": f"{(zone.get('capacity', 0) - zone.get('free', 0)) / 2**20:.2f} MiB",
        }
        for name, zone in sorted((engine.get("zones") or {}).items())
    }
    return {"workers_lua_vms": workers, "lua_shared_dicts": zones}


def _process(process: Supervised) -> dict[str, Any]:
    return {
        "name": process.name,
        "pid": process.pid,
        "up": process.up,
        "restarts": max(0, process.restarts),
    }


def _providers(text: str) -> list[dict[str, Any]]:
    """Return the calls to providers by purpose: how many came back well and how many did not."""
    out: dict[str, dict[str, int]] = {}
    for line in text.splitlines():
        if line.startswith("gatepost_provider_calls_total{"):
            inner, _, number = line.partition("{")[2].rpartition("} ")
            labels = dict(pair.split("=", 1) for pair in inner.replace('"', "").split(","))
            found = out.setdefault(labels.get("purpose", ""), {"good": 0, "bad": 0})
            good = labels.get("result", "") in {"2xx", "4xx"}
            found["good" if good else "bad"] += int(float(number))
    return [{"purpose": purpose, **found} for purpose, found in sorted(out.items())]


def _whole(values: Mapping[str, Any], name: str) -> int:
    value = values.get(name)
    return int(value) if isinstance(value, int | float) else 0
