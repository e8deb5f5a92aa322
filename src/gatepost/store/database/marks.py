"""What stands beside a sealed body so that the database can find and compare it.

Rules of the file: all of it is worked out from the body alone, so that a replaced entity's old
marks need not be read; texts that an index could not hold, and secrets, are digests.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gatepost.model import CATALOG, Kind
from gatepost.store.database.sealing import Seal

_LONGEST = 200  # an index of PostgreSQL holds some 2,700 bytes a row, of all columns together


@dataclass(frozen=True, slots=True)
class Marks:
    """uniques: {(field, value)}; links: {(field, kind, id)}; tags."""

    uniques: frozenset[tuple[str, str]] = frozenset()
    links: frozenset[tuple[str, str, str]] = frozenset()
    tags: frozenset[str] = frozenset()

    def rows(self) -> tuple[list[dict[str, str]], ...]:
        """Return what stands in the tables of each, in one order for equal marks."""
        return (
            [{"field": field, "value": value} for field, value in sorted(self.uniques)],
            [
                {"field": field, "target_kind": kind, "target_id": ident}
                for field, kind, ident in sorted(self.links)
            ],
            [{"tag": tag} for tag in sorted(self.tags)],
        )


def marks_of(kind: str, body: Mapping[str, Any], seal: Seal) -> Marks:
    """Return the marks of an entity."""
    about = CATALOG[kind]
    uniques = (
        (",".join(names), unique_value(about, names, body, seal))
        for names in about.unique
        if body.get(names[0]) is not None
    )
    return Marks(frozenset(uniques), frozenset(_links(about, body)), frozenset(body["tags"]))


def unique_value(about: Kind, names: tuple[str, ...], body: Mapping[str, Any], seal: Seal) -> str:
    """Return what stands for the values of fields that are unique together."""
    values = [_folded(about, name, body.get(name)) for name in names]
    alone = values[0] if len(names) == 1 else None
    text = alone if alone is not None else json.dumps(values)
    secret = any(name in about.secret for name in names)
    # PostgreSQL keeps no NUL in a text
    if secret or len(text.encode("utf-8", "surrogatepass")) > _LONGEST or "\0" in text:
        return seal.digest(text, about.name, *names)
    return text


def _folded(about: Kind, name: str, value: str | None) -> str | None:
    return value.lower() if value is not None and name in about.folded else value


def _links(about: Kind, body: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    found: list[tuple[str, str, str]] = []
    for reference in about.references:
        value = body.get(reference.field)
        idents = (value or ()) if reference.many else (value,)
        found += [(reference.field, reference.kind, ident) for ident in idents if ident is not None]
    return found
