"""Every kind of entity, once: what everything about entities is grown from.

The Admin API, the store, the declarative file and the Snapshot read this table; a new kind is a
file of its own in this package, a row here and a member of ``Snapshot``.
"""

from dataclasses import dataclass

from gatepost.model.ca_certificate import CACertificate
from gatepost.model.certificate import Certificate
from gatepost.model.consumer import Consumer
from gatepost.model.consumer_group import ConsumerGroup, ConsumerGroupMember
from gatepost.model.credential import AclGroup, BasicAuthCredential, KeyAuthCredential
from gatepost.model.entity import Entity
from gatepost.model.key import Key, KeySet
from gatepost.model.plugin_instance import Plugin
from gatepost.model.route import Route
from gatepost.model.service import Service
from gatepost.model.service_package import ServicePackage
from gatepost.model.service_version import ServiceVersion
from gatepost.model.sni import SNI
from gatepost.model.target import Target
from gatepost.model.upstream import Upstream
from gatepost.model.vault import Vault


@dataclass(frozen=True, slots=True)
class Reference:
    """A field that holds the id of another entity (``many``: a list of ids).

    cascade: the entity goes when the other one is deleted. unset: it stays, and the field becomes
    null. Without either, that deletion is refused.
    """

    field: str
    kind: str
    cascade: bool = False
    many: bool = False
    unset: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of entity. name: Kong's, plural.

    key: the field that names an entity in a path, beside its id. references: in Kong's order.
    unique: sets of fields that are unique together among entities in which the first is set; in
    a set of several, an absent field counts as a value. folded: fields that compare without case.
    path: where the Admin API has all of them, None for nowhere. alias: their name below an entity
    that they refer to, where it is not the path. secret: fields that are never shown. auto: fields
    that are made when nobody gives them. travels: nodes get them; what does not is for people.
    long: fields whose texts are too long for lists and logs.
    """

    name: str
    entity: type[Entity]
    key: str | None = None
    references: tuple[Reference, ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()
    folded: frozenset[str] = frozenset()
    path: str | None = None
    alias: str | None = None
    secret: tuple[str, ...] = ()
    auto: tuple[str, ...] = ()
    travels: bool = True
    long: tuple[str, ...] = ()

    @property
    def nested(self) -> str | None:
        """The name of these below an entity that they refer to."""
        return self.alias or self.path

    def reference(self, field: str) -> Reference | None:
        """Return the reference that a field holds, None when it holds something else."""
        return next((one for one in self.references if one.field == field), None)


_CONSUMER = Reference("consumer", "consumers", cascade=True)

# an entity comes after all it refers to: in this order ids can be worked out and written
CATALOG: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "certificates",
            Certificate,
            path="certificates",
            secret=("key", "key_alt"),
        ),
        Kind(
            "ca_certificates",
            CACertificate,
            unique=(("cert_digest",),),
            folded=frozenset({"cert_digest"}),
            path="ca_certificates",
            auto=("cert_digest",),
        ),
        Kind("vaults", Vault, "prefix", unique=(("prefix",),), path="vaults"),
        Kind("key_sets", KeySet, "name", unique=(("name",),), path="key-sets"),
        Kind(
            "keys",
            Key,
            "name",
            references=(Reference("set", "key_sets", cascade=True),),
            unique=(("name",), ("kid", "set")),
            path="keys",
            secret=("jwk", "pem.private_key"),
        ),
        Kind(
            "consumers", Consumer, "username", (), (("username",), ("custom_id",)), path="consumers"
        ),
        Kind("consumer_groups", ConsumerGroup, "name", (), (("name",),), path="consumer_groups"),
        Kind(
            "consumer_group_consumers",
            ConsumerGroupMember,
            references=(_CONSUMER, Reference("consumer_group", "consumer_groups", cascade=True)),
            unique=(("consumer", "consumer_group"),),
        ),
        Kind(
            "keyauth_credentials",
            KeyAuthCredential,
            "key",
            references=(_CONSUMER,),
            unique=(("key",),),
            path="key-auths",
            alias="key-auth",
            secret=("key",),
            auto=("key",),
        ),
        Kind(
            "basicauth_credentials",
            BasicAuthCredential,
            "username",
            references=(_CONSUMER,),
            unique=(("username",),),
            path="basic-auths",
            alias="basic-auth",
            secret=("password",),
        ),
        Kind(
            "acls",
            AclGroup,
            "group",
            references=(_CONSUMER,),
            unique=(("consumer", "group"),),
            path="acls",
        ),
        Kind(
            "upstreams",
            Upstream,
            "name",
            unique=(("name",),),
            folded=frozenset({"name"}),
            path="upstreams",
        ),
        Kind(
            "services",
            Service,
            "name",
            references=(
                Reference("client_certificate", "certificates"),
                Reference("ca_certificates", "ca_certificates", many=True),
            ),
            unique=(("name",),),
            path="services",
        ),
        Kind(
            "routes",
            Route,
            "name",
            references=(Reference("service", "services"),),
            unique=(("name",),),
            path="routes",
        ),
        Kind(
            "targets",
            Target,
            "target",
            references=(Reference("upstream", "upstreams", cascade=True),),
            unique=(("target", "upstream"),),
            folded=frozenset({"target"}),
            path="targets",
        ),
        Kind(
            "snis",
            SNI,
            "name",
            references=(Reference("certificate", "certificates", cascade=True),),
            unique=(("name",),),
            path="snis",
        ),
        Kind(
            "plugins",
            Plugin,
            "instance_name",
            references=(
                Reference("service", "services", cascade=True),
                Reference("route", "routes", cascade=True),
                _CONSUMER,
            ),
            unique=(("name", "service", "route", "consumer"), ("instance_name",)),
            path="plugins",
        ),
        Kind(
            "service_packages",
            ServicePackage,
            "name",
            unique=(("name",),),
            path="service-packages",
            travels=False,
            long=("document",),
        ),
        Kind(
            "service_versions",
            ServiceVersion,
            "version",
            references=(
                Reference("service_package", "service_packages", cascade=True),
                Reference("service", "services", unset=True),
            ),
            unique=(("version", "service_package"), ("service",)),
            path="service-versions",
            alias="versions",
            travels=False,
            long=("document", "spec"),
        ),
    )
}
