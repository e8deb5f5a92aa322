"""Cookies as they are written and read: attributes, parts, and what to make of doubles.

A value that is too long for one cookie is split: NAME, NAME2, NAME3 … The first begins with the
number of parts, so that a part that is missing or foreign never passes for the whole.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Final, final

from gatepost.plugin.attribute import Attribute
from gatepost.plugin.request import Request

PART: Final = 3_800
"""Characters of one part; browsers drop a cookie whose name and value exceed 4,096 bytes."""

PARTS: Final = 4
"""Parts at most: servers take about 16 KB of all cookies together."""

_COUNTS: Final = {str(count): count for count in range(1, PARTS + 1)}
"""How many parts there are, as the first part says it. Other digits (²) mean nothing here."""

_COMBINATIONS: Final = 8
"""How many ways to put doubled parts together are tried."""


class TooLarge(ValueError):
    """The value does not fit into cookies; characters: how long it is."""

    def __init__(self, characters: int) -> None:
        super().__init__(f"{characters} characters do not fit into {PARTS} cookies")
        self.characters = characters


@final
@dataclass(frozen=True, slots=True)
class Jar:
    """One kind of cookie: its name and attributes. secure: None follows the request's scheme."""

    name: str
    path: str = "/"
    domain: str | None = None
    same_site: str = "Lax"
    http_only: bool = True
    secure: bool | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all parts."""
        return (self.name, *(f"{self.name}{number}" for number in range(2, PARTS + 1)))

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        """What ``texts`` reads from a request."""
        return tuple(Attribute("cookies", name) for name in self.names)

    def present(self, request: Request) -> tuple[str, ...]:
        """Return the names of the parts that a request holds."""
        return tuple(name for name in self.names if request.cookie(name))

    def texts(self, request: Request) -> Iterator[str]:
        """Yield every whole value that the parts of a request can be put together to.

        There is one, unless somebody put a second cookie of the same name beside ours (from a
        sibling domain, or for another path); whoever seals decides which one is real.
        """
        for first in request.cookie(self.name)[:_COMBINATIONS]:
            count = _COUNTS.get(first[:1])
            if count is None:
                continue
            more = [request.cookie(name) for name in self.names[1:count]]
            for tried, parts in enumerate(product([first[1:]], *more)):
                if tried == _COMBINATIONS:
                    break
                yield "".join(parts)

    def write(
        self, text: str, *, scheme: str, old: Iterable[str] = (), age: float | None = None
    ) -> tuple[str, ...]:
        """Return the Set-Cookie lines for a value; old: parts that the browser has.

        age: seconds the browser keeps it; None until it is closed. Raises TooLarge.
        """
        pieces = [text[at : at + PART] for at in range(0, len(text), PART)] or [""]
        if len(pieces) > PARTS:
            raise TooLarge(len(text))
        values = dict(zip(self.names, pieces, strict=False))
        values[self.name] = f"{len(pieces)}{pieces[0]}"
        lines = [self._line(name, value, scheme, age) for name, value in values.items()]
        return (*lines, *self.delete([name for name in old if name not in values], scheme=scheme))

    def delete(self, names: Iterable[str], *, scheme: str) -> tuple[str, ...]:
        """Return the lines that make a browser forget cookies of this kind."""
        return tuple(self._line(name, "", scheme, 0) for name in names)

    def _line(self, name: str, value: str, scheme: str, age: float | None) -> str:
        line = f"{name}={value}; Path={self.path}"
        if self.domain:
            line += f"; Domain={self.domain}"
        if age is not None:
            line += f"; Max-Age={max(0, int(age))}"
            if age <= 0:
                line += "; Expires=Thu, 01 Jan 1970 00:00:00 GMT"
        if self.same_site != "Default":
            line += f"; SameSite={self.same_site}"
        if scheme == "https" if self.secure is None else self.secure:
            line += "; Secure"
        return line + ("; HttpOnly" if self.http_only else "")


def as_headers(lines: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return Set-Cookie lines as header fields."""
    return tuple(("Set-Cookie", line) for line in lines)
