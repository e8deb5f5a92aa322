"""The whole configuration as one immutable value: what the control plane sends to the nodes.

Rules of the file: equal content is equal bytes and an equal hash, in whatever order it came;
references are ids; secrets stand in it as vault references and are resolved elsewhere. What is
only for people (``travels=False`` in the catalog) is in the value, not in its bytes and hash.
"""

import hashlib
import json
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Self

from pydantic import ValidationError

from gatepost.model.ca_certificate import CACertificate
from gatepost.model.catalog import CATALOG
from gatepost.model.certificate import Certificate
from gatepost.model.consistency import Inconsistency, dangling, duplicates, uncovered
from gatepost.model.consumer import Consumer
from gatepost.model.consumer_group import ConsumerGroup, ConsumerGroupMember
from gatepost.model.credential import AclGroup, BasicAuthCredential, KeyAuthCredential
from gatepost.model.entity import Entity, violations
from gatepost.model.key import Key, KeySet
from gatepost.model.plugin_instance import Plugin
from gatepost.model.precedence import PluginIndex
from gatepost.model.route import Route
from gatepost.model.service import Service
from gatepost.model.service_package import ServicePackage
from gatepost.model.service_version import ServiceVersion
from gatepost.model.sni import SNI
from gatepost.model.target import Target
from gatepost.model.upstream import Upstream
from gatepost.model.vault import Vault
from gatepost.values import By, Fault

FORMAT = 1
KINDS: dict[str, type[Entity]] = {name: kind.entity for name, kind in CATALOG.items()}
TRAVELLING: dict[str, type[Entity]] = {
    name: kind.entity for name, kind in CATALOG.items() if kind.travels
}
"""The kinds that nodes get."""


@dataclass(frozen=True)
class Snapshot:
    """All entities. Routes are in the order that breaks ties: (created_at, id); others by id."""

    certificates: tuple[Certificate, ...] = ()
    ca_certificates: tuple[CACertificate, ...] = ()
    vaults: tuple[Vault, ...] = ()
    key_sets: tuple[KeySet, ...] = ()
    keys: tuple[Key, ...] = ()
    consumers: tuple[Consumer, ...] = ()
    consumer_groups: tuple[ConsumerGroup, ...] = ()
    consumer_group_consumers: tuple[ConsumerGroupMember, ...] = ()
    keyauth_credentials: tuple[KeyAuthCredential, ...] = ()
    basicauth_credentials: tuple[BasicAuthCredential, ...] = ()
    acls: tuple[AclGroup, ...] = ()
    upstreams: tuple[Upstream, ...] = ()
    services: tuple[Service, ...] = ()
    routes: tuple[Route, ...] = ()
    targets: tuple[Target, ...] = ()
    snis: tuple[SNI, ...] = ()
    plugins: tuple[Plugin, ...] = ()
    service_packages: tuple[ServicePackage, ...] = ()
    service_versions: tuple[ServiceVersion, ...] = ()

    def __post_init__(self) -> None:
        for field in fields(self):
            ordered = sorted(getattr(self, field.name), key=lambda entity: entity.id)
            object.__setattr__(self, field.name, tuple(ordered))
        routes = sorted(self.routes, key=lambda route: route.created_at)
        object.__setattr__(self, "routes", tuple(routes))

    def to_bytes(self) -> bytes:
        """Return canonical JSON: keys sorted, no spaces, UTF-8. Inline private keys are in it."""
        members = {"format": str(FORMAT)}
        for kind in TRAVELLING:
            members[kind] = f"[{','.join(entity.canonical for entity in getattr(self, kind))}]"
        text = ",".join(f'"{name}":{members[name]}' for name in sorted(members))
        return f"{{{text}}}".encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read what ``to_bytes`` wrote, checking all of it again. Fault when it is not that."""
        try:
            content = json.loads(data)
        except (ValueError, RecursionError):
            raise _unreadable("it is not JSON") from None
        if not isinstance(content, dict) or content.pop("format", None) != FORMAT:
            raise _unreadable(f"it is not a snapshot of format {FORMAT}; update the older side")
        if content.keys() - TRAVELLING.keys():
            raise _unreadable("it has kinds of entities that this version does not know")
        try:
            kinds = {
                kind: tuple(TRAVELLING[kind].model_validate(item) for item in content.get(kind, ()))
                for kind in TRAVELLING
            }
        except ValidationError as error:
            first = violations(error)[0]
            place = ".".join(str(part) for part in first.at)
            raise _unreadable(f"{error.title}: {place}: {first.message}") from None
        except TypeError:
            raise _unreadable("its entities are not lists") from None
        snapshot = cls(**kinds)  # type: ignore[arg-type]
        found = snapshot.consistent()
        if found:
            raise _unreadable(f"{found[0].kind}: {found[0].message}")
        return snapshot

    @cached_property
    def hash(self) -> str:
        """SHA-256 over ``to_bytes``, 64 hexadecimal digits."""
        return hashlib.sha256(self.to_bytes()).hexdigest()

    def consistent(self) -> list[Inconsistency]:
        """Return what does not fit together; an empty list when all is well.

        References that lead nowhere, names and ids used twice, plugins that would not see some
        of the requests in their reach.
        """
        found = [*duplicates(self), *dangling(self)]
        return found or list(uncovered(self))

    def service(self, ident: str | None) -> Service | None:
        """Return the service with this id."""
        return self._services.get(ident or "")

    def route(self, ident: str) -> Route | None:
        """Return the route with this id."""
        return self._routes.get(ident)

    def certificate(self, ident: str | None) -> Certificate | None:
        """Return the certificate with this id."""
        return self._certificates.get(ident or "")

    def service_of(self, route: Route) -> Service | None:
        """Return the service a route leads to, if it leads anywhere."""
        return self.service(route.service)

    def live_routes(self) -> tuple[Route, ...]:
        """Return the routes that take part in matching: those of a disabled service do not."""
        return self._live_routes

    def upstream_of(self, service: Service) -> Upstream | None:
        """Return the upstream whose name is the service's host (no case), if there is one."""
        return self._upstreams.get(service.host.lower())

    def targets_of(self, upstream: Upstream) -> tuple[Target, ...]:
        """Return the targets of an upstream, those with weight 0 too."""
        return self._targets.get(upstream.id, ())

    def consumer(self, field: str, value: str) -> Consumer | None:
        """Return the consumer whose id, username or custom_id has this value."""
        return self._consumers.get((field, value))

    def plugins_for(
        self, route: Route | None = None, consumer: str | None = None
    ) -> tuple[Plugin, ...]:
        """Return the instances that run for a route: one of each name, by name, enabled only.

        consumer: id of the consumer that is known by then. Precedence is Kong's, see
        ``gatepost.model.precedence``.
        """
        return self._plugins.applying(
            route=route.id if route else None,
            service=route.service if route else None,
            consumer=consumer,
        )

    @cached_property
    def _services(self) -> dict[str, Service]:
        return {service.id: service for service in self.services}

    @cached_property
    def _routes(self) -> dict[str, Route]:
        return {route.id: route for route in self.routes}

    @cached_property
    def _live_routes(self) -> tuple[Route, ...]:
        off = {service.id for service in self.services if not service.enabled}
        return tuple(route for route in self.routes if route.service not in off)

    @cached_property
    def _certificates(self) -> dict[str, Certificate]:
        return {certificate.id: certificate for certificate in self.certificates}

    @cached_property
    def _upstreams(self) -> dict[str, Upstream]:
        return {upstream.name.lower(): upstream for upstream in self.upstreams}

    @cached_property
    def _targets(self) -> dict[str, tuple[Target, ...]]:
        found: dict[str, list[Target]] = {}
        for target in self.targets:
            found.setdefault(target.upstream, []).append(target)
        return {upstream: tuple(targets) for upstream, targets in found.items()}

    @cached_property
    def _consumers(self) -> dict[tuple[str, str], Consumer]:
        return {
            (field, value): consumer
            for consumer in self.consumers
            for field, value in consumer.look_ups()
        }

    @cached_property
    def _plugins(self) -> PluginIndex:
        return PluginIndex(self.plugins)


def _unreadable(reason: str) -> Fault:
    return Fault(
        "config.snapshot_unreadable",
        "the configuration snapshot cannot be used",
        by=By.OURS,
        cause=reason,
    )
