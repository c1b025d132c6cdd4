"""What is done on a case: playbooks, macros, views, time, satisfaction, merges."""

import sqlalchemy as sa
from alembic import op

from tierline.store import dialect

revision = "0021"
down_revision = "0020"


def _text(name: str, *, may_lack: bool = False) -> sa.Column[str]:
    return sa.Column(name, dialect.text(), nullable=may_lack)


def _whole(name: str, *, may_lack: bool = False) -> sa.Column[int]:
    return sa.Column(name, dialect.integer(), nullable=may_lack)


def _of_case(table: str, column: str = "case_id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], ["support_case.id"], name=f"{table}_{column}_of_support_case"
    )


def upgrade() -> None:
    """Make the tables."""
    _guides()
    _participants()
    _links()
    _desk_work()
    _effort()


def _of_user(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["user.id"], name=f"{table}_{column}_of_user")


def _desk_work() -> None:
    op.create_table(
        "macro",
        _text("id"),
        _text("owner_id", may_lack=True),
        _text("name"),
        _text("statement"),
        _whole("changed_at"),
        _text("changed_by"),
        sa.PrimaryKeyConstraint("id", name="macro_key"),
        _of_user("macro", "owner_id"),
        **dialect.STRICT,
    )
    op.create_index("macro_owner_id", "macro", ["owner_id", "name"])
    op.create_table(
        "saved_view",
        _text("id"),
        _text("owner_id", may_lack=True),
        _text("name"),
        _text("filter"),
        _whole("made_at"),
        sa.PrimaryKeyConstraint("id", name="saved_view_key"),
        _of_user("saved_view", "owner_id"),
        **dialect.STRICT,
    )
    op.create_index("saved_view_owner_id", "saved_view", ["owner_id", "name"])
    op.create_table(
        "case_presence",
        _text("case_id"),
        _text("user_id"),
        _text("what"),
        _whole("at"),
        sa.PrimaryKeyConstraint("case_id", "user_id", name="case_presence_key"),
        _of_case("case_presence"),
        _of_user("case_presence", "user_id"),
        **dialect.STRICT,
    )


def _effort() -> None:
    op.create_table(
        "time_entry",
        _text("id"),
        _text("case_id"),
        _text("user_id"),
        _whole("minutes"),
        _text("what"),
        _whole("is_billable"),
        _text("worked_on"),
        _whole("recorded_at"),
        _whole("removed_at", may_lack=True),
        sa.PrimaryKeyConstraint("id", name="time_entry_key"),
        _of_case("time_entry"),
        **dialect.STRICT,
    )
    op.create_index("time_entry_case_id", "time_entry", ["case_id", "id"])
    op.create_table(
        "case_follow_up",
        _text("case_id"),
        _whole("at"),
        _text("what"),
        _text("by"),
        _whole("set_at"),
        sa.PrimaryKeyConstraint("case_id", name="case_follow_up_key"),
        _of_case("case_follow_up"),
        **dialect.STRICT,
    )
    op.create_index("case_follow_up_at", "case_follow_up", ["at", "case_id"])
    op.create_table(
        "case_rating",
        _text("case_id"),
        _whole("score"),
        _text("comment"),
        _whole("answered_at"),
        sa.PrimaryKeyConstraint("case_id", name="case_rating_key"),
        _of_case("case_rating"),
        **dialect.STRICT,
    )
    op.create_index("case_rating_answered_at", "case_rating", ["answered_at"])


def _participants() -> None:
    op.add_column("sent_mail", _text("copies", may_lack=True))
    op.create_table(
        "case_copy",
        _text("case_id"),
        _text("email"),
        _whole("since"),
        _text("by"),
        sa.PrimaryKeyConstraint("case_id", "email", name="case_copy_key"),
        _of_case("case_copy"),
        **dialect.STRICT,
    )
    op.create_index("case_copy_email", "case_copy", ["email"])
    op.create_table(
        "case_follower",
        _text("case_id"),
        _text("user_id"),
        _whole("since"),
        sa.PrimaryKeyConstraint("case_id", "user_id", name="case_follower_key"),
        _of_case("case_follower"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="case_follower_user_id_of_user"),
        **dialect.STRICT,
    )


def _links() -> None:
    op.create_table(
        "case_merge",
        _text("case_id"),
        _text("into_id"),
        _whole("at"),
        _text("by"),
        sa.PrimaryKeyConstraint("case_id", name="case_merge_key"),
        _of_case("case_merge"),
        _of_case("case_merge", "into_id"),
        **dialect.STRICT,
    )
    op.create_index("case_merge_into_id", "case_merge", ["into_id"])
    op.create_table(
        "case_split",
        _text("case_id"),
        _text("origin_id"),
        _text("message_id"),
        _whole("at"),
        _text("by"),
        sa.PrimaryKeyConstraint("case_id", name="case_split_key"),
        sa.UniqueConstraint("message_id", name="case_split_message_id_unique"),
        _of_case("case_split"),
        _of_case("case_split", "origin_id"),
        sa.ForeignKeyConstraint(
            ["message_id"], ["case_message.id"], name="case_split_message_id_of_case_message"
        ),
        **dialect.STRICT,
    )
    op.create_index("case_split_origin_id", "case_split", ["origin_id"])


def _guides() -> None:
    op.create_table(
        "guide",
        _whole("number"),
        _text("statement"),
        _whole("published_at"),
        _text("published_by"),
        sa.PrimaryKeyConstraint("number", name="guide_key"),
        **dialect.STRICT,
    )
    op.create_table(
        "case_guide_event",
        _text("case_id"),
        _whole("place"),
        _whole("guide"),
        _text("kind"),
        _text("value"),
        _whole("at"),
        _text("by"),
        sa.PrimaryKeyConstraint("case_id", "place", name="case_guide_event_key"),
        _of_case("case_guide_event"),
        **dialect.STRICT,
    )
