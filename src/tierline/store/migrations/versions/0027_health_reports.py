"""Health reports as they were drawn up."""

import sqlalchemy as sa
from alembic import op

from tierline.store import dialect

revision = "0027"
down_revision = "0024"


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, dialect.text(), nullable=False)


def _whole(name: str) -> sa.Column[int]:
    return sa.Column(name, dialect.integer(), nullable=False)


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "health_report",
        _text("id"),
        _text("account_id"),
        _text("contract_id"),
        _whole("start_at"),
        _whole("end_at"),
        _whole("made_at"),
        _text("made_by"),
        _text("digest"),
        _text("content"),
        sa.PrimaryKeyConstraint("id", name="health_report_key"),
        sa.UniqueConstraint(
            "contract_id",
            "start_at",
            "end_at",
            name="health_report_contract_id_start_at_end_at_unique",
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name="health_report_account_id_of_account"
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name="health_report_contract_id_of_contract"
        ),
        **dialect.STRICT,
    )
    op.create_index("health_report_account_id", "health_report", ["account_id", "end_at", "id"])
