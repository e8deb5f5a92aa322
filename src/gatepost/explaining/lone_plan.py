"""The plan of one route alone: building those of all would take seconds."""

import contextlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from gatepost.model import Plugin, Route, Snapshot
from gatepost.model.reference import is_reference, parse_reference
from gatepost.plugin import Plan, Registry, bind, plans_of


@dataclass(frozen=True, slots=True)
class LonePlan:
    """plan: None for a route without policy. unresolved: variables that only nodes have."""

    plan: Plan | None = field(repr=False)
    unresolved: tuple[str, ...] = ()


def lone_plan(
    snapshot: Snapshot,
    route: Route,
    registry: Registry,
    variables: Mapping[str, str],
    plugins: Iterable[Plugin] | None = None,
) -> LonePlan:
    """Build it. variables: what vault references stand for. plugins: in place of the Snapshot's.

    A variable that is not there is supposed to hold some text that nobody knows. Raises
    Fault(operator): ``plan.invalid`` and what ``plans_of`` raises.
    """
    missing: dict[str, str] = {}

    def look_up(name: str) -> str | None:
        found = variables.get(name)
        if found is None:
            found = missing.setdefault(name, _unknown(small))
        return found

    small = replace(
        snapshot,
        routes=(route,),
        plugins=tuple(_reaching(route, snapshot.plugins if plugins is None else plugins)),
        services=tuple(one for one in (snapshot.service_of(route),) if one is not None),
        consumers=(), consumer_groups=(), consumer_group_consumers=(), acls=(),
        keyauth_credentials=(), basicauth_credentials=(), upstreams=(), targets=(), snis=(),
    )  # fmt: skip
    secrets = {"secret": os.urandom(32), "node_secret": os.urandom(32)}
    made = plans_of(small, registry, secrets["secret"], look_up, node_secret=secrets["node_secret"])
    definition = made.get(route.id)
    plan = bind(definition, registry) if definition is not None else None
    return LonePlan(plan, tuple(sorted(missing)))


def _reaching(route: Route, plugins: Iterable[Plugin]) -> Iterable[Plugin]:
    return (
        one
        for one in plugins
        if one.enabled and one.route in (None, route.id) and one.service in (None, route.service)
    )


def _unknown(snapshot: Snapshot) -> str:
    """Return a text that nobody knows, which has a member of each name that a reference wants."""
    keys = set(_keys([*(one.config for one in snapshot.plugins)]))
    keys |= set(_keys([part for one in snapshot.certificates for part in (one.cert, one.key)]))
    if not keys:
        return os.urandom(16).hex()
    return json.dumps({key: os.urandom(16).hex() for key in sorted(keys)})


def _keys(value: Any) -> Iterator[str]:
    if is_reference(value):
        with contextlib.suppress(ValueError):  # whoever resolves it says what is wrong with it
            key = parse_reference(value).key
            if key is not None:
                yield key
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _keys(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _keys(inner)
