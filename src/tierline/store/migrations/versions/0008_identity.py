"""Aliases of accounts, merges of accounts, and pairs of them that somebody should look at."""

import sqlalchemy as sa
from alembic import op

from tierline.store import dialect

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "identity_link",
        sa.Column("system", dialect.text(), nullable=False),
        sa.Column("external_id", dialect.text(), nullable=False),
        sa.Column("account_id", dialect.text(), nullable=False),
        sa.Column("fields", dialect.text(), nullable=False),
        sa.Column("linked_at", dialect.integer(), nullable=False),
        sa.PrimaryKeyConstraint("system", "external_id", name="identity_link_key"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name="identity_link_account_id_of_account"
        ),
        **dialect.STRICT,
    )
    op.create_index("identity_link_account_id", "identity_link", ["account_id"])
    op.create_index("identity_link_linked_at", "identity_link", ["linked_at"])
    op.create_table(
        "account_merge",
        sa.Column("id", dialect.text(), nullable=False),
        sa.Column("account_id", dialect.text(), nullable=False),
        sa.Column("into_id", dialect.text(), nullable=False),
        sa.Column("evidence", dialect.text(), nullable=True),
        sa.Column("merged_at", dialect.integer(), nullable=False),
        sa.Column("split_at", dialect.integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="account_merge_key"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name="account_merge_account_id_of_account"
        ),
        sa.ForeignKeyConstraint(
            ["into_id"], ["account.id"], name="account_merge_into_id_of_account"
        ),
        **dialect.STRICT,
    )
    op.create_index(
        "account_merge_open",
        "account_merge",
        ["account_id"],
        unique=True,
        sqlite_where=sa.text("split_at IS NULL"),
        postgresql_where=sa.text("split_at IS NULL"),
    )
    op.create_table(
        "identity_review",
        sa.Column("first_id", dialect.text(), nullable=False),
        sa.Column("second_id", dialect.text(), nullable=False),
        sa.Column("weight", dialect.integer(), nullable=False),
        sa.Column("evidence", dialect.text(), nullable=True),
        sa.Column("proposed_at", dialect.integer(), nullable=False),
        sa.Column("verdict", dialect.text(), nullable=True),
        sa.Column("decided_at", dialect.integer(), nullable=True),
        sa.PrimaryKeyConstraint("first_id", "second_id", name="identity_review_key"),
        sa.ForeignKeyConstraint(
            ["first_id"], ["account.id"], name="identity_review_first_id_of_account"
        ),
        sa.ForeignKeyConstraint(
            ["second_id"], ["account.id"], name="identity_review_second_id_of_account"
        ),
        **dialect.STRICT,
    )
    op.create_index("identity_review_verdict_weight", "identity_review", ["verdict", "weight"])
