"""Conversations that are live."""

import sqlalchemy as sa
from alembic import op

from tierline.store import dialect

revision = "0024"
down_revision = "0023"


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, dialect.text(), nullable=False)


def _whole(name: str) -> sa.Column[int]:
    return sa.Column(name, dialect.integer(), nullable=False)


def _of_case(table: str) -> sa.ForeignKeyConstraint:
    name = f"{table}_case_id_of_support_case"
    return sa.ForeignKeyConstraint(["case_id"], ["support_case.id"], name=name)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "chat_end",
        _text("case_id"),
        _whole("at"),
        _text("by"),
        sa.PrimaryKeyConstraint("case_id", name="chat_end_key"),
        _of_case("chat_end"),
        **dialect.STRICT,
    )
    op.create_table(
        "chat_presence",
        _text("case_id"),
        _text("user_id"),
        _whole("is_ours"),
        _whole("seen_at"),
        sa.PrimaryKeyConstraint("case_id", "user_id", name="chat_presence_key"),
        _of_case("chat_presence"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="chat_presence_user_id_of_user"),
        **dialect.STRICT,
    )
    op.create_table(
        "outside_thread",
        _text("source"),
        _text("thread"),
        _text("case_id"),
        sa.PrimaryKeyConstraint("source", "thread", name="outside_thread_key"),
        _of_case("outside_thread"),
        **dialect.STRICT,
    )
    op.create_index("outside_thread_case_id", "outside_thread", ["case_id"])
    op.create_table(
        "outside_message",
        _text("source"),
        _text("thread"),
        _text("message"),
        _text("case_id"),
        _text("digest"),
        sa.PrimaryKeyConstraint("source", "thread", "message", name="outside_message_key"),
        _of_case("outside_message"),
        **dialect.STRICT,
    )
    op.create_index("outside_message_case_id", "outside_message", ["case_id"])
