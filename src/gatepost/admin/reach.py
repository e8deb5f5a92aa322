"""Whether plugins and routes fit together, looked at where something is written.

``Snapshot.consistent`` looks at everything; here only what a write touches is looked at, so that
it costs the same with ten routes and with ten thousand. Rules as there (``model.consistency``): a
plugin speaks every protocol of the routes in its reach; a plugin's route leads to its service.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from gatepost.model import Violation
from gatepost.store.database import Reader

_ALL = frozenset({"http", "https", "grpc", "grpcs"})  # every protocol that a route can have
_PAGE = 1000


@dataclass(slots=True)
class _Known:
    version: int
    plugins: dict[str, dict[str, Any]]


@dataclass(slots=True)
class Restricted:
    """The plugins of each plane that leave a protocol out: few, mostly none, and kept in memory."""

    _planes: dict[str, _Known] = field(default_factory=dict)

    async def of(self, reader: Reader) -> list[dict[str, Any]]:
        """Return those of the reader's plane."""
        known = self._planes.get(reader.plane)
        if known is not None and known.version == reader.version:
            return list(known.plugins.values())
        changes = await reader.changed_since(known.version) if known else None
        if known is None or changes is None or not changes.complete:
            bodies = [one.body for one in await reader.all("plugins")]
            known = _Known(reader.version, {one["id"]: one for one in bodies if _leaves_out(one)})
        else:
            plugins = dict(known.plugins)
            for kind, ident in changes.removed:
                if kind == "plugins":
                    plugins.pop(ident, None)
            for kind, stored in changes.saved:
                if kind == "plugins":
                    plugins.pop(stored.id, None)
                    if _leaves_out(stored.body):
                        plugins[stored.id] = stored.body
            known = _Known(changes.version, plugins)
        if not getattr(reader, "changed", False):  # what may be undone yet is not remembered
            self._planes[reader.plane] = known
        return list(known.plugins.values())

    def moved(self, plane: str, before: int, after: int) -> None:
        """Hear that a plane went from one version to the next, and that no plugin changed."""
        known = self._planes.get(plane)
        if known is not None and known.version == before:
            known.version = after


async def of_plugin(reader: Reader, plugin: Mapping[str, Any]) -> list[Violation]:
    """Return why a plugin cannot be written: routes in its reach, or a route that leads elsewhere.

    plugin: the body that is to be saved. References that lead nowhere are the database's business.
    """
    found: list[Violation] = []
    route = await reader.get("routes", plugin["route"]) if plugin["route"] else None
    if route is not None and plugin["service"] and route.body["service"] != plugin["service"]:
        found.append(_elsewhere())
    if _leaves_out(plugin):
        spoken: set[str] = set()
        if plugin["route"]:
            spoken.update(route.body["protocols"] if route else ())
        else:
            spoken = await _protocols(reader, plugin["service"])
        found += _missing(spoken, plugin)
    return found


async def of_route(
    reader: Reader, restricted: Iterable[Mapping[str, Any]], route: Mapping[str, Any], *, new: bool
) -> list[Violation]:
    """Return why a route cannot be written: plugins that would reach it and not all it speaks.

    new: nothing can refer to the route yet.
    """
    for plugin in restricted:
        reaches = (
            plugin["route"] == route["id"]
            if plugin["route"]
            else plugin["service"] in (None, route["service"])
        )
        missing = sorted(set(route["protocols"]) - set(plugin["protocols"])) if reaches else ()
        if missing:
            message = (
                f"the plugin '{plugin['name']}' ({plugin['id']}) would reach this route but does "
                f"not speak {', '.join(missing)}; add that to the plugin's protocols first"
            )
            return [Violation(("protocols",), message)]
    if new:
        return []
    page = await reader.page("plugins", size=_PAGE, where=("route", route["id"]))
    led = [one for one in page.items if one.body["service"] not in (None, route["service"])]
    return [Violation(("service",), _ELSEWHERE)] if led else []


async def _protocols(reader: Reader, service: str | None) -> set[str]:
    """Return what the routes of a service speak, or all routes."""
    spoken: set[str] = set()
    after: str | None = None
    while True:
        where = ("service", service) if service else None
        page = await reader.page("routes", size=_PAGE, after=after, where=where)
        for route in page.items:
            spoken.update(route.body["protocols"])
        after = page.next
        if after is None:
            return spoken


def _leaves_out(plugin: Mapping[str, Any]) -> bool:
    return not _ALL.issubset(plugin["protocols"])


def _missing(spoken: set[str], plugin: Mapping[str, Any]) -> list[Violation]:
    missing = sorted(spoken - set(plugin["protocols"]))
    if not missing:
        return []
    message = (
        "restricting a plugin to some of its routes' protocols is not supported yet; "
        f"add {', '.join(missing)}"
    )
    return [Violation(("protocols",), message)]


_ELSEWHERE = "the plugin's route does not lead to its service, so it would never run"


def _elsewhere() -> Violation:
    return Violation(("service",), _ELSEWHERE)
