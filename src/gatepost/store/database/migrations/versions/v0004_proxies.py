"""Where a node listens, as it told."""

from alembic import op
from sqlalchemy import Column, Text

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the column; nodes say it when they come."""
    op.add_column("nodes", Column("proxies", Text, nullable=False, server_default="[]"))
