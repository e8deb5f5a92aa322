"""The plan of one route alone: building those of all would take seconds."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from gatepost.model import Plugin, Route, Snapshot
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
            found = missing.setdefault(name, os.urandom(16).hex())
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
