"""What the public is told of each month, and whether it is told."""

import sqlalchemy as sa
from alembic import op

from tierline.store import dialect

revision = "0042"
down_revision = "0040"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "performance_publication",
        sa.Column("number", dialect.integer(), nullable=False, autoincrement=False),
        sa.Column("at", dialect.integer(), nullable=False),
        sa.Column("by", dialect.text(), nullable=False),
        sa.Column("since", dialect.text(), nullable=True),
        sa.PrimaryKeyConstraint("number", name="performance_publication_key"),
        **dialect.STRICT,
    )
    op.create_table(
        "performance_edition",
        sa.Column("month", dialect.text(), nullable=False),
        sa.Column("number", dialect.integer(), nullable=False, autoincrement=False),
        sa.Column("at", dialect.integer(), nullable=False),
        sa.Column("figures", dialect.text(), nullable=False),
        sa.PrimaryKeyConstraint("month", "number", name="performance_edition_key"),
        **dialect.STRICT,
    )
