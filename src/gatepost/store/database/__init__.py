"""The database of the control planes: SQLite in a file, or PostgreSQL.

Owns: the tables and their migrations, sealing what is in them, versions and what changed since,
and the rules that need all entities: unique fields, references, what goes when something goes.
Refuses to know: the Admin API's words, how a Snapshot travels, what an entity means.
Neighbours: model below, whose catalog says what is unique and what refers to what; kong.yaml beside
it; admin above.
"""

from gatepost.store.database.audit import AuditEntry, AuditPage
from gatepost.store.database.authority import Authority
from gatepost.store.database.bulk import remove_all, save_all
from gatepost.store.database.conflict import (
    Conflict,
    Dangling,
    Duplicate,
    Referenced,
    Stale,
    UnknownPlane,
)
from gatepost.store.database.database import Database
from gatepost.store.database.enrolments import Enrolment, Use
from gatepost.store.database.news import GONE
from gatepost.store.database.nodes import Node, NodePage
from gatepost.store.database.planes import DEFAULT, Plane
from gatepost.store.database.reader import Reader
from gatepost.store.database.revocations import Numbered, Position
from gatepost.store.database.stored import (
    Changes,
    Page,
    Removed,
    Stored,
    TagFilter,
    Tagged,
    TagPage,
)
from gatepost.store.database.telemetry import Measure
from gatepost.store.database.tokens import Role, Token
from gatepost.store.database.traces import Traced
from gatepost.store.database.writer import Writer

__all__ = [
    "DEFAULT",
    "GONE",
    "AuditEntry",
    "AuditPage",
    "Authority",
    "Changes",
    "Conflict",
    "Dangling",
    "Database",
    "Duplicate",
    "Enrolment",
    "Measure",
    "Node",
    "NodePage",
    "Numbered",
    "Page",
    "Plane",
    "Position",
    "Reader",
    "Referenced",
    "Removed",
    "Role",
    "Stale",
    "Stored",
    "TagFilter",
    "TagPage",
    "Tagged",
    "Token",
    "Traced",
    "UnknownPlane",
    "Use",
    "Writer",
    "remove_all",
    "save_all",
]
