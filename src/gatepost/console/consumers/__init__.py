"""What the pages of consumers and of their groups are made of.

Owns: credentials of a consumer, and membership seen from either end.
Refuses to know: pages.
Neighbours: admin_api, view and parts below; pages above.
"""

from gatepost.console.consumers.credentials import credentials
from gatepost.console.consumers.membership import groups_of, members_of
from gatepost.console.consumers.words import CREDENTIALS, FIELDS, Credential, called, sought

__all__ = [
    "CREDENTIALS",
    "FIELDS",
    "Credential",
    "called",
    "credentials",
    "groups_of",
    "members_of",
    "sought",
]
