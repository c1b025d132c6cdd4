"""How our own people want to be written to, and what waits for their digests."""

import sqlalchemy as sa
from alembic import op

from tierline.store import dialect

revision = "0048"
down_revision = "0046"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "notice_choice",
        sa.Column("user_id", dialect.text(), nullable=False),
        sa.Column("ways", dialect.text(), nullable=False),
        sa.Column("hour", dialect.integer(), nullable=False),
        sa.Column("time_zone", dialect.text(), nullable=False),
        sa.Column("last_on", dialect.text(), nullable=True),
        sa.PrimaryKeyConstraint("user_id", name="notice_choice_key"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="notice_choice_user_id_of_user"),
        **dialect.STRICT,
    )
    op.create_table(
        "digest_entry",
        sa.Column("id", dialect.text(), nullable=False),
        sa.Column("user_id", dialect.text(), nullable=False),
        sa.Column("kind", dialect.text(), nullable=False),
        sa.Column("at", dialect.integer(), nullable=False),
        sa.Column("words", dialect.text(), nullable=False),
        sa.Column("case_id", dialect.text(), nullable=True),
        sa.Column("about", dialect.text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="digest_entry_key"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="digest_entry_user_id_of_user"),
        sa.ForeignKeyConstraint(
            ["case_id"], ["support_case.id"], name="digest_entry_case_id_of_support_case"
        ),
        **dialect.STRICT,
    )
    op.create_index("digest_entry_user_id", "digest_entry", ["user_id", "at", "id"])
    op.create_index("digest_entry_case_id", "digest_entry", ["case_id"])
