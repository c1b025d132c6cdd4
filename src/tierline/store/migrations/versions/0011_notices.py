"""Notices of limits, and running counts of the periods that they are about."""

import sqlalchemy as sa
from alembic import op

from tierline.store import dialect

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "limit_notice",
        sa.Column("account_id", dialect.text(), nullable=False),
        sa.Column("feature", dialect.text(), nullable=False),
        sa.Column("period_start", dialect.integer(), nullable=False),
        sa.Column("level", dialect.integer(), nullable=False),
        sa.Column("limit_quantity", dialect.integer(), nullable=False),
        sa.Column("included_quantity", dialect.integer(), nullable=False),
        sa.Column("used_quantity", dialect.integer(), nullable=False),
        sa.Column("noticed_at", dialect.integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "account_id",
            "feature",
            "period_start",
            "level",
            "limit_quantity",
            name="limit_notice_key",
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name="limit_notice_account_id_of_account"
        ),
        **dialect.STRICT,
    )
    op.create_table(
        "limit_count",
        sa.Column("account_id", dialect.text(), nullable=False),
        sa.Column("feature", dialect.text(), nullable=False),
        sa.Column("period_start", dialect.integer(), nullable=False),
        sa.Column("quantity", dialect.integer(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "feature", "period_start", name="limit_count_key"),
        **dialect.STRICT,
    )
