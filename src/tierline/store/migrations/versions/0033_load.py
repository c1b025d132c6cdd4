"""Whether a case is open stands beside who has it: what somebody has to do is counted so."""

import sqlalchemy as sa
from alembic import op

from tierline.store import dialect

revision = "0033"
down_revision = "0032"
_ENDED = "SELECT id FROM support_case WHERE state IN ('resolved', 'closed')"


def upgrade() -> None:
    """Add the column, fill it from the cases, and index what is open."""
    op.add_column(
        "case_routing",
        sa.Column("is_open", dialect.integer(), nullable=False, server_default="1"),
    )
    op.execute(f"UPDATE case_routing SET is_open = 0 WHERE case_id IN ({_ENDED})")  # noqa: S608
    op.create_index(
        "case_routing_load",
        "case_routing",
        ["user_id"],
        sqlite_where=sa.text("is_open = 1"),
        postgresql_where=sa.text("is_open = 1"),
    )
