"""Meters that tell the time from a start to the first value, and how far each has counted."""

import sqlalchemy as sa
from alembic import op

from tierline.store import dialect

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add what they need."""
    op.add_column("meter", sa.Column("since", dialect.text(), nullable=True))
    op.add_column("meter", sa.Column("counted_upto", dialect.text(), nullable=True))
