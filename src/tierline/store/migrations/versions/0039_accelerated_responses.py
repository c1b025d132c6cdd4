"""Accelerated responses that accounts are owed after missed commitments."""

import sqlalchemy as sa
from alembic import op

from tierline.store import dialect

revision = "0039"
down_revision = "0036"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "accelerated_response",
        sa.Column("case_id", dialect.text(), nullable=False),
        sa.Column("number", dialect.integer(), nullable=False),
        sa.Column("account_id", dialect.text(), nullable=False),
        sa.Column("milestone", dialect.text(), nullable=False),
        sa.Column("promise_id", dialect.text(), nullable=False),
        sa.Column("severities", dialect.text(), nullable=False),
        sa.Column("owed_at", dialect.integer(), nullable=False),
        sa.Column("until", dialect.integer(), nullable=False),
        sa.Column("used_case_id", dialect.text(), nullable=True),
        sa.Column("used_at", dialect.integer(), nullable=True),
        sa.Column("lapsed_at", dialect.integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name="accelerated_response_account_id_fkey"
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["support_case.id"], name="accelerated_response_case_id_fkey"
        ),
        sa.ForeignKeyConstraint(
            ["used_case_id"], ["support_case.id"], name="accelerated_response_used_case_id_fkey"
        ),
        sa.PrimaryKeyConstraint("case_id", name="accelerated_response_key"),
        **dialect.STRICT,
    )
    op.create_index(
        "accelerated_response_account_id", "accelerated_response", ["account_id", "owed_at"]
    )
    op.create_index(
        "accelerated_response_used_case_id",
        "accelerated_response",
        ["used_case_id"],
        unique=True,
    )
