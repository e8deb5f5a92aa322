"""What a form of ours must bring back: it came from our page, to this browser, lately.

A page of another site can send a form here, but it cannot read the ticket in ours, and a ticket
that the attacker was given is worth nothing in the victim's browser (RFC 6749, 10.12; RFC 9700,
4.7). Cookies know no ports, so a neighbour on this host might plant one: see ``cross_site``.
"""

import hmac
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TypeVar

from gatepost.idp.asking import Asking
from gatepost.idp.expiring import Expiring
from gatepost.values import Clock

TICKET_SECONDS = 1_800
"""How long a person may look at a form."""

Errand = TypeVar("Errand")


@dataclass(frozen=True, slots=True)
class _Ticket:
    browser: str = field(repr=False)
    errand: object


class Tickets:
    """Every form that is open in some browser."""

    def __init__(self, clock: Clock) -> None:
        self._open: Expiring[_Ticket] = Expiring(clock)

    def issue(self, browser: str, errand: object) -> str:
        """Return a new ticket. browser: its secret; errand: what the form is about."""
        text = secrets.token_urlsafe(24)
        self._open.put(text, _Ticket(browser, errand), seconds=TICKET_SECONDS)
        return text

    def find(self, text: str, browser: Collection[str], kind: type[Errand]) -> Errand | None:
        """Return what a form is about; the ticket stays good. browser: all secrets it has."""
        ticket = self._open.find(text)
        if ticket is None or not isinstance(ticket.errand, kind):
            return None
        bound = ticket.browser.encode()
        same = any(hmac.compare_digest(bound, secret.encode()) for secret in browser)
        return ticket.errand if same else None

    def use(self, text: str) -> None:
        """Make sure that the form does nothing a second time."""
        self._open.take(text)


def cross_site(asking: Asking) -> bool:
    """Return whether the browser says that a page of another origin made the call.

    Browsers that say nothing are left to the ticket and to SameSite.
    """
    return (asking.header(b"sec-fetch-site") or "same-origin") != "same-origin"
