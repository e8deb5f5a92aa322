"""What became of single requests."""

from alembic import op
from sqlalchemy import Column, Float, ForeignKey, Index, Integer, LargeBinary, MetaData, Table, Text

revision = "0003"
down_revision = "0002"

_METADATA = MetaData()
_WORD = Text().with_variant(Text(collation="C"), "postgresql")

Table("planes", _METADATA, Column("id", _WORD, primary_key=True))
_TRACES = Table(
    "traces",
    _METADATA,
    Column("plane", _WORD, ForeignKey("planes.id", ondelete="CASCADE"), primary_key=True),
    Column("id", _WORD, primary_key=True, nullable=False),
    Column("node", _WORD, primary_key=True, nullable=False),
    Column("at", Float, nullable=False),
    Column("route", _WORD, nullable=True),
    Column("service", _WORD, nullable=True),
    Column("consumer", _WORD, nullable=True),
    Column("outcome", _WORD, nullable=False),
    Column("code", _WORD, nullable=True),
    Column("status", Integer, nullable=True),
    Column("mark", _WORD, nullable=True),
    Column("summary", LargeBinary, nullable=False),
    Column("detail", LargeBinary, nullable=True),
    Index("traces_by_time", "plane", "at", "id"),
    Index("traces_by_age", "at"),
)


def upgrade() -> None:
    """Make the table."""
    _TRACES.create(op.get_bind())
