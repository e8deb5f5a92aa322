"""Trying a route out: a request, a token for it, what came back and why, and what would have been.

Owns: what somebody tries on one page, and the parts of that page. All of it, tokens above all, is
kept in this process as long as the page is open, and nowhere else.
Refuses to know: providers and gateways; the Admin API speaks to them.
Neighbours: collection, which files are made with; parts; pages above.
"""

from gatepost.console.trying.desk import Desk
from gatepost.console.trying.logins import LOGINS, Logins
from gatepost.console.trying.trial import Sent, Tokens, Trial

__all__ = ["LOGINS", "Desk", "Logins", "Sent", "Tokens", "Trial"]
