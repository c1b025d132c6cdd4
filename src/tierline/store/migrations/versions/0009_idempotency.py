"""Keys that clients gave their requests, with what was answered."""

import sqlalchemy as sa
from alembic import op

from tierline.store import dialect

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "idempotency_key",
        sa.Column("id", dialect.text(), nullable=False),
        sa.Column("asked", dialect.text(), nullable=False),
        sa.Column("answer", dialect.text(), nullable=True),
        sa.Column("about", dialect.text(), nullable=True),
        sa.Column("made_at", dialect.integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="idempotency_key_key"),
        **dialect.STRICT,
    )
    op.create_index("idempotency_key_about", "idempotency_key", ["about"])
    op.create_index("idempotency_key_made_at", "idempotency_key", ["made_at"])
