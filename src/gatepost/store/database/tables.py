"""The tables, as they are after the newest migration. What each of them holds stands here.

Bodies are sealed (see ``sealing``); beside them stands what the database must find, compare or
keep whole by itself. Ids are text; moments are seconds since 1970; JSON is text.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    false,
)

METADATA = MetaData()

# Bytes in order, whatever the language of the server: pages are in this order on every database.
Word = Text().with_variant(Text(collation="C"), "postgresql")
# SQLite numbers rows by itself only where the column is an INTEGER.
Number = BigInteger().with_variant(Integer(), "sqlite")

_PLANE = ("plane", "kind", "id")
_ENTITY = ["entities.plane", "entities.kind", "entities.id"]


def _plane(*, key: bool = True) -> Column[str]:
    return Column(
        "plane",
        Word,
        ForeignKey("planes.id", ondelete="CASCADE"),
        primary_key=key,
        nullable=False,
    )


def _word(name: str, *, key: bool = False, null: bool = False) -> Column[str]:
    return Column(name, Word, primary_key=key, nullable=null)


# name → sealed value: what the whole installation has once
settings = Table(
    "settings", METADATA, _word("name", key=True), Column("value", LargeBinary, nullable=False)
)

# version: of the configuration. floor: removals up to this version are forgotten
planes = Table(
    "planes",
    METADATA,
    _word("id", key=True),
    Column("name", Word, unique=True, nullable=False),
    Column("description", Text, nullable=False),
    Column("labels", Text, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("floor", BigInteger, nullable=False),
)

entities = Table(
    "entities",
    METADATA,
    _plane(),
    _word("kind", key=True),
    _word("id", key=True),
    Column("version", BigInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("entities_by_version", "plane", "version"),
)

# field: the names of a set of fields that are unique together, joined by commas
uniques = Table(
    "uniques",
    METADATA,
    _word("plane", key=True),
    _word("kind", key=True),
    _word("field", key=True),
    _word("value", key=True),
    _word("id"),
    ForeignKeyConstraint(_PLANE, _ENTITY, ondelete="CASCADE", name="uniques_of_entity"),
    Index("uniques_by_entity", *_PLANE),
)

# that the target is there is promised by the database too, beside the check that says so kindly
links = Table(
    "links",
    METADATA,
    _word("plane", key=True),
    _word("kind", key=True),
    _word("id", key=True),
    _word("field", key=True),
    _word("target_kind"),
    _word("target_id", key=True),
    ForeignKeyConstraint(_PLANE, _ENTITY, ondelete="CASCADE", name="links_of_entity"),
    ForeignKeyConstraint(("plane", "target_kind", "target_id"), _ENTITY, name="links_to_entity"),
    Index("links_by_target", "plane", "target_kind", "target_id", "kind", "field", "id"),
)

tags = Table(
    "tags",
    METADATA,
    _word("plane", key=True),
    _word("tag", key=True),
    _word("kind", key=True),
    _word("id", key=True),
    ForeignKeyConstraint(_PLANE, _ENTITY, ondelete="CASCADE", name="tags_of_entity"),
    Index("tags_by_entity", *_PLANE),
)

# the last removal of each id; the entity may be there again since
removed = Table(
    "removed",
    METADATA,
    _plane(),
    _word("kind", key=True),
    _word("id", key=True),
    Column("version", BigInteger, nullable=False),
    Index("removed_by_version", "plane", "version"),
)

tokens = Table(
    "tokens",
    METADATA,
    _word("id", key=True),
    _word("name"),
    _word("role"),
    Column("plane", Word, ForeignKey("planes.id", ondelete="CASCADE"), nullable=True),
    Column("secret", Word, unique=True, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("expires_at", Float, nullable=True),
    Column("last_used_at", Float, nullable=True),
    Column("revoked_at", Float, nullable=True),
)

# plane has no foreign key: what was done to a plane outlives it
audit = Table(
    "audit",
    METADATA,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("at", Float, nullable=False),
    _word("plane", null=True),
    _word("who"),
    _word("how"),
    _word("kind", null=True),
    _word("entity", null=True),
    _word("name", null=True),
    _word("action"),
    Column("before", Text, nullable=True),
    Column("after", Text, nullable=True),
    Index("audit_by_plane", "plane", "id"),
    Index("audit_by_entity", "plane", "kind", "entity", "id"),
    Index("audit_by_time", "at"),
    sqlite_autoincrement=True,
)

enrolments = Table(
    "enrolments",
    METADATA,
    _word("id", key=True),
    _plane(key=False),
    _word("secret"),
    Column("created_at", Float, nullable=False),
    Column("expires_at", Float, nullable=False),
    Column("used_at", Float, nullable=True),
    _word("used_by", null=True),
    _word("used_key", null=True),
)

nodes = Table(
    "nodes",
    METADATA,
    _plane(),
    _word("id", key=True),
    _word("hostname"),
    _word("ip"),
    _word("version"),
    Column("labels", Text, nullable=False),
    Column("enrolled_at", Float, nullable=True),
    Column("last_seen", Float, nullable=True),
    Column("connected", Boolean, nullable=False, server_default=false()),
    _word("config_hash"),
    Column("config_version", BigInteger, nullable=False),
    _word("sync_status"),
    Column("sync_reason", Text, nullable=False),
    _word("certificate_serial"),
    Column("certificate_expires_at", Float, nullable=True),
    Column("revoked_at", Float, nullable=True),
    Column("revoked_why", Text, nullable=False),
    Column("proxies", Text, nullable=False, server_default="[]"),
)

# last: the number of the newest entry. epoch: a word that no other log has
revocation_logs = Table(
    "revocation_logs",
    METADATA,
    _plane(),
    _word("epoch"),
    Column("last", BigInteger, nullable=False),
)

revocations = Table(
    "revocations",
    METADATA,
    _plane(),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Float, nullable=False),
    Column("entry", Text, nullable=False),
)

# step: seconds a row stands for. series, counts: JSON
telemetry = Table(
    "telemetry",
    METADATA,
    _plane(),
    Column("step", Integer, primary_key=True, autoincrement=False),
    Column("at", BigInteger, primary_key=True, autoincrement=False),
    _word("node", key=True),
    _word("series", key=True),
    Column("counts", Text, nullable=False),
    Index("telemetry_by_age", "step", "at"),
)

# outcome, code, mark and the ids are searched for; summary and detail are sealed
traces = Table(
    "traces",
    METADATA,
    _plane(),
    _word("id", key=True),
    _word("node", key=True),
    Column("at", Float, nullable=False),
    _word("route", null=True),
    _word("service", null=True),
    _word("consumer", null=True),
    _word("outcome"),
    _word("code", null=True),
    Column("status", Integer, nullable=True),
    _word("mark", null=True),
    Column("summary", LargeBinary, nullable=False),
    Column("detail", LargeBinary, nullable=True),
    Index("traces_by_time", "plane", "at", "id"),
    Index("traces_by_age", "at"),
)
