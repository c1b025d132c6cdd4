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
    op.create_table(
        "blocked_sender",
        _text("id"),
        _text("pattern"),
        _text("reason"),
        _text("owner"),
        _whole("blocked_at"),
        _whole("until", may_lack=True),
        _whole("lifted_at", may_lack=True),
        _text("lifted_by", may_lack=True),
        sa.PrimaryKeyConstraint("id", name="blocked_sender_key"),
        **dialect.STRICT,
    )
    op.create_index("blocked_sender_pattern", "blocked_sender", ["pattern", "id"])
    op.create_table(
        "held_mail",
        _text("mail_id"),
        _text("content"),
        sa.PrimaryKeyConstraint("mail_id", name="held_mail_key"),
        sa.ForeignKeyConstraint(["mail_id"], ["mail.id"], name="held_mail_mail_id_of_mail"),
        **dialect.STRICT,
    )
    op.create_table(
        "file_scan",
        _text("digest"),
        _text("state"),
        _text("said"),
        _whole("at"),
        sa.PrimaryKeyConstraint("digest", name="file_scan_key"),
        **dialect.STRICT,
    )
    op.create_index("file_scan_state", "file_scan", ["state"])
    op.create_table(
        "fetched_mailbox",
        _text("name"),
        _whole("validity", may_lack=True),
        _whole("last_number", may_lack=True),
        _whole("mails"),
        _whole("looked_at", may_lack=True),
        _text("problem"),
        _whole("failing_since", may_lack=True),
        sa.PrimaryKeyConstraint("name", name="fetched_mailbox_key"),
        **dialect.STRICT,
    )
