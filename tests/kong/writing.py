"""The file that a dump writes: nested, sorted, without ids and times."""

from collections.abc import Iterable, Sequence
from typing import Any

import yaml

from tests.kong.content import Content
from tests.kong.kinds import (
    CA_CERTIFICATE,
    CERTIFICATE,
    CONSUMER,
    CREDENTIALS,
    GROUP,
    KEY,
    KEY_SET,
    MEMBER,
    PARTIAL,
    PLUGIN,
    ROUTE,
    SERVICE,
    SNI,
    TARGET,
    UPSTREAM,
    VAULT,
    Entity,
    referred,
)
from tests.kong.state import State

_SCOPES = {"service": SERVICE, "route": ROUTE, "consumer": CONSUMER, "consumer_group": GROUP}
_OF_GROUP = ("id", "name", "instance_name", "config", "tags", "partials")


class Writer:
    """Writes one state."""

    def __init__(self, state: State, with_id: bool) -> None:
        self.state = state
        # a password is hashed with the id of its consumer: without ids it would be lost
        self.with_id = with_id or bool(state.all(CREDENTIALS["basicauth_credentials"]))

    def bare(self, entity: Entity, key: str | None, *without: str) -> Entity:
        """Return an entity without times, without what stands around it, and without its id.

        The id stays where the entity has no name (``key``) to be known by.
        """
        gone = {"created_at", *without}
        if key and entity.get(key) and not self.with_id:
            gone.add("id")
        return {name: value for name, value in entity.items() if name not in gone}

    def plugins(self, owner: str, ident: str) -> list[Entity]:
        """Return the plugins of one owner alone."""
        found = [
            self.bare(plugin, "name", owner)
            for plugin in self.state.under(PLUGIN, owner, ident)
            if not any(plugin.get(scope) for scope in _SCOPES if scope != owner)
        ]
        return _sorted(found, "name")

    def service(self, service: Entity) -> Entity:
        written = self.bare(service, "name")
        if "client_certificate" in written:
            written["client_certificate"] = referred(service, "client_certificate")
        routes = [self.route(one) for one in self.state.under(ROUTE, "service", service["id"])]
        nested = {"plugins": self.plugins("service", service["id"]), "routes": routes}
        return _with(written, nested)

    def route(self, route: Entity) -> Entity:
        plugins = self.plugins("route", route["id"])
        return _with(self.bare(route, "name", "service"), {"plugins": plugins})

    def consumer(self, consumer: Entity) -> Entity:
        nested: dict[str, list[Entity]] = {"plugins": self.plugins("consumer", consumer["id"])}
        for section, kind in CREDENTIALS.items():
            key = next(
                (f for f in ("key", "username", "client_id", "group") if f in kind.fields), None
            )
            held = self.state.under(kind, "consumer", consumer["id"])
            nested[section] = _sorted(
                [self.bare(one, key, "consumer") for one in held], key or "id"
            )
        groups = (
            self.state.get(GROUP, member["consumer_group"]["id"])
            for member in self.state.all(MEMBER)
            if member["consumer"].get("id") == consumer["id"]
        )
        nested["groups"] = _sorted([self.bare(one, "name") for one in groups if one], "name")
        return _with(self.bare(consumer, "username"), nested)

    def group(self, group: Entity) -> Entity:
        plugins = [
            {name: plugin[name] for name in _OF_GROUP if name in plugin}
            for plugin in self.plugins("consumer_group", group["id"])
        ]
        return _with(self.bare(group, "name"), {"plugins": plugins})

    def upstream(self, upstream: Entity) -> Entity:
        targets = self.state.under(TARGET, "upstream", upstream["id"])
        bare = _sorted([self.bare(one, "target", "upstream") for one in targets], "target")
        return _with(self.bare(upstream, "name"), {"targets": bare})

    def certificate(self, certificate: Entity) -> Entity:
        snis = self.state.under(SNI, "certificate", certificate["id"])
        bare = _sorted([self.bare(one, "name", "certificate") for one in snis], "name")
        kept = {
            key: certificate[key] for key in ("id", "cert", "key", "tags") if key in certificate
        }
        return _with(kept, {"snis": bare})

    def loose_plugins(self) -> Iterable[Entity]:
        """Yield the plugins of nobody, and those of several together, who are named."""
        for plugin in self.state.all(PLUGIN):
            scopes = [scope for scope in _SCOPES if plugin.get(scope)]
            if len(scopes) == 1:
                continue
            written = self.bare(plugin, "name")
            for scope in scopes:
                owner = self.state.get(_SCOPES[scope], referred(plugin, scope)) or {}
                name = owner.get("name") or owner.get("username")
                written[scope] = name or referred(plugin, scope)
            yield written

    def key(self, key: Entity) -> Entity:
        written = self.bare(key, "name")
        if "set" in key:
            held = self.state.get(KEY_SET, referred(key, "set")) or {"id": referred(key, "set")}
            written["set"] = self.bare(held, "name", "tags")
        return written


def _sorted(entities: Iterable[Entity], key: str) -> list[Entity]:
    return sorted(entities, key=lambda one: (str(one.get(key) or one.get("id")), repr(one)))


def _with(entity: Entity, nested: dict[str, list[Entity]]) -> Entity:
    return {**entity, **{name: inner for name, inner in nested.items() if inner}}


def to_content(
    state: State, *, tags: Sequence[str] = (), with_id: bool = False, kong: tuple[int, int, int]
) -> Content:
    """Return what a dump of a state says."""
    w = Writer(state, with_id)
    sections: dict[str, list[Entity]] = {
        "services": _sorted(map(w.service, state.all(SERVICE)), "name"),
        "routes": _sorted([w.route(o) for o in state.all(ROUTE) if "service" not in o], "name"),
        "plugins": _sorted(w.loose_plugins(), "name"),
        "upstreams": _sorted(map(w.upstream, state.all(UPSTREAM)), "name"),
        "certificates": _sorted(map(w.certificate, state.all(CERTIFICATE)), "cert"),
        "ca_certificates": _sorted([w.bare(o, None) for o in state.all(CA_CERTIFICATE)], "cert"),
        "consumers": _sorted(map(w.consumer, state.all(CONSUMER)), "username"),
        "vaults": _sorted([w.bare(one, "prefix") for one in state.all(VAULT)], "prefix"),
        "consumer_groups": _sorted(map(w.group, state.all(GROUP)), "name"),
        "partials": _sorted([w.bare(one, None) for one in state.all(PARTIAL)], "name"),
        "keys": _sorted(map(w.key, state.all(KEY)), "name"),
        "key_sets": _sorted([w.bare(one, "name") for one in state.all(KEY_SET)], "name"),
    }
    content: Content = {"_format_version": "3.0" if kong >= (3, 0, 0) else "1.1"}
    if tags:
        content["_info"] = {"select_tags": list(tags)}
    return _with(content, sections)


def to_yaml(content: Content) -> str:
    """Return a file's text, its keys in order."""
    text: Any = yaml.safe_dump(content, sort_keys=True, allow_unicode=True, width=2**20)
    return str(text)
