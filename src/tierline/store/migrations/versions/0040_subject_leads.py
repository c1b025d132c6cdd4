"""Who leads which subject, and how they were called in."""

import sqlalchemy as sa
from alembic import op

from tierline.store import dialect

revision = "0040"
down_revision = "0039"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "subject_leads",
        sa.Column("number", dialect.integer(), nullable=False),
        sa.Column("statement", dialect.text(), nullable=False),
        sa.Column("published_at", dialect.integer(), nullable=False),
        sa.Column("published_by", dialect.text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="subject_leads_key"),
        **dialect.STRICT,
    )
    op.create_table(
        "case_call_in_event",
        sa.Column("case_id", dialect.text(), nullable=False),
        sa.Column("place", dialect.integer(), nullable=False),
        sa.Column("number", dialect.integer(), nullable=False),
        sa.Column("kind", dialect.text(), nullable=False),
        sa.Column("domain", dialect.text(), nullable=False),
        sa.Column("tier", dialect.text(), nullable=False),
        sa.Column("user_id", dialect.text(), nullable=True),
        sa.Column("part", dialect.text(), nullable=False),
        sa.Column("at", dialect.integer(), nullable=False),
        sa.Column("by", dialect.text(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "place", name="case_call_in_event_key"),
        sa.ForeignKeyConstraint(
            ["case_id"], ["support_case.id"], name="case_call_in_event_case_id_of_support_case"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name="case_call_in_event_user_id_of_user"
        ),
        **dialect.STRICT,
    )
