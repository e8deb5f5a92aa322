"""What the database gives: entities as they are stored, pages of them, and what has changed."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple


@dataclass(frozen=True, slots=True)
class Stored:
    """An entity as it is stored.

    body: plain JSON, accepted by the kind's ``Entity.model_validate``; its secrets are in it.
    version: the version of the plane's configuration that wrote it.
    """

    body: dict[str, Any] = field(repr=False)
    version: int

    @property
    def id(self) -> str:
        """The entity's id."""
        ident: str = self.body["id"]
        return ident


@dataclass(frozen=True, slots=True)
class Removed:
    """An entity that was deleted, as it was; or that referred to one, and does not any more.

    after: what the latter is now, None for what is gone.
    """

    kind: str
    id: str
    body: dict[str, Any] = field(repr=False)
    after: Stored | None = None


class TagFilter(NamedTuple):
    """Which tags an entity must have: every one of the names, or any one of them."""

    names: tuple[str, ...]
    every: bool = True


class Tagged(NamedTuple):
    """One tag of one entity; ``entity_name`` is the kind."""

    entity_name: str
    entity_id: str
    tag: str


@dataclass(frozen=True, slots=True)
class Page:
    """Some entities in order of their ids. next: what to ask for as ``after``; None at the end."""

    items: list[Stored]
    next: str | None


@dataclass(frozen=True, slots=True)
class TagPage:
    """Some tags in order. next: what to ask for as ``after``; None at the end."""

    items: list[Tagged]
    next: str | None


@dataclass(frozen=True, slots=True)
class Changes:
    """What happened to a plane's configuration since a version.

    version: what it is at now. complete: False when that is too long ago to know what was
    removed; the lists are empty then, and who asks must load everything.
    """

    version: int
    complete: bool
    saved: list[tuple[str, Stored]]
    removed: list[tuple[str, str]]
