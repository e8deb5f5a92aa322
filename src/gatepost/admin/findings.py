"""What needs a person: one finding, many of one kind told as one, and the order of all."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from gatepost.admin.search import cut
from gatepost.model import Entity
from gatepost.store.calling import name_of
from gatepost.values.plain_text import plain

Level = Literal["problem", "warning", "hint"]

MOST = 200
"""Findings that are told; of more there is a number."""

DAY = 86400.0
_ALONE = 3  # so many of one kind are told one by one
_FIRST = 10  # of many, so many are named
_NAME = 250
_ORDER: dict[Level, int] = {"problem": 0, "warning": 1, "hint": 2}


@dataclass(frozen=True, slots=True)
class Finding:
    """what: a code. says: a sentence. do: what helps. kind, id and name: of what it is about.

    first: the first of several that it is about; count: how many they are.
    """

    what: str
    level: Level
    says: str
    do: str
    kind: str | None = None
    id: str | None = None
    name: str | None = None
    count: int = 1
    first: tuple[tuple[str, str], ...] = ()

    def shown(self) -> dict[str, Any]:
        """Return it as an answer has it."""
        told: dict[str, Any] = {
            "what": self.what,
            "level": self.level,
            "says": self.says,
            "do": self.do,
            "kind": self.kind,
            "id": self.id,
            "name": None if self.name is None else cut(self.name, _NAME),
        }
        if self.first:
            told["count"] = self.count
            told["first"] = [
                {"kind": self.kind, "id": ident, "name": cut(name, _NAME)}
                for ident, name in self.first
            ]
        return told


@dataclass(frozen=True, slots=True)
class Sort:
    """One kind of finding about entities. one: its sentence; many: for so many of them."""

    what: str
    level: Level
    kind: str
    one: Callable[[str], str]
    many: Callable[[int], str]
    do: str

    def of(
        self, entities: Sequence[Entity], called: Callable[[Entity], str] | None = None
    ) -> list[Finding]:
        """Return findings about entities: each its own, or one of all when they are many.

        called: what an entity is called, where its name alone says too little.
        """
        named = [
            (entity.id, called(entity) if called else name_of(self.kind, entity))
            for entity in entities
        ]
        if len(named) > _ALONE:
            named.sort(key=lambda pair: pair[1])
            says = self.many(len(named))
            return [
                Finding(
                    self.what, self.level, says, self.do, self.kind,
                    count=len(named), first=tuple(named[:_FIRST]),
                )
            ]  # fmt: skip
        return [
            Finding(self.what, self.level, self.one(short(name)), self.do, self.kind, ident, name)
            for ident, name in named
        ]


def short(name: str) -> str:
    """Return a name as it may stand in a sentence: nothing in it turns or ends the line."""
    return plain(name, 100)


def told(findings: Iterable[Finding]) -> dict[str, Any]:
    """Return the answer: problems first, in the order in which they came; ``more``: left out."""
    ordered = sorted(findings, key=lambda one: _ORDER[one.level])
    return {
        "data": [one.shown() for one in ordered[:MOST]],
        "more": max(0, len(ordered) - MOST),
    }
