"""Cases, what happened in them and was written, the promises they are held to, and signals."""

import sqlalchemy as sa
from alembic import op

from tierline.store import dialect

revision = "0013"
down_revision = "0012"


def _text(name: str, *, may_lack: bool = False) -> sa.Column[str]:
    return sa.Column(name, dialect.text(), nullable=may_lack)


def _whole(name: str) -> sa.Column[int]:
    return sa.Column(name, dialect.integer(), nullable=False)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "case_terms",
        _text("digest"),
        _text("statement"),
        sa.PrimaryKeyConstraint("digest", name="case_terms_key"),
        **dialect.STRICT,
    )
    op.create_table(
        "support_case",
        _text("id"),
        _whole("number"),
        _text("account_id", may_lack=True),
        _text("contact_id", may_lack=True),
        _text("channel"),
        _text("access"),
        _text("subject"),
        _text("coverage"),
        _text("contract_id"),
        _text("tier"),
        _text("terms_digest", may_lack=True),
        _text("time_zone"),
        _whole("opened_at"),
        _text("state"),
        _text("severity"),
        _whole("next_due_at"),
        sa.PrimaryKeyConstraint("id", name="support_case_key"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name="support_case_account_id_of_account"
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name="support_case_contact_id_of_contact"
        ),
        sa.ForeignKeyConstraint(
            ["terms_digest"], ["case_terms.digest"], name="support_case_terms_digest_of_case_terms"
        ),
        sa.UniqueConstraint("number", name="support_case_number_unique"),
        **dialect.STRICT,
    )
    op.create_index("support_case_queue", "support_case", ["state", "next_due_at", "id"])
    op.create_index(
        "support_case_contract_id",
        "support_case",
        ["contract_id", "channel", "access", "opened_at"],
    )
    op.create_index("support_case_account_id", "support_case", ["account_id", "next_due_at", "id"])
    op.create_table(
        "case_event",
        _text("case_id"),
        _whole("place"),
        _text("kind"),
        _text("value"),
        _whole("at"),
        _whole("recorded_at"),
        _text("by"),
        sa.PrimaryKeyConstraint("case_id", "place", name="case_event_key"),
        sa.ForeignKeyConstraint(
            ["case_id"], ["support_case.id"], name="case_event_case_id_of_support_case"
        ),
        **dialect.STRICT,
    )
    op.create_table(
        "case_message",
        _text("id"),
        _text("case_id"),
        _whole("place"),
        _text("author"),
        _text("contact_id", may_lack=True),
        _whole("is_public"),
        _text("text"),
        sa.PrimaryKeyConstraint("id", name="case_message_key"),
        sa.ForeignKeyConstraint(
            ["case_id"], ["support_case.id"], name="case_message_case_id_of_support_case"
        ),
        **dialect.STRICT,
    )
    op.create_index("case_message_case_id", "case_message", ["case_id", "place"])
    op.create_table(
        "case_signal",
        _text("case_id"),
        _text("milestone"),
        _whole("cycle"),
        _text("what"),
        _text("promise_id"),
        _whole("at"),
        _whole("noticed_at"),
        sa.PrimaryKeyConstraint("case_id", "milestone", "cycle", "what", name="case_signal_key"),
        sa.ForeignKeyConstraint(
            ["case_id"], ["support_case.id"], name="case_signal_case_id_of_support_case"
        ),
        **dialect.STRICT,
    )
