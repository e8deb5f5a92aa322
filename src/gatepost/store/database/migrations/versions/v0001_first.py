"""The first schema.

It repeats what ``tables.py`` said then, on purpose: that page goes on changing, and this step must
always make the tables that it made for the first databases.
"""

from alembic import op
from sqlalchemy import (
    BigInteger,
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
)

revision = "0001"
down_revision = None

_METADATA = MetaData()


_WORD = Text().with_variant(Text(collation="C"), "postgresql")
_NUMBER = BigInteger().with_variant(Integer(), "sqlite")

_PLANE = ("plane", "kind", "id")
_ENTITY = ["entities.plane", "entities.kind", "entities.id"]


def _plane(*, key: bool = True) -> Column[str]:
    return Column(
        "plane",
        _WORD,
        ForeignKey("planes.id", ondelete="CASCADE"),
        primary_key=key,
        nullable=False,
    )


def _word(name: str, *, key: bool = False, null: bool = False) -> Column[str]:
    return Column(name, _WORD, primary_key=key, nullable=null)


Table("settings", _METADATA, _word("name", key=True), Column("value", LargeBinary, nullable=False))

Table(
    "planes",
    _METADATA,
    _word("id", key=True),
    Column("name", _WORD, unique=True, nullable=False),
    Column("description", Text, nullable=False),
    Column("labels", Text, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("floor", BigInteger, nullable=False),
)

Table(
    "entities",
    _METADATA,
    _plane(),
    _word("kind", key=True),
    _word("id", key=True),
    Column("version", BigInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("entities_by_version", "plane", "version"),
)

Table(
    "uniques",
    _METADATA,
    _word("plane", key=True),
    _word("kind", key=True),
    _word("field", key=True),
    _word("value", key=True),
    _word("id"),
    ForeignKeyConstraint(_PLANE, _ENTITY, ondelete="CASCADE", name="uniques_of_entity"),
    Index("uniques_by_entity", *_PLANE),
)

Table(
    "links",
    _METADATA,
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

Table(
    "tags",
    _METADATA,
    _word("plane", key=True),
    _word("tag", key=True),
    _word("kind", key=True),
    _word("id", key=True),
    ForeignKeyConstraint(_PLANE, _ENTITY, ondelete="CASCADE", name="tags_of_entity"),
    Index("tags_by_entity", *_PLANE),
)

Table(
    "removed",
    _METADATA,
    _plane(),
    _word("kind", key=True),
    _word("id", key=True),
    Column("version", BigInteger, nullable=False),
    Index("removed_by_version", "plane", "version"),
)

Table(
    "tokens",
    _METADATA,
    _word("id", key=True),
    _word("name"),
    _word("role"),
    Column("plane", _WORD, ForeignKey("planes.id", ondelete="CASCADE"), nullable=True),
    Column("secret", _WORD, unique=True, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("expires_at", Float, nullable=True),
    Column("last_used_at", Float, nullable=True),
    Column("revoked_at", Float, nullable=True),
)

Table(
    "audit",
    _METADATA,
    Column("id", _NUMBER, primary_key=True, autoincrement=True),
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

Table(
    "enrolments",
    _METADATA,
    _word("id", key=True),
    _plane(key=False),
    _word("secret"),
    Column("created_at", Float, nullable=False),
    Column("expires_at", Float, nullable=False),
    Column("used_at", Float, nullable=True),
    _word("used_by", null=True),
    _word("used_key", null=True),
)

Table(
    "nodes",
    _METADATA,
    _plane(),
    _word("id", key=True),
    _word("hostname"),
    _word("ip"),
    _word("version"),
    Column("labels", Text, nullable=False),
    Column("enrolled_at", Float, nullable=True),
    Column("last_seen", Float, nullable=True),
    _word("config_hash"),
    Column("config_version", BigInteger, nullable=False),
    _word("sync_status"),
    Column("sync_reason", Text, nullable=False),
    _word("certificate_serial"),
    Column("certificate_expires_at", Float, nullable=True),
    Column("revoked_at", Float, nullable=True),
    Column("revoked_why", Text, nullable=False),
)

Table(
    "revocation_logs",
    _METADATA,
    _plane(),
    _word("epoch"),
    Column("last", BigInteger, nullable=False),
)

Table(
    "revocations",
    _METADATA,
    _plane(),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Float, nullable=False),
    Column("entry", Text, nullable=False),
)

Table(
    "telemetry",
    _METADATA,
    _plane(),
    Column("step", Integer, primary_key=True, autoincrement=False),
    Column("at", BigInteger, primary_key=True, autoincrement=False),
    _word("node", key=True),
    _word("series", key=True),
    Column("counts", Text, nullable=False),
    Index("telemetry_by_age", "step", "at"),
)


def upgrade() -> None:
    """Make all tables."""
    _METADATA.create_all(op.get_bind())
