"""An entity as an answer shows it: Kong's shape, every default written out, secrets masked."""

from collections.abc import Iterable
from typing import Any

from gatepost.admin.secrets_hidden import hidden
from gatepost.model.shape import to_kong
from gatepost.plugin import Plugin, Registry
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
    config = with_old_names(plugin, filled(plugin, body["config"]))
    return config if reveal else masked(plugin, config)


def with_old_names(plugin: Plugin[Any], config: dict[str, Any]) -> dict[str, Any]:
    """Return a whole configuration that has each value under its old names too, as Kong shows it.

    A tool whose file still holds the old name compares it with what it finds under that name.
    """
    old = {}
    for one in plugin.old_names:
        if one.path:
            value = _at(config, one.path)
            if one.single:
                value = value[0] if isinstance(value, list) and len(value) == 1 else None
            old[one.name] = value
    return config | old


def _at(config: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        config = config.get(name) if isinstance(config, dict) else None
    return config


async def _names(reader: Reader, idents: list[str]) -> dict[str, list[str]]:
    if len(idents) == 1:
        found = (await reader.page("snis", size=1000, where=("certificate", idents[0]))).items
    else:
        found = await reader.all("snis")
    names: dict[str, list[str]] = {}
    for sni in found:
        names.setdefault(sni.body["certificate"], []).append(sni.body["name"])
    return {ident: sorted(held) for ident, held in names.items()}
