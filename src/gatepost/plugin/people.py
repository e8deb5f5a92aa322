"""The consumers of a configuration, found as plugins look for them."""

from collections.abc import Iterable

from gatepost.plugin.runtime import Person
from gatepost.values import Tag, TagKind

FIELDS = ("id", "username", "custom_id")


class People:
    """Consumers by id, username and custom id; with and without regard to case."""

    __slots__ = ("_exact", "_folded")

    def __init__(self, people: Iterable[Person] = ()) -> None:
        self._exact: dict[tuple[str, str], Person] = {}
        self._folded: dict[tuple[str, str], Person] = {}
        for person in people:
            for field in FIELDS:
                value: str | None = getattr(person, field)
                if value is not None:
                    self._exact[field, value] = person
                    self._folded.setdefault((field, value.casefold()), person)

    def find(self, by: str, value: str, *, ignore_case: bool = False) -> Person | None:
        """Return the consumer, or None. ValueError when ``by`` is no field to look in."""
        if by not in FIELDS:
            raise ValueError(f"consumers are found by {', '.join(FIELDS)}; not by {by}")
        exact = self._exact.get((by, value))
        if exact is not None or not ignore_case:
            return exact
        return self._folded.get((by, value.casefold()))


def lookup_tag(by: str, value: str, *, ignore_case: bool = False) -> Tag:
    """Return the tag of one look-up; absence rests on it as much as presence."""
    if ignore_case:
        return Tag.of(TagKind.LOOKUP, by, "any case", value.casefold())
    return Tag.of(TagKind.LOOKUP, by, value)


def changed_lookup_tags(by: str, value: str) -> tuple[Tag, ...]:
    """Return every tag to revoke when what this look-up finds has changed."""
    tags = (lookup_tag(by, value), lookup_tag(by, value, ignore_case=True))
    return (*tags, Tag.of(TagKind.CONSUMER, value)) if by == "id" else tags
