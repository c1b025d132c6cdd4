"""Which language people want to read us in."""

import sqlalchemy as sa
from alembic import op

from tierline.store import dialect

revision = "0029"
down_revision = "0027"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "reader_language",
        sa.Column("email", dialect.text(), nullable=False),
        sa.Column("language", dialect.text(), nullable=False),
        sa.Column("chosen_at", dialect.integer(), nullable=False),
        sa.PrimaryKeyConstraint("email", name="reader_language_key"),
        **dialect.STRICT,
    )
