"""Finding the entity that a path or a reference names: by its id, or by its endpoint key."""

import re

from gatepost.admin.problem import not_found, numbered, pretty
from gatepost.model import CATALOG
from gatepost.model.address import host_and_port
from gatepost.model.target import DEFAULT_PORT
from gatepost.store.database import Reader, Stored

Within = tuple[str, str]
"""(field, id): the entity must refer to this one there."""

_UUID = re.compile(r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}")


def is_id(text: str) -> bool:
    """Say whether a text is meant as an id."""
    return _UUID.fullmatch(text) is not None


async def look(reader: Reader, kind: str, text: str, within: Within | None = None) -> Stored | None:
    """Return the entity that a text names, None when there is none (or not within that one).

    Raises Refused, code 1, where entities of a kind have no key and the text is no id.
    """
    if is_id(text):
        found = await reader.get(kind, text.lower())
    else:
        found = await _by_key(reader, kind, text, within)
    if found is None or within is None or found.body.get(within[0]) == within[1]:
        return found
    return None


async def must(reader: Reader, kind: str, text: str, within: Within | None = None) -> Stored:
    """Return what ``look`` finds. Raises Refused (404) when it finds nothing."""
    found = await look(reader, kind, text, within)
    if found is None:
        raise not_found()
    return found


async def _by_key(reader: Reader, kind: str, text: str, within: Within | None) -> Stored | None:
    if kind == "certificates":
        sni = await reader.find("snis", "name", text.lower())
        return None if sni is None else await reader.get(kind, sni.body["certificate"])
    about = CATALOG[kind]
    if about.key is None:
        raise numbered(1, f"invalid primary key: '{pretty({'id': text})}'", fields={"id": text})
    key = as_key(kind, text)
    if (about.key,) in about.unique:
        return await reader.find(kind, about.key, key)
    together = {about.key, within[0]} if within else set()
    if within and any(set(names) == together for names in about.unique):
        return await reader.find(kind, about.key, key, {within[0]: within[1]})
    return None


def as_key(kind: str, text: str) -> str:
    """Return a key of a path as entities hold it: a target has its port."""
    if kind != "targets":
        return text
    try:
        host, port = host_and_port(text, DEFAULT_PORT)
    except ValueError:
        return text
    return f"{host}:{port}"
