"""A plan: everything one route's chain is built from, its id, and the chain that is built.

The definition is canonical JSON; the plan id is an HMAC over it, so that two decisions share a
memory only when every rule that made them is the same. A plugin receives nothing else.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from gatepost import __version__
from gatepost.plugin.attribute import Attribute
from gatepost.plugin.chain import IDENTITY_HEADERS, Chain, Link
from gatepost.plugin.masking import secrets_in
from gatepost.plugin.memory import Limits
from gatepost.plugin.plugin import Bound, Site
from gatepost.plugin.problems import problems_of
from gatepost.plugin.registry import Registry
from gatepost.values import By, Fault, RedisSettings

_SHORTEST = 2.0
_LONGEST = 86_400.0  # the engine's timers hold no more than 24 days
_MARGIN = 0.5
_MANY = {"headers": "header", "queries": "query", "cookies": "cookie"}


@dataclass(frozen=True, slots=True)
class PlanDefinition:
    """What a plan is built from. text: canonical JSON. It holds secrets: never print it."""

    id: str
    text: str = field(repr=False)

    @staticmethod
    def of(content: Mapping[str, Any], secret: bytes) -> "PlanDefinition":
        """Write the content canonically and derive the id (64 hex digits) under the secret."""
        text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        return PlanDefinition(plan_id(text, secret), text)


@dataclass(frozen=True, slots=True)
class Plan:
    """A bound plan.

    attributes: the key attributes in key order. remember: False when nothing it decides may be
    remembered. never: why not. patience: seconds the engine waits for an answer; deadline:
    seconds an evaluation may take. cookies: those that are the gateway's own; session_cookie: the
    one to look for first. rooms: where nodes tell one another of revocations.
    secrets: texts of the configuration that nothing told of it may hold.
    """

    id: str
    route: str
    attributes: tuple[Attribute, ...]
    chain: Chain
    never: tuple[str, ...] = ()
    deadline: float = _SHORTEST
    limits: Limits = field(default_factory=Limits)
    identity_headers: tuple[str, ...] = ()
    cookies: tuple[str, ...] = ()
    session_cookie: str | None = None
    rooms: frozenset[RedisSettings] = frozenset()
    secrets: frozenset[str] = field(default=frozenset(), repr=False)

    @property
    def remember(self) -> bool:
        """Whether the engine may remember anything that this plan decides."""
        return not self.never

    @property
    def patience(self) -> float:
        """Seconds the engine waits: longer than an evaluation takes, so that it hears why."""
        return self.deadline + _MARGIN


def plan_id(text: str, secret: bytes) -> str:
    """Return the id of a definition under this node's secret: 64 hex digits."""
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()


def content(
    *,
    route: str,
    service: str = "",
    protocols: tuple[str, ...] = ("http", "https"),
    plugins: list[dict[str, Any]],
    facts: Mapping[str, Any] | None = None,
    certificates: Mapping[str, tuple[str, str]] | None = None,
    limits: Limits | None = None,
    node_secret: bytes = b"",
) -> dict[str, Any]:
    """Return the content of a definition. plugins: name, instance id and resolved config each.

    facts: whatever else of the configuration the chain rests on (the route's own settings).
    node_secret: see ``Site``.
    """
    limits = limits or Limits()
    return {
        "code": __version__,
        "route": route,
        "service": service,
        "protocols": list(protocols),
        "plugins": plugins,
        "facts": dict(facts or {}),
        "certificates": {key: list(pair) for key, pair in (certificates or {}).items()},
        "remember_max": limits.remember,
        "refusal_max": limits.refusal,
        "node_secret": node_secret.hex(),
    }


def bind(definition: PlanDefinition, registry: Registry) -> Plan:
    """Build the chain. Raises Fault(by=OPERATOR) ``plan.invalid`` that says what is wrong."""
    data = json.loads(definition.text)
    if data["code"] != __version__:
        raise _invalid(f"it was made by version {data['code']}, and this is {__version__}")
    links = [_link(one, data, definition, registry) for one in data["plugins"]]
    links.sort(key=lambda link: (-link.priority, link.name, link.instance))
    bounds = [link.bound for link in links]
    never = [
        f"{link.name}: {link.bound.never_remembered}"
        for link in links
        if link.bound.never_remembered
    ]
    return Plan(
        id=definition.id,
        route=data["route"],
        attributes=_attributes(bounds),
        chain=Chain(tuple(links)),
        never=tuple(never),
        deadline=min(_LONGEST, max(_SHORTEST, sum(bound.patience for bound in bounds))),
        limits=Limits(data["remember_max"], data["refusal_max"]),
        identity_headers=_identity_headers(bounds),
        cookies=tuple(dict.fromkeys(name for bound in bounds for name in bound.cookies)),
        session_cookie=next((b.session_cookie for b in bounds if b.session_cookie), None),
        rooms=frozenset(room for bound in bounds for room in bound.rooms),
        secrets=frozenset(
            secret
            for one in data["plugins"]
            for secret in secrets_in(registry.plugin(one["name"]), one["config"])
        ),
    )


def _link(
    one: Mapping[str, Any], data: Mapping[str, Any], definition: PlanDefinition, registry: Registry
) -> Link:
    plugin = registry.plugin(one["name"])
    certificates = {key: (pair[0], pair[1]) for key, pair in data["certificates"].items()}
    site = Site(
        instance=one["instance"],
        route=data["route"],
        service=data["service"],
        protocols=tuple(data["protocols"]),
        certificates=certificates,
        salt=definition.id,
        node_secret=bytes.fromhex(data["node_secret"]),
    )
    try:
        config = plugin.read(one["config"])
    except ValidationError as error:
        found = "; ".join(str(problem) for problem in problems_of(error, plugin.Config))
        raise _invalid(f"{one['name']}: {found}") from None
    bound = plugin.bind(config, site)
    return Link(plugin.name, plugin.priority, one["instance"], bound)


def _attributes(bounds: list[Bound]) -> tuple[Attribute, ...]:
    """Return all attributes, each once; where one may come once, "several" gives way to it."""
    every = {attribute for bound in bounds for attribute in bound.attributes}
    doubled = {
        attribute
        for attribute in every
        if attribute.kind in _MANY and Attribute(_MANY[attribute.kind], attribute.name) in every
    }
    return tuple(sorted(every - doubled))


def _identity_headers(bounds: list[Bound]) -> tuple[str, ...]:
    """Return the configured identity headers, which the engine scrubs on every route."""
    fixed = {name.lower() for name in IDENTITY_HEADERS}
    names: dict[str, None] = {}
    for bound in bounds:
        for name in getattr(bound, "identity_headers", ()):
            if name.lower() in fixed:
                raise _invalid(f"{name} is set by the gateway itself; choose another header name")
            names[name.lower()] = None
    return tuple(sorted(names))


def _invalid(why: str) -> Fault:
    return Fault("plan.invalid", f"The plan cannot be bound: {why}.", by=By.OPERATOR)
