"""An entity in the shape that Kong's Admin API has it, and back.

There, a reference is ``{"id": …}``, what is not set is null, and fields that Gatepost does not do
yet have their defaults. Here, a reference is an id, and the rest is left out.
"""

from collections.abc import Mapping
from typing import Any

from gatepost.model.catalog import CATALOG
from gatepost.model.schema import plain


def to_kong(kind: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an answer shows of an entity. body: ``entity.model_dump(mode="json")``.

    A plugin's ``config`` is passed through as it is. Secrets are still in it. KeyError: no such
    kind.
    """
    about = CATALOG[kind]
    shown: dict[str, Any] = {}
    for name in about.entity.model_fields:
        value = body.get(name)
        reference = about.reference(name)
        if reference is not None and not reference.many:
            shown[name] = None if value is None else {"id": value}
        elif name == "config" and isinstance(value, Mapping):
            shown[name] = dict(value)
        else:
            shown[name] = plain(value)
    for name, not_yet in about.entity.NOT_YET.items():
        if not_yet.shown:
            shown[name] = plain(not_yet.default)
    return shown


def from_kong(kind: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the entity is made of. A reference by name, ``{"name": …}``, stays as it is:
    only who has the other entities can resolve it. KeyError: no such kind.
    """
    given = dict(data)
    for reference in CATALOG[kind].references:
        value = given.get(reference.field)
        if isinstance(value, Mapping) and value.get("id") is not None:  # decK sends names beside it
            given[reference.field] = value["id"]
    return given
