"""What a file asks for: every entity with its id, its defaults and its references worked out."""

import copy
import ipaddress
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tests.kong.content import BadFile, Content
from tests.kong.defaults import entity_defaults, merge
from tests.kong.kinds import (
    CA_CERTIFICATE,
    CERTIFICATE,
    CONSUMER,
    CREDENTIALS,
    FILTER_CHAIN,
    GROUP,
    KEY,
    KEY_SET,
    PARTIAL,
    PLUGIN,
    ROUTE,
    SERVICE,
    SNI,
    TARGET,
    UPSTREAM,
    VAULT,
    Entity,
    Kind,
)
from tests.kong.state import State, decoded

_SCOPES = {"service": SERVICE, "route": ROUTE, "consumer": CONSUMER, "consumer_group": GROUP}
_PORTS = {"http": 80, "https": 443}


def new_id() -> str:
    """Return a random id (version 4)."""
    return str(uuid.uuid4())


def unwrap_url(service: Entity) -> None:
    """Write "url" out as protocol, host, port and path, as decK does before it sends anything."""
    url = service.pop("url", None)
    if url is None:
        return
    parts = urlsplit(url)
    service["protocol"], service["host"] = parts.scheme, parts.hostname
    port = parts.port or _PORTS.get(parts.scheme)
    if port is not None:
        service["port"] = port
    if parts.path:
        service["path"] = parts.path


def expand_ipv6(target: str) -> str:
    """Return a target as decK writes it: an IPv6 address in its long form, with a port."""
    if target.count(":") < 2:
        return target
    address, port = target, "8000"
    if "]:" in target:
        address, _, port = target.rpartition(":")
    return f"[{ipaddress.IPv6Address(address.strip('[]')).exploded}]:{port}"


@dataclass
class Builder:
    """Works a file out against what the server has. schemas: those of services, routes, …"""

    content: Content
    current: State
    schemas: Mapping[str, Any]
    tags: Sequence[str] = ()
    make_id: Callable[[], str] = new_id

    def __post_init__(self) -> None:
        self.wanted = State()
        given = (self.content.get("_info") or {}).get("defaults") or {}
        self._defaults: dict[str, Entity] = {}
        for kind in (SERVICE, ROUTE, UPSTREAM, TARGET):
            defaults = copy.deepcopy(given.get(kind.name) or {})
            described = entity_defaults(self.schemas.get(f"{kind.name}s") or {})
            merge(defaults, described)
            self._defaults[kind.name] = decoded(kind, defaults)

    def build(self) -> State:
        """Return the state that the file asks for. Raises BadFile."""
        self._certificates()
        for said in self._said("ca_certificates"):
            self._add(CA_CERTIFICATE, said)
        for said in self._said("services"):
            self._service(said)
        for said in self._said("routes"):
            self._route(said)
        self._upstreams()
        for said in self._said("consumer_groups"):
            self._group(said)
        for said in self._said("consumers"):
            self._consumer(said)
        for said in self._said("plugins"):
            self._plugin(said)
        for said in self._said("filter_chains"):
            self._add(FILTER_CHAIN, self._referring(said, ("service", "route")))
        for said in self._said("vaults"):
            self._add(VAULT, {**said, "config": said.get("config") or {}})
        for said in self._said("partials"):
            self._add(PARTIAL, said)
        for said in self._said("key_sets"):
            self._add(KEY_SET, said)
        for said in self._said("keys"):
            self._add(KEY, self._with_set(said))
        return self.wanted

    def _said(self, section: str) -> Iterable[Entity]:
        for said in self.content.get(section) or ():
            yield copy.deepcopy(said)

    def _add(self, kind: Kind, said: Entity) -> Entity:
        """Hold an entity: the id of the one it stands for, the selected tags, the defaults."""
        entity = decoded(kind, {**said, "created_at": None})
        known = self.current.like(kind, entity)
        if not entity.get("id"):
            entity["id"] = known["id"] if known else self.make_id()
        if self.tags:
            tags = entity.get("tags") or []
            entity["tags"] = [*tags, *(tag for tag in self.tags if tag not in tags)]
        merge(entity, self._defaults.get(kind.name, {}))
        if known and kind.dated and known.get("created_at") is not None:
            entity["created_at"] = known["created_at"]
        self.wanted.add(kind, entity)
        return entity

    def _refer(self, kind: Kind, said: Any, whose: str) -> Entity:
        """Return {"id"} for what a file writes as a name, an id, or a mapping of one of them."""
        if isinstance(said, Mapping):
            said = said.get("id") or said.get("name") or said.get("username")
        found = self.wanted.named(kind, str(said))
        if found is None:
            raise BadFile(f"{kind.name} {said} for {whose}: entity not found")
        return {"id": found["id"]}

    def _referring(self, said: Entity, fields: Iterable[str]) -> Entity:
        whose = str(said.get("name") or said.get("id"))
        for field in fields:
            if said.get(field) is not None:
                said[field] = self._refer(_SCOPES[field], said[field], whose)
        return said

    def _certificates(self) -> None:
        for said in self._said("certificates"):
            said.pop("cert_alt", None), said.pop("key_alt", None)  # decK's files have no such field
            certificate = self._add(CERTIFICATE, said)
            for sni in said.get("snis") or ():
                self._add(SNI, {**sni, "certificate": {"id": certificate["id"]}})

    def _service(self, said: Entity) -> None:
        unwrap_url(said)
        if isinstance(said.get("client_certificate"), str):
            said["client_certificate"] = {"id": said["client_certificate"]}
        service = self._add(SERVICE, said)
        reference = {"id": service["id"]}
        self._plugins(said, "service", reference)
        for chain in said.get("filter_chains") or ():
            self._add(FILTER_CHAIN, {**chain, "service": reference})
        for route in said.get("routes") or ():
            self._route({**route, "service": reference})

    def _route(self, said: Entity) -> None:
        said = self._referring(said, ("service",))
        if {"grpc", "grpcs"} & set(said.get("protocols") or ()):
            if said.get("strip_path"):
                raise BadFile("cannot set 'strip_path' when 'protocols' is 'grpc' or 'grpcs'")
            said["strip_path"] = False
        route = self._add(ROUTE, said)
        if "expression" in route:
            route.setdefault("priority", 0)
        for chain in said.get("filter_chains") or ():
            self._add(FILTER_CHAIN, {**chain, "route": {"id": route["id"]}})
        self._plugins(said, "route", {"id": route["id"]})

    def _upstreams(self) -> None:
        for said in self._said("upstreams"):
            if isinstance(said.get("client_certificate"), str):
                said["client_certificate"] = {"id": said["client_certificate"]}
            upstream = self._add(UPSTREAM, said)
            for target in said.get("targets") or ():
                address = expand_ipv6(target["target"])
                under = {**target, "target": address, "upstream": {"id": upstream["id"]}}
                self._add(TARGET, under)

    def _group(self, said: Entity) -> None:
        group = self._add(GROUP, said)
        for plugin in said.get("plugins") or ():
            kept = {key: plugin[key] for key in ("id", "name", "config", "tags") if key in plugin}
            scoped = {**kept, "_config": plugin.get("_config")}
            self._plugin({**scoped, "consumer_group": {"id": group["id"]}})
        for consumer in said.get("consumers") or ():
            self.wanted.join(group, self._add(CONSUMER, consumer))

    def _consumer(self, said: Entity) -> None:
        known = self.wanted.like(CONSUMER, decoded(CONSUMER, said))
        consumer = known or self._add(CONSUMER, said)
        for group in () if known else said.get("groups") or ():
            found = self.wanted.named(GROUP, str(group.get("id") or group.get("name")))
            if found is None:
                raise BadFile(f"consumer-group '{group}' not found for '{consumer['id']}'")
            self.wanted.join(found, consumer)
        self._plugins(said, "consumer", {"id": consumer["id"]})
        owner = {"id": consumer["id"]}
        for section, kind in CREDENTIALS.items():
            for credential in said.get(section) or ():
                made = self._add(kind, {**credential, "consumer": owner})
                made["consumer"] = {
                    field: consumer[field] for field in ("id", "username") if field in consumer
                }

    def _plugins(self, said: Entity, owner: str, reference: Entity) -> None:
        for plugin in said.get("plugins") or ():
            nested = [scope for scope in _SCOPES if scope != owner and plugin.get(scope)]
            if nested:
                raise BadFile(f"nesting {nested[0]} under {owner}-scoped plugin is not allowed")
            self._plugin({**plugin, owner: reference})

    def _plugin(self, said: Entity) -> None:
        said = self._referring(said, _SCOPES)
        config = dict(said.get("config") or {})
        source = said.get("_config")
        if source is not None:
            shared = (self.content.get("_plugin_configs") or {}).get(source)
            if shared is None:
                raise BadFile(f'_plugin_config "{source}" not found')
            config = {**copy.deepcopy(shared), **config}
        self._add(PLUGIN, {**said, "config": config})

    def _with_set(self, said: Entity) -> Entity:
        if said.get("set") is not None:
            said["set"] = self._refer(KEY_SET, said["set"], str(said.get("name")))
        return said
