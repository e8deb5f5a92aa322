"""From a Snapshot to the plan definitions of its routes."""

from collections.abc import Callable, Iterator
from typing import Any

from gatepost.model import Certificate, Plugin, Route, Snapshot, Unresolved, Violation, resolve
from gatepost.plugin.memory import Limits
from gatepost.plugin.plan import PlanDefinition, content
from gatepost.plugin.registry import Registry
from gatepost.values import By, Fault

Lookup = Callable[[str], str | None]


def plans_of(
    snapshot: Snapshot,
    registry: Registry,
    secret: bytes,
    lookup: Lookup | None = None,
    *,
    limits: Limits | None = None,
) -> dict[str, PlanDefinition | None]:
    """Return the definition for each live route id; None for a route without enabled plugins.

    lookup: gives the text of a variable for vault references. Raises Unresolved, which names
    every reference without a value, and Fault(by=OPERATOR) ``plugin.unknown`` or
    ``plugin.consumer_scope``.
    """
    resolved = _Resolved(snapshot, lookup or (lambda _: None))
    plans: dict[str, PlanDefinition | None] = {}
    for instance in snapshot.plugins:
        if instance.enabled:
            registry.plugin(instance.name)
            if instance.consumer is not None:
                # Refused, because an accepted policy that never runs would be a hole.
                raise Fault(
                    "plugin.consumer_scope",
                    f"The plugin {instance.name} is scoped to a consumer, which is not supported "
                    "yet. Scope it to a route, a service, or nothing.",
                    by=By.OPERATOR,
                )
    for route in snapshot.live_routes():
        instances = snapshot.plugins_for(route)
        plans[route.id] = (
            _definition(snapshot, route, instances, resolved, secret, limits) if instances else None
        )
    if resolved.missing:
        raise Unresolved(tuple(resolved.missing))
    return plans


def _definition(
    snapshot: Snapshot,
    route: Route,
    instances: tuple[Plugin, ...],
    resolved: "_Resolved",
    secret: bytes,
    limits: Limits | None,
) -> PlanDefinition:
    configs = [resolved.config(instance) for instance in instances]
    named = {text for config in configs for text in _texts(config)}
    certificates = {one.id: resolved.pair(one) for one in snapshot.certificates if one.id in named}
    plugins = [
        {"name": instance.name, "instance": instance.id, "config": config}
        for instance, config in zip(instances, configs, strict=True)
    ]
    whole = content(
        route=route.id,
        service=route.service or "",
        protocols=route.protocols,
        plugins=plugins,
        certificates=certificates,
        limits=limits,
    )
    return PlanDefinition.of(whole, secret)


class _Resolved:
    """Configurations with their vault references replaced, each worked out once."""

    def __init__(self, snapshot: Snapshot, lookup: Lookup) -> None:
        self._vaults = snapshot.vaults
        self._lookup = lookup
        self._configs: dict[str, Any] = {}
        self._pairs: dict[str, tuple[str, str]] = {}
        self.missing: list[Violation] = []

    def config(self, instance: Plugin) -> Any:
        if instance.id not in self._configs:
            at = ("plugins", instance.instance_name or instance.name, "config")
            self._configs[instance.id] = self._resolve(instance.config, at)
        return self._configs[instance.id]

    def pair(self, certificate: Certificate) -> tuple[str, str]:
        if certificate.id not in self._pairs:
            at = ("certificates", certificate.id)
            pair = self._resolve([certificate.cert, certificate.key], at)
            self._pairs[certificate.id] = (pair[0], pair[1])
        return self._pairs[certificate.id]

    def _resolve(self, value: Any, at: tuple[str | int, ...]) -> Any:
        try:
            return resolve(value, self._lookup, self._vaults)
        except Unresolved as unresolved:
            self.missing += [Violation((*at, *v.at), v.message) for v in unresolved.violations]
            return value


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)
