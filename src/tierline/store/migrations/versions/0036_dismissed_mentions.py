"""Mentions of promises in free words, that somebody looked at."""

import sqlalchemy as sa
from alembic import op

from tierline.store import dialect

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "dismissed_mention",
        sa.Column("record", dialect.text(), nullable=False),
        sa.Column("digest", dialect.text(), nullable=False),
        sa.Column("reason", dialect.text(), nullable=False),
        sa.Column("made_into", dialect.text(), nullable=True),
        sa.Column("at", dialect.integer(), nullable=False),
        sa.Column("by", dialect.text(), nullable=False),
        sa.PrimaryKeyConstraint("record", name="dismissed_mention_key"),
        **dialect.STRICT,
    )
