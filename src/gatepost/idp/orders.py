"""Misbehaviour that was asked for and is still due, endpoint by endpoint."""

from collections.abc import Container
from dataclasses import dataclass
from typing import Annotated

import msgspec


class Order(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One misbehaviour that was asked for.

    fault: its name. endpoint: where. times: how many calls it spoils, then it is over.
    The others are used by the faults that list them (see ``PARAMETERS``): seconds (to wait, or
    between two bytes), bytes (size), location (URL), members and remove (of the JSON object).
    """

    fault: str
    endpoint: str
    times: Annotated[int, msgspec.Meta(ge=1, le=1_000_000_000)] = 1
    seconds: Annotated[float, msgspec.Meta(ge=0, le=3600)] = 1.0
    bytes: Annotated[int, msgspec.Meta(ge=1, le=2 * 1024**3)] = 64 * 1024**2
    location: str = "http://127.0.0.1:9/elsewhere"
    members: dict[str, object] = {}
    remove: tuple[str, ...] = ()


@dataclass(slots=True)
class _Due:
    order: Order
    inside: bool
    left: int


class Orders:
    """The orders of each endpoint, first come first used.

    Most faults spoil the finished answer to any call. Others act inside, where a token or a
    redirect is made; they wait for the first call that makes one, and hold up no others.
    """

    def __init__(self) -> None:
        self._due: dict[str, list[_Due]] = {}

    def add(self, order: Order, *, inside: bool) -> None:
        """Make an order due. inside: it is taken by name, where it acts."""
        self._due.setdefault(order.endpoint, []).append(_Due(order, inside, order.times))

    def take(self, endpoint: str, among: Container[str] | None = None) -> Order | None:
        """Return the misbehaviour for this call, if any, and use it up by one.

        among: the names of the faults that act here; without, those of the finished answer.
        """
        due = self._due.get(endpoint)
        if not due:
            return None
        for number, one in enumerate(due):
            if not one.inside if among is None else (one.inside and one.order.fault in among):
                one.left -= 1
                if one.left == 0:
                    del due[number]
                return one.order
        return None

    def shown(self) -> list[dict[str, object]]:
        """Return what is still due."""
        return [
            {"fault": one.order.fault, "endpoint": endpoint, "left": one.left}
            for endpoint, due in self._due.items()
            for one in due
        ]

    def clear(self) -> None:
        """Behave again."""
        self._due.clear()
