"""What people call an entity: ``route orders``, ``plugin cors on route orders``."""

from collections.abc import Mapping

from gatepost.model import CATALOG, Entity, Snapshot

WORDS: dict[str, str] = {
    "acls": "acl",
    "basicauth_credentials": "basic-auth",
    "ca_certificates": "CA certificate",
    "certificates": "certificate",
    "consumer_group_consumers": "membership",
    "consumer_groups": "consumer group",
    "consumers": "consumer",
    "key_sets": "key set",
    "keyauth_credentials": "key-auth",
    "keys": "key",
    "plugins": "plugin",
    "routes": "route",
    "service_packages": "service package",
    "service_versions": "version",
    "services": "service",
    "snis": "SNI",
    "targets": "target",
    "upstreams": "upstream",
    "vaults": "vault",
}


def name_of(kind: str, entity: Entity) -> str:
    """Return the name of an entity alone, or its id. Never a secret."""
    about = CATALOG[kind]
    if kind == "plugins":
        return str(getattr(entity, "name", entity.id))
    shown = about.key if about.key and about.key not in about.secret else "name"
    name = getattr(entity, shown, None) or getattr(entity, "custom_id", None)
    return str(name or entity.id)


def called(
    kind: str, entity: Entity, all_of: Mapping[str, Mapping[str, Entity]] | None = None
) -> str:
    """Return kind, name and what it belongs to. all_of: kind -> id -> entity, for the names."""
    words = f"{WORDS[kind]} {name_of(kind, entity)}"
    if kind == "consumer_group_consumers":
        words = WORDS[kind]
    belongs = []
    for reference in CATALOG[kind].references:
        ident = None if reference.many else getattr(entity, reference.field, None)
        if ident is None or not _belongs(kind, reference.field):
            continue
        other = (all_of or {}).get(reference.kind, {}).get(ident)
        named = name_of(reference.kind, other) if other is not None else ident
        belongs.append(f"{WORDS[reference.kind]} {named}")
    if not belongs:
        return words
    joint = "on" if kind == "plugins" else "of"
    return f"{words} {joint} {' and '.join(belongs)}"


def _belongs(kind: str, field: str) -> bool:
    """Return whether a reference says where an entity is at home."""
    reference = CATALOG[kind].reference(field)
    return reference is not None and (reference.cascade or kind == "plugins")


def by_id(snapshot: Snapshot) -> dict[str, dict[str, Entity]]:
    """Return kind -> id -> entity."""
    return {kind: {one.id: one for one in getattr(snapshot, kind)} for kind in CATALOG}
