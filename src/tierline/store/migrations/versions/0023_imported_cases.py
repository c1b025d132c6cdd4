"""Cases that came from another tool, and webhooks that speak the form of another tool."""

import sqlalchemy as sa
from alembic import op

from tierline.store import dialect

revision = "0023"
down_revision = "0022"


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, dialect.text(), nullable=False)


def upgrade() -> None:
    """Make the table and the column."""
    op.add_column("webhook", sa.Column("format", dialect.text(), nullable=True))
    op.create_table(
        "imported_case",
        _text("case_id"),
        _text("source"),
        _text("external_id"),
        _text("address"),
        _text("kept"),
        _text("verdicts"),
        sa.Column("imported_at", dialect.integer(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", name="imported_case_key"),
        sa.ForeignKeyConstraint(
            ["case_id"], ["support_case.id"], name="imported_case_case_id_of_support_case"
        ),
        **dialect.STRICT,
    )
