"""How severities were found, changed by hand, and disputed."""

import sqlalchemy as sa
from alembic import op

from tierline.store import dialect

revision = "0015"
down_revision = "0014"


def _text(name: str, *, may_lack: bool = False) -> sa.Column[str]:
    return sa.Column(name, dialect.text(), nullable=may_lack)


def _whole(name: str, *, may_lack: bool = False) -> sa.Column[int]:
    return sa.Column(name, dialect.integer(), nullable=may_lack)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "case_triage",
        _text("case_id"),
        _whole("place"),
        _whole("at"),
        _text("by"),
        _whole("is_customers"),
        _text("catalog"),
        _text("version"),
        _text("table_digest"),
        _text("answers"),
        _text("inputs"),
        _whole("row_number"),
        _text("rule"),
        _text("reason"),
        _text("severity"),
        _text("level"),
        _text("agreed"),
        _text("override_reason", may_lack=True),
        sa.PrimaryKeyConstraint("case_id", "place", name="case_triage_key"),
        sa.ForeignKeyConstraint(
            ["case_id"], ["support_case.id"], name="case_triage_case_id_of_support_case"
        ),
        **dialect.STRICT,
    )
    op.create_index("case_triage_at", "case_triage", ["at"])
    op.create_table(
        "severity_dispute",
        _text("id"),
        _text("case_id"),
        _text("account_id", may_lack=True),
        _whole("raised_at"),
        _text("raised_by"),
        _whole("is_customers"),
        _text("words"),
        _text("severity"),
        _text("wanted"),
        _text("rule"),
        _text("decided_by"),
        _whole("due_at"),
        _whole("overdue_at", may_lack=True),
        _whole("is_open"),
        _whole("ruled_at", may_lack=True),
        _text("ruled_by", may_lack=True),
        _text("ruled_severity", may_lack=True),
        _text("ruling", may_lack=True),
        sa.PrimaryKeyConstraint("id", name="severity_dispute_key"),
        sa.ForeignKeyConstraint(
            ["case_id"], ["support_case.id"], name="severity_dispute_case_id_of_support_case"
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name="severity_dispute_account_id_of_account"
        ),
        **dialect.STRICT,
    )
    for name, columns in (
        ("severity_dispute_case_id", ["case_id", "raised_at"]),
        ("severity_dispute_queue", ["is_open", "due_at", "id"]),
        ("severity_dispute_rule", ["rule", "ruled_at"]),
        ("severity_dispute_account_id", ["account_id"]),
    ):
        op.create_index(name, "severity_dispute", columns)
