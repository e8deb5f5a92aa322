"""An entity as an answer shows it: Kong's shape, every default written out, secrets masked."""

from collections.abc import Iterable
from typing import Any

from gatepost.admin.plugin_forms import RegistryForms
from gatepost.model.shape import to_kong
from gatepost.plugin import Registry
from gatepost.plugin.canonical import filled, with_old_names
from gatepost.store.database import Reader, Stored
from gatepost.store.masking import hidden


def shown(kind: str, stored: Stored, registry: Registry, *, reveal: bool = False) -> dict[str, Any]:
    """Return what is shown of an entity. reveal: with its secrets."""
    value = to_kong(kind, stored.body)
    if kind == "plugins" and value["name"] in registry.names:
        plugin = registry.plugin(value["name"])
        value["config"] = with_old_names(plugin, filled(plugin, value["config"]))
    return value if reveal else hidden(kind, value, RegistryForms(registry))


async def all_shown(
    reader: Reader, kind: str, found: Iterable[Stored], registry: Registry, *, reveal: bool = False
) -> list[dict[str, Any]]:
    """Return what is shown of several, with what only the database knows: a certificate's names."""
    values = [shown(kind, one, registry, reveal=reveal) for one in found]
    if kind == "certificates" and values:
        names = await _names(reader, [value["id"] for value in values])
        for value in values:
            value["snis"] = names.get(value["id"], [])
    return values


async def _names(reader: Reader, idents: list[str]) -> dict[str, list[str]]:
    if len(idents) == 1:
        found = (await reader.page("snis", size=1000, where=("certificate", idents[0]))).items
    else:
        found = await reader.all("snis")
    names: dict[str, list[str]] = {}
    for sni in found:
        names.setdefault(sni.body["certificate"], []).append(sni.body["name"])
    return {ident: sorted(held) for ident, held in names.items()}
