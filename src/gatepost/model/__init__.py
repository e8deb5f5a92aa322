"""The gateway's nouns, in Kong's words, and the whole configuration as one value.

Owns: the entities with their defaults and rules, references to secrets, the Snapshot.
Refuses to know: files, networks, the environment, what any plugin's configuration means.
Neighbours: values below; oidc beside it, a stranger; plugin, store, feed and engine above.
"""

from gatepost.model.ca_certificate import CACertificate
from gatepost.model.catalog import CATALOG, Kind, Reference
from gatepost.model.certificate import Certificate, check_pair
from gatepost.model.consistency import Inconsistency
from gatepost.model.consumer import Consumer
from gatepost.model.consumer_group import ConsumerGroup, ConsumerGroupMember
from gatepost.model.credential import AclGroup, BasicAuthCredential, KeyAuthCredential
from gatepost.model.differences import changed_consumers
from gatepost.model.entity import Entity, violations
from gatepost.model.identity import derived_id
from gatepost.model.key import Key, KeySet
from gatepost.model.plugin_instance import Plugin
from gatepost.model.reference import Unresolved, check_references, is_reference, resolve
from gatepost.model.route import Route
from gatepost.model.service import Service
from gatepost.model.service_package import ServicePackage
from gatepost.model.service_version import STORED, ServiceVersion
from gatepost.model.snapshot import KINDS, TRAVELLING, Snapshot
from gatepost.model.sni import SNI
from gatepost.model.target import Target
from gatepost.model.upstream import Upstream
from gatepost.model.vault import Vault
from gatepost.model.violation import Violation, nearest

__all__ = [
    "CATALOG",
    "KINDS",
    "SNI",
    "STORED",
    "TRAVELLING",
    "AclGroup",
    "BasicAuthCredential",
    "CACertificate",
    "Certificate",
    "Consumer",
    "ConsumerGroup",
    "ConsumerGroupMember",
    "Entity",
    "Inconsistency",
    "Key",
    "KeyAuthCredential",
    "KeySet",
    "Kind",
    "Plugin",
    "Reference",
    "Route",
    "Service",
    "ServicePackage",
    "ServiceVersion",
    "Snapshot",
    "Target",
    "Unresolved",
    "Upstream",
    "Vault",
    "Violation",
    "changed_consumers",
    "check_pair",
    "check_references",
    "derived_id",
    "is_reference",
    "nearest",
    "resolve",
    "violations",
]
