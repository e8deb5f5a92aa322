"""Every misbehaviour there is, by endpoint and name, and the reading of orders for it."""

import re
from collections.abc import Collection

import msgspec

from gatepost.idp.faults import ELSEWHERE, EVERYWHERE, PARAMETERS, Alter, status
from gatepost.idp.faulty import id_tokens, logout_tokens
from gatepost.idp.faulty.authorization import AUTHORIZE_FAULTS
from gatepost.idp.faulty.key_sets import KEY_SETS
from gatepost.idp.faulty.logout import LOGOUT
from gatepost.idp.faulty.metadata import DISCOVERY_FAULTS
from gatepost.idp.faulty.userinfo import USERINFO_FAULTS
from gatepost.idp.key_ring import KeyRing
from gatepost.idp.orders import Order, Orders
from gatepost.idp.wire import SENDERS

INSIDE: dict[str, Collection[str]] = {
    "authorize": AUTHORIZE_FAULTS,
    "backchannel": logout_tokens.LOGOUT_FAULTS,
    "discovery": DISCOVERY_FAULTS,
    "keys": tuple(KEY_SETS),
    "logout": tuple(LOGOUT),
    "token": id_tokens.TOKEN_FAULTS,
    "userinfo": USERINFO_FAULTS,
}
"""The faults that act where something is made, by endpoint; see ``faulty``."""

SENT_ONLY = "backchannel"
"""Not an endpoint of ours but what we send: it has no answer that could be spoilt."""

_STATUS = re.compile(r"status-([45]\d\d)", re.ASCII)
_COMMON = frozenset({"fault", "endpoint", "times"})


class BadOrderError(ValueError):
    """An order that cannot be followed; the text says what to write."""


class Misbehaviour:
    """Takes orders for misbehaviour, and checks that there is such a thing."""

    def __init__(self, endpoints: tuple[str, ...], orders: Orders, keys: KeyRing) -> None:
        self.endpoints = (*endpoints, SENT_ONLY)
        self._orders = orders
        self._keys = keys

    def faults(self, endpoint: str) -> list[str]:
        """Return the names of the faults that an endpoint can have."""
        inside = INSIDE.get(endpoint, ())
        if endpoint == SENT_ONLY:
            return sorted(inside)
        here = [*EVERYWHERE, *SENDERS, *ELSEWHERE.get(endpoint, {}), *inside]
        return sorted([*here, "status-400 … status-599"])

    def order(self, text: bytes) -> Order:
        """Take an order (JSON); raise BadOrderError with the choices when it is not one."""
        try:
            given = msgspec.json.decode(text, type=dict[str, object])
            order = msgspec.json.decode(text, type=Order)
        except msgspec.MsgspecError as error:
            raise BadOrderError(f"not an order: {error}") from None
        if order.endpoint not in self.endpoints:
            raise BadOrderError(f"endpoint is one of: {', '.join(self.endpoints)}")
        inside = order.fault in INSIDE.get(order.endpoint, ())
        outside = order.endpoint != SENT_ONLY and (
            order.fault in SENDERS or alteration(order) is not None
        )
        if not inside and not outside:
            choices = ", ".join(self.faults(order.endpoint))
            raise BadOrderError(f"fault of {order.endpoint} is one of: {choices}")
        unused = sorted(given.keys() - _COMMON - PARAMETERS.get(order.fault, frozenset()))
        if unused:
            raise BadOrderError(f"{order.fault} does not take: {', '.join(unused)}")
        self._publish_for(order.fault)
        self._orders.add(order, inside=inside)
        return order

    def _publish_for(self, fault: str) -> None:
        """Publish the keys that a fault will sign with, for clients that fetch keys before."""
        if fault in id_tokens.NEEDS_OTHER_KEY or fault in logout_tokens.NEEDS_OTHER_KEY:
            self._keys.other()
        if fault in id_tokens.NEEDS_P256_KEY:
            self._keys.other("ES256")


def alteration(order: Order) -> Alter | None:
    """Return the function that spoils an answer, or None where no such fault is."""
    found = EVERYWHERE.get(order.fault) or ELSEWHERE.get(order.endpoint, {}).get(order.fault)
    if found is not None:
        return found
    match = _STATUS.fullmatch(order.fault)
    return status(int(match.group(1))) if match else None
