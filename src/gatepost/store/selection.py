"""Which entities of a configuration have certain tags: the part of it that one team owns."""

from collections.abc import Iterable
from functools import cached_property

from gatepost.model import ConsumerGroupMember, Entity, Snapshot


class Selection:
    """The entities that have all of some tags; all entities when there are none.

    Who is in a group has no tags in Kong: it belongs to the selection when the consumer does.
    """

    def __init__(self, snapshot: Snapshot, tags: Iterable[str] = ()) -> None:
        self._snapshot = snapshot
        self._tags = frozenset(tags)

    def of(self, kind: str) -> list[Entity]:
        """Return the selected entities of a kind, in the order of the Snapshot."""
        entities: tuple[Entity, ...] = getattr(self._snapshot, kind)
        return [entity for entity in entities if self.has(entity)]

    def without(self, kind: str) -> list[Entity]:
        """Return the entities of a kind that are not selected."""
        entities: tuple[Entity, ...] = getattr(self._snapshot, kind)
        return [entity for entity in entities if not self.has(entity)]

    def has(self, entity: Entity) -> bool:
        """Return whether an entity is selected."""
        if not self._tags:
            return True
        if isinstance(entity, ConsumerGroupMember):
            return entity.consumer in self._consumers
        return self._tags.issubset(entity.tags)

    @cached_property
    def _consumers(self) -> set[str]:
        return {one.id for one in self._snapshot.consumers if self._tags.issubset(one.tags)}
