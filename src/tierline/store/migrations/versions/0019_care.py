"""Dated promises and what came of them."""

import sqlalchemy as sa
from alembic import op

from tierline.store import dialect

revision = "0019"
down_revision = "0018"


def _text(name: str, *, may_lack: bool = False) -> sa.Column[str]:
    return sa.Column(name, dialect.text(), nullable=may_lack)


def _whole(name: str, *, may_lack: bool = False) -> sa.Column[int]:
    return sa.Column(name, dialect.integer(), nullable=may_lack)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "care_event",
        _text("contract_id"),
        _text("feature"),
        _text("due_on"),
        _whole("place"),
        _text("account_id"),
        _text("kind"),
        _whole("at"),
        _whole("recorded_at"),
        _text("by"),
        _text("about"),
        _text("text"),
        sa.PrimaryKeyConstraint("contract_id", "feature", "due_on", "place", name="care_event_key"),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name="care_event_contract_id_of_contract"
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name="care_event_account_id_of_account"
        ),
        **dialect.STRICT,
    )
    op.create_index("care_event_account_id", "care_event", ["account_id"])
    op.create_table(
        "care_calendar",
        _text("id"),
        _text("digest"),
        _text("account_id", may_lack=True),
        _text("owner", may_lack=True),
        _whole("made_at"),
        _text("made_by"),
        _whole("revoked_at", may_lack=True),
        sa.PrimaryKeyConstraint("id", name="care_calendar_key"),
        sa.UniqueConstraint("digest", name="care_calendar_digest_unique"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name="care_calendar_account_id_of_account"
        ),
        **dialect.STRICT,
    )
    op.create_index("care_calendar_account_id", "care_calendar", ["account_id"])
    op.create_index("care_calendar_owner", "care_calendar", ["owner"])
