"""Whether a node's feed is open: a node that has left is not connected any more."""

from alembic import op
from sqlalchemy import Boolean, Column, false

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the column; who is connected says so at once."""
    column = Column("connected", Boolean, nullable=False, server_default=false())
    op.add_column("nodes", column)
