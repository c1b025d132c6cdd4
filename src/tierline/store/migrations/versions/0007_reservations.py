"""Reservations of units, and what they come to in each period."""

import sqlalchemy as sa
from alembic import op

from tierline.store import dialect

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "reservation",
        sa.Column("id", dialect.text(), nullable=False),
        sa.Column("account_id", dialect.text(), nullable=False),
        sa.Column("feature", dialect.text(), nullable=False),
        sa.Column("period_start", dialect.integer(), nullable=False),
        sa.Column("quantity", dialect.integer(), nullable=False),
        sa.Column("made_at", dialect.integer(), nullable=False),
        sa.Column("expires_at", dialect.integer(), nullable=False),
        sa.Column("ended_at", dialect.integer(), nullable=True),
        sa.Column("used_quantity", dialect.integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="reservation_key"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name="reservation_account_id_of_account"
        ),
        **dialect.STRICT,
    )
    op.create_index(
        "reservation_open",
        "reservation",
        ["account_id", "feature", "expires_at"],
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "reserved_total",
        sa.Column("account_id", dialect.text(), nullable=False),
        sa.Column("feature", dialect.text(), nullable=False),
        sa.Column("period_start", dialect.integer(), nullable=False),
        sa.Column("quantity", dialect.integer(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "feature", "period_start", name="reserved_total_key"),
        **dialect.STRICT,
    )
