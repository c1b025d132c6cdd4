"""What was lacking of people, of which the leads were told."""

import sqlalchemy as sa
from alembic import op

from tierline.store import dialect

revision = "0044"
down_revision = "0043"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "told_shortage",
        sa.Column("about", dialect.text(), nullable=False),
        sa.Column("stretches", dialect.text(), nullable=False),
        sa.Column("looked_at", dialect.integer(), nullable=False),
        sa.Column("told_at", dialect.integer(), nullable=False),
        sa.PrimaryKeyConstraint("about", name="told_shortage_key"),
        **dialect.STRICT,
    )
