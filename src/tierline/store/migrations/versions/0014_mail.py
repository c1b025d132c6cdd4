"""Mails of cases: what came, what goes, and what hangs on them."""

import sqlalchemy as sa
from alembic import op

from tierline.store import dialect

revision = "0014"
down_revision = "0013"


def _text(name: str, *, may_lack: bool = False) -> sa.Column[str]:
    return sa.Column(name, dialect.text(), nullable=may_lack)


def _whole(name: str, *, may_lack: bool = False) -> sa.Column[int]:
    return sa.Column(name, dialect.integer(), nullable=may_lack)


def _of(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"{table}_{column}_of_{other}")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "mail",
        _text("id"),
        _text("message_id"),
        _text("digest", may_lack=True),
        _text("kind"),
        _text("outcome"),
        _text("reason"),
        _text("case_id", may_lack=True),
        _whole("place", may_lack=True),
        _text("follows_id", may_lack=True),
        _text("contact_id", may_lack=True),
        _text("sender", may_lack=True),
        _text("sender_name"),
        _text("answer_to", may_lack=True),
        _text("subject"),
        _text("text", may_lack=True),
        _whole("size_bytes"),
        _whole("received_at"),
        _whole("recorded_at"),
        sa.PrimaryKeyConstraint("id", name="mail_key"),
        sa.UniqueConstraint("message_id", "digest", name="mail_message_id_digest_unique"),
        _of("mail", "case_id", "support_case"),
        _of("mail", "follows_id", "support_case"),
        _of("mail", "contact_id", "contact"),
        **dialect.STRICT,
    )
    op.create_index("mail_case_id", "mail", ["case_id", "id"])
    op.create_index("mail_follows_id", "mail", ["follows_id", "id"])
    op.create_index("mail_sender", "mail", ["sender"])
    op.create_index("mail_outcome", "mail", ["outcome", "id"])
    op.create_table(
        "attachment",
        _text("id"),
        _text("case_id"),
        _whole("place"),
        _text("mail_id"),
        _whole("number"),
        _text("name"),
        _text("media_type"),
        _whole("size_bytes"),
        _text("digest"),
        _whole("is_kept"),
        _whole("is_inline"),
        sa.PrimaryKeyConstraint("id", name="attachment_key"),
        _of("attachment", "case_id", "support_case"),
        _of("attachment", "mail_id", "mail"),
        **dialect.STRICT,
    )
    op.create_index("attachment_case_id", "attachment", ["case_id", "place", "number"])
    op.create_index("attachment_digest", "attachment", ["digest"])
    op.create_table(
        "attachment_piece",
        _text("digest"),
        _whole("number"),
        sa.Column("content", dialect.binary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", "number", name="attachment_piece_key"),
        **dialect.STRICT,
    )
    op.create_table(
        "sent_mail",
        _text("id"),
        _text("case_id"),
        _text("recipient"),
        _text("subject"),
        _text("in_reply_to"),
        _text("references"),
        _whole("is_automatic"),
        _whole("made_at"),
        _whole("attempts"),
        _text("problem", may_lack=True),
        _whole("sent_at", may_lack=True),
        _whole("given_up_at", may_lack=True),
        _whole("returned_at", may_lack=True),
        sa.PrimaryKeyConstraint("id", name="sent_mail_key"),
        _of("sent_mail", "id", "case_message"),
        _of("sent_mail", "case_id", "support_case"),
        **dialect.STRICT,
    )
    op.create_index("sent_mail_case_id", "sent_mail", ["case_id", "id"])
    op.create_index("sent_mail_recipient", "sent_mail", ["recipient", "made_at"])
