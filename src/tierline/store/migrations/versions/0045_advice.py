"""Advice that was given, and what was said of it."""

import sqlalchemy as sa
from alembic import op

from tierline.store import dialect

revision = "0045"
down_revision = "0044"


def _text(name: str, *, may_lack: bool = False) -> sa.Column[str]:
    return sa.Column(name, dialect.text(), nullable=may_lack)


def _whole(name: str) -> sa.Column[int]:
    return sa.Column(name, dialect.integer(), nullable=False)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "advice",
        _text("id"),
        _text("account_id"),
        _whole("number"),
        _text("title"),
        _text("risk"),
        _text("trade_off"),
        _text("recommendation"),
        _text("topic"),
        _text("contract_id", may_lack=True),
        _text("feature", may_lack=True),
        _text("due_on", may_lack=True),
        _text("owner"),
        _text("follow_up_on"),
        _whole("given_at"),
        _text("given_by"),
        sa.PrimaryKeyConstraint("id", name="advice_key"),
        sa.UniqueConstraint("account_id", "number", name="advice_account_id_number_unique"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name="advice_account_id_of_account"
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name="advice_contract_id_of_contract"
        ),
        **dialect.STRICT,
    )
    op.create_table(
        "advice_event",
        _text("advice_id"),
        _whole("place"),
        _text("account_id"),
        _text("kind"),
        _whole("at"),
        _text("by"),
        _text("text"),
        _text("owner"),
        _text("follow_up_on", may_lack=True),
        sa.PrimaryKeyConstraint("advice_id", "place", name="advice_event_key"),
        sa.ForeignKeyConstraint(
            ["advice_id"], ["advice.id"], name="advice_event_advice_id_of_advice"
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name="advice_event_account_id_of_account"
        ),
        **dialect.STRICT,
    )
    op.create_index("advice_event_account_id", "advice_event", ["account_id"])
