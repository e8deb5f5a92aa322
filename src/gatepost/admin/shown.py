"""An entity as an answer shows it: Kong's shape, every default written out, secrets masked."""

from collections.abc import Iterable
from typing import Any

from gatepost.admin.secrets_hidden import hidden
from gatepost.model.shape import to_kong
from gatepost.plugin import Registry
from gatepost.plugin.canonical import filled
from gatepost.plugin.masking import MASK, masked
from gatepost.store.database import Reader, Stored
from gatepost.values import Fault


def shown(kind: str, stored: Stored, registry: Registry, *, reveal: bool = False) -> dict[str, Any]:
    """Return what is shown of an entity. reveal: with its secrets."""
    value = to_kong(kind, stored.body)
    if kind == "plugins":
        value["config"] = _config(stored.body, registry, reveal=reveal)
    return value if reveal else hidden(kind, value)


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


def _config(body: dict[str, Any], registry: Registry, *, reveal: bool) -> dict[str, Any]:
    try:
        plugin = registry.plugin(body["name"])
    except Fault:  # it is not installed any more, so nobody knows what is secret in it
        return body["config"] if reveal else dict.fromkeys(body["config"], MASK)
    config = filled(plugin, body["config"])
    return config if reveal else masked(plugin, config)


async def _names(reader: Reader, idents: list[str]) -> dict[str, list[str]]:
    if len(idents) == 1:
        found = (await reader.page("snis", size=1000, where=("certificate", idents[0]))).items
    else:
        found = await reader.all("snis")
    names: dict[str, list[str]] = {}
    for sni in found:
        names.setdefault(sni.body["certificate"], []).append(sni.body["name"])
    return {ident: sorted(held) for ident, held in names.items()}
