"""HTTP header fields as an immutable list that is read without regard to case."""

from collections.abc import Iterable, Iterator
from typing import final


@final
class Headers:
    """Header fields in the order they came; names compare without case (RFC 9110, 5.1)."""

    __slots__ = ("_fields",)

    def __init__(self, fields: Iterable[tuple[str, str]] = ()) -> None:
        self._fields = tuple([(name, value) for name, value in fields])

    @staticmethod
    def holding(fields: tuple[tuple[str, str], ...]) -> "Headers":
        """Return the headers that hold these pairs as they are, without copying each."""
        made = Headers.__new__(Headers)
        made._fields = fields
        return made

    def all(self, name: str) -> tuple[str, ...]:
        """Return every value of one field, in order; an empty tuple when it is absent."""
        wanted = name.lower()
        return tuple(value for key, value in self._fields if key.lower() == wanted)

    def get(self, name: str, default: str | None = None) -> str | None:
        """Return the first value of one field, or the default."""
        wanted = name.lower()
        for key, value in self._fields:
            if key.lower() == wanted:
                return value
        return default

    def with_(self, name: str, value: str) -> "Headers":
        """Return a copy in which the field has this one value."""
        wanted = name.lower()
        kept = [(key, old) for key, old in self._fields if key.lower() != wanted]
        return Headers([*kept, (name, value)])

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.get(name) is not None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Headers):
            return NotImplemented
        return [(k.lower(), v) for k, v in self] == [(k.lower(), v) for k, v in other]

    def __hash__(self) -> int:
        return hash(tuple((k.lower(), v) for k, v in self._fields))

    def __repr__(self) -> str:
        return f"Headers({[name for name, _ in self._fields]})"  # values may be secrets
