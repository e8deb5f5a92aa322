"""Plugins as somebody supposes they were: in a copy of the configuration, checked as a write is."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import uuid4

import msgspec

from gatepost.admin.drafting import checked
from gatepost.admin.plugin_config import canonical_config, merged_config
from gatepost.admin.problem import plain
from gatepost.model import Plugin, Snapshot, Violation, check_references
from gatepost.plugin import Registry

MOST = 20
"""Plugins that are supposed at once."""


class Wish(msgspec.Struct, forbid_unknown_fields=True):
    """One plugin: of this id; or of this name at this route or service, else everywhere.

    config is merged as ``PATCH`` does. One that is not there is added.
    """

    id: str | None = None
    name: str | None = None
    route: str | None = None
    service: str | None = None
    config: dict[str, Any] | None = None
    enabled: bool | None = None

    def __repr__(self) -> str:
        return f"Wish({self.name!r})"


def supposed_plugins(
    snapshot: Snapshot, registry: Registry, wishes: Sequence[Wish], *, may_move: bool
) -> tuple[Plugin, ...]:
    """Return all plugins as they would be. may_move: see ``canonical_config``.

    Raises Refused (400) with everything that is wrong with one of them.
    """
    if len(wishes) > MOST:
        raise plain(400, f"what_if.plugins: suppose at most {MOST} at once")
    plugins = {one.id: one for one in snapshot.plugins}
    for wish in wishes:
        made = _made(snapshot, registry, plugins.values(), wish, may_move=may_move)
        plugins[made.id] = made
    return tuple(plugins.values())


def _made(
    snapshot: Snapshot,
    registry: Registry,
    plugins: Iterable[Plugin],
    wish: Wish,
    *,
    may_move: bool,
) -> Plugin:
    route, service = _scope(snapshot, wish)
    stored = _stored(plugins, wish, route, service)
    change: dict[str, Any] = {}
    if wish.config is not None:
        change["config"] = wish.config
    if wish.enabled is not None:
        change["enabled"] = wish.enabled
    if stored is None:
        if wish.id is not None or wish.name is None:
            raise plain(400, "what_if.plugins: no plugin has this id; to add one, give its name")
        about = {"id": str(uuid4()), "name": wish.name, "route": route, "service": service}
        before: Mapping[str, Any] | None = None
        data = {**about, **change}
    else:
        before = stored.model_dump()
        data = {**before, **merged_config(registry, before, change)}
    data, found = canonical_config(registry, data, before, may_move=may_move)
    found = [Violation(("what_if", "plugins", *one.at), one.message) for one in found]
    wrong = check_references(data["config"], snapshot.vaults)
    found += [Violation(("what_if", "plugins", "config", *one.at), one.message) for one in wrong]
    made = checked("plugins", data, found)
    if not isinstance(made, Plugin):
        raise TypeError("the catalog says that these are plugins")
    return made


def _scope(snapshot: Snapshot, wish: Wish) -> tuple[str | None, str | None]:
    """Return the ids of route and service, which may be given by name."""
    route = service = None
    if wish.route is not None:
        names = (one.id for one in snapshot.routes if wish.route in (one.id, one.name))
        route = next(names, None)
        if route is None:
            raise plain(400, "what_if.plugins.route: there is no such route")
    if wish.service is not None:
        names = (one.id for one in snapshot.services if wish.service in (one.id, one.name))
        service = next(names, None)
        if service is None:
            raise plain(400, "what_if.plugins.service: there is no such service")
    return route, service


def _stored(
    plugins: Iterable[Plugin], wish: Wish, route: str | None, service: str | None
) -> Plugin | None:
    if wish.id is not None:
        return next((one for one in plugins if one.id == wish.id.lower()), None)
    scope = (wish.name, route, service, None)
    of = ((one.name, one.route, one.service, one.consumer) for one in plugins)
    return next((one for one, at in zip(plugins, of, strict=True) if at == scope), None)
