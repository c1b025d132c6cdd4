"""Mail that is fetched, blocked, scanned and made safe."""

import sqlalchemy as sa
from alembic import op

from tierline.store import dialect

revision = "0022"
down_revision = "0021"


def _text(name: str, *, may_lack: bool = False) -> sa.Column[str]:
    return sa.Column(name, dialect.text(), nullable=may_lack)


def _whole(name: str, *, may_lack: bool = False) -> sa.Column[int]:
    return sa.Column(name, dialect.integer(), nullable=may_lack)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "case_mask",
        _text("id"),
        _text("case_id", may_lack=True),
        _text("message_id", may_lack=True),
        _text("mail_id", may_lack=True),
        _text("kind"),
        _text("part"),
        _whole("position"),
        _whole("rules"),
        _text("reason"),
        _whole("at"),
        _text("by"),
        sa.PrimaryKeyConstraint("id", name="case_mask_key"),
        sa.ForeignKeyConstraint(
            ["case_id"], ["support_case.id"], name="case_mask_case_id_of_support_case"
        ),
        **dialect.STRICT,
    )
    op.create_index("case_mask_case_id", "case_mask", ["case_id", "id"])
