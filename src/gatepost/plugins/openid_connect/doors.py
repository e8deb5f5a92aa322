"""What comes before any credential: answers of the provider, by browser or by itself, and logouts.

These requests are not for the upstream. Each door knows its own by what lies in the key, so that
all others pass at the price of a few bits.
"""

from typing import Protocol, final

from gatepost.plugin.attribute import Attribute
from gatepost.plugin.auth_method import Absent, Answer
from gatepost.plugin.request import Request
from gatepost.plugin.runtime import Runtime


class Door(Protocol):
    """One kind of request that is answered here."""

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        """What ``take`` reads from the key of a request."""
        ...

    async def take(self, request: Request, runtime: Runtime) -> Answer | None:
        """Return what comes of a request of this kind; None for any other."""
        ...


@final
class Doors:
    """All doors as one method, which is asked first."""

    name = "doors"

    def __init__(self, *doors: Door) -> None:
        self._doors = doors

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        """What the doors read from the key of a request."""
        return tuple(attribute for door in self._doors for attribute in door.attributes)

    async def prove(self, request: Request, runtime: Runtime) -> Answer:
        """Ask each door."""
        for door in self._doors:
            answer = await door.take(request, runtime)
            if answer is not None:
                return answer
        return Absent()
