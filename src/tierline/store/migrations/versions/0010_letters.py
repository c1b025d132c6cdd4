"""Letters that wait to be sent."""

import sqlalchemy as sa
from alembic import op

from tierline.store import dialect

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "letter",
        sa.Column("id", dialect.text(), nullable=False),
        sa.Column("kind", dialect.text(), nullable=False),
        sa.Column("email", dialect.text(), nullable=False),
        sa.Column("subject", dialect.text(), nullable=False),
        sa.Column("content", dialect.text(), nullable=True),
        sa.Column("digest", dialect.text(), nullable=False),
        sa.Column("made_at", dialect.integer(), nullable=False),
        sa.Column("until_at", dialect.integer(), nullable=False),
        sa.Column("attempts", dialect.integer(), nullable=False),
        sa.Column("problem", dialect.text(), nullable=True),
        sa.Column("sent_at", dialect.integer(), nullable=True),
        sa.Column("given_up_at", dialect.integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="letter_key"),
        **dialect.STRICT,
    )
    op.create_index("letter_email", "letter", ["email"])
    op.create_index("letter_made_at", "letter", ["made_at"])
