"""From a Snapshot to the plan definitions of its routes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

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
    known: "KnownPlans | None" = None,
    node_secret: bytes = b"",
) -> dict[str, PlanDefinition | None]:
    """Return the definition for each live route id; None for a route without enabled plugins.

    lookup: gives the text of a variable for vault references. known: what was worked out before,
    which is brought up to date. node_secret: see ``Site``. Raises Unresolved, which names
    every reference without a value, and Fault(by=OPERATOR) ``plugin.unknown`` or
    ``plugin.consumer_scope``.
    """
    resolved = _Resolved(snapshot, lookup or (lambda _: None))
    ground = _Ground(registry, secret, limits, node_secret)
    making = (known or KnownPlans()).making(snapshot, resolved, ground)
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
        plans[route.id] = making.definition(route, instances) if instances else None
    if resolved.missing:
        raise Unresolved(tuple(resolved.missing))
    making.keep()
    return plans


class _Ground(NamedTuple):
    """What all definitions rest on beside the configuration."""

    registry: Registry
    secret: bytes
    limits: Limits | None
    node_secret: bytes


@dataclass(frozen=True, slots=True)
class _Policy:
    """What all routes under the same instances share.

    id: an HMAC over all of it. lasting: nothing but the instances themselves went into it.
    """

    id: str
    instances: tuple[Plugin, ...]
    plugins: list[dict[str, Any]]
    certificates: dict[str, tuple[str, str]]
    lasting: bool


_Key = tuple[str, str, str | None, tuple[str, ...]]


class KnownPlans:
    """The definitions of the last configuration, by all that they were made from."""

    def __init__(self) -> None:
        self._basis: tuple[object, ...] = ()
        self._certificates: tuple[Certificate, ...] = ()
        self.policies: dict[tuple[int, ...], _Policy] = {}
        self.definitions: dict[_Key, PlanDefinition] = {}

    def making(
        self,
        snapshot: Snapshot,
        resolved: "_Resolved",
        ground: _Ground,
    ) -> "_Making":
        """Return what makes the next ones; all is forgotten when the ground has shifted."""
        if ground != self._basis:
            self._basis, self.policies, self.definitions = ground, {}, {}
        if snapshot.certificates != self._certificates:
            # a text that was only a text may be the id of a certificate now
            self._certificates, self.policies = snapshot.certificates, {}
        return _Making(self, snapshot, resolved, ground)


class _Making:
    """One configuration's definitions in the making."""

    def __init__(
        self,
        known: KnownPlans,
        snapshot: Snapshot,
        resolved: "_Resolved",
        ground: _Ground,
    ) -> None:
        self._known, self._snapshot, self._resolved = known, snapshot, resolved
        self._ground = ground
        self._policies: dict[tuple[int, ...], _Policy] = {}
        self._definitions: dict[_Key, PlanDefinition] = {}

    def definition(self, route: Route, instances: tuple[Plugin, ...]) -> PlanDefinition:
        """Return a route's definition, the one of before where nothing in it differs."""
        policy = self._policy(instances)
        protocols = tuple(sorted(route.protocols))
        key = (policy.id, route.id, route.service, protocols)
        found = self._known.definitions.get(key)
        if found is None:
            whole = content(
                route=route.id,
                service=route.service or "",
                protocols=protocols,
                plugins=policy.plugins,
                certificates=policy.certificates,
                limits=self._ground.limits,
                node_secret=self._ground.node_secret,
            )
            found = PlanDefinition.of(whole, self._ground.secret)
        self._definitions[key] = found
        return found

    def keep(self) -> None:
        """Let the next configuration begin with what this one needed."""
        lasting = {key: one for key, one in self._policies.items() if one.lasting}
        self._known.policies, self._known.definitions = lasting, self._definitions

    def _policy(self, instances: tuple[Plugin, ...]) -> _Policy:
        # by identity: a policy holds its instances, so that no other can take their place
        key = tuple(map(id, instances))
        found = self._policies.get(key)
        if found is None:
            found = self._known.policies.get(key) or self._new(instances)
            self._policies[key] = found
        return found

    def _new(self, instances: tuple[Plugin, ...]) -> _Policy:
        configs = [self._resolved.config(instance) for instance in instances]
        named = {text for config in configs for text in _texts(config)}
        certificates = {
            one.id: self._resolved.pair(one)
            for one in self._snapshot.certificates
            if one.id in named
        }
        plugins = [
            {"name": instance.name, "instance": instance.id, "config": config}
            for instance, config in zip(instances, configs, strict=True)
        ]
        limits = self._ground.limits
        whole = content(route="", plugins=plugins, certificates=certificates, limits=limits)
        raw = (text for instance in instances for text in _texts(instance.config))
        lasting = not certificates and not any("{vault://" in text for text in raw)
        ident = PlanDefinition.of(whole, self._ground.secret).id
        return _Policy(ident, instances, plugins, certificates, lasting)


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
