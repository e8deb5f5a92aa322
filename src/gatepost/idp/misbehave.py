"""Which misbehaviour is due: orders are taken, checked, used up and forgotten."""

import re
from dataclasses import dataclass

import msgspec

from gatepost.idp.faults import ELSEWHERE, EVERYWHERE, PARAMETERS, Alter, Order, status
from gatepost.idp.wire import SENDERS

_STATUS = re.compile(r"status-([45]\d\d)", re.ASCII)
_COMMON = frozenset({"fault", "endpoint", "times"})


class BadOrderError(ValueError):
    """An order that cannot be followed; the text says what to write."""


@dataclass(slots=True)
class _Due:
    order: Order
    left: int


class Misbehaviour:
    """The orders of each endpoint, first come first used."""

    def __init__(self, endpoints: tuple[str, ...]) -> None:
        self._endpoints = endpoints
        self._due: dict[str, list[_Due]] = {}

    def faults(self, endpoint: str) -> list[str]:
        """Return the names of the faults that an endpoint can have."""
        here = [*EVERYWHERE, *SENDERS, *ELSEWHERE.get(endpoint, {})]
        return sorted([*here, "status-400 … status-599"])

    def order(self, text: bytes) -> Order:
        """Take an order (JSON); raise BadOrderError with the choices when it is not one."""
        try:
            given = msgspec.json.decode(text, type=dict[str, object])
            order = msgspec.json.decode(text, type=Order)
        except msgspec.MsgspecError as error:
            raise BadOrderError(f"not an order: {error}") from None
        if order.endpoint not in self._endpoints:
            raise BadOrderError(f"endpoint is one of: {', '.join(self._endpoints)}")
        if order.fault not in SENDERS and alteration(order) is None:
            choices = ", ".join(self.faults(order.endpoint))
            raise BadOrderError(f"fault of {order.endpoint} is one of: {choices}")
        unused = sorted(given.keys() - _COMMON - PARAMETERS.get(order.fault, frozenset()))
        if unused:
            raise BadOrderError(f"{order.fault} does not take: {', '.join(unused)}")
        self._due.setdefault(order.endpoint, []).append(_Due(order, order.times))
        return order

    def take(self, endpoint: str) -> Order | None:
        """Return the misbehaviour for this call, if any, and use it up by one."""
        due = self._due.get(endpoint)
        if not due:
            return None
        first = due[0]
        first.left -= 1
        if first.left == 0:
            due.pop(0)
        return first.order

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


def alteration(order: Order) -> Alter | None:
    """Return the function that spoils an answer, or None where no such fault is."""
    found = EVERYWHERE.get(order.fault) or ELSEWHERE.get(order.endpoint, {}).get(order.fault)
    if found is not None:
        return found
    match = _STATUS.fullmatch(order.fault)
    return status(int(match.group(1))) if match else None
