"""Teams, skills, who has which case, and escalations."""

import sqlalchemy as sa
from alembic import op

from tierline.store import dialect

revision = "0016"
down_revision = "0015"


def _text(name: str, *, may_lack: bool = False) -> sa.Column[str]:
    return sa.Column(name, dialect.text(), nullable=may_lack)


def _whole(name: str, *, may_lack: bool = False) -> sa.Column[int]:
    return sa.Column(name, dialect.integer(), nullable=may_lack)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "agent",
        _text("user_id"),
        _whole("level"),
        _whole("capacity"),
        _text("profile"),
        _whole("absent_until", may_lack=True),
        _whole("changed_at"),
        sa.PrimaryKeyConstraint("user_id", name="agent_key"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="agent_user_id_of_user"),
        **dialect.STRICT,
    )
    op.create_table(
        "account_need",
        _text("account_id"),
        _text("need"),
        _whole("changed_at"),
        sa.PrimaryKeyConstraint("account_id", name="account_need_key"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name="account_need_account_id_of_account"
        ),
        **dialect.STRICT,
    )
    op.create_table(
        "routing_plan",
        _whole("number"),
        _text("statement"),
        _whole("published_at"),
        _text("published_by"),
        sa.PrimaryKeyConstraint("number", name="routing_plan_key"),
        **dialect.STRICT,
    )
    op.create_table(
        "case_routing",
        _text("case_id"),
        _text("user_id", may_lack=True),
        _text("skills"),
        _text("missing"),
        _whole("places"),
        _whole("handoffs"),
        _whole("changed_at"),
        sa.PrimaryKeyConstraint("case_id", name="case_routing_key"),
        sa.ForeignKeyConstraint(
            ["case_id"], ["support_case.id"], name="case_routing_case_id_of_support_case"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="case_routing_user_id_of_user"),
        **dialect.STRICT,
    )
    op.create_index("case_routing_user_id", "case_routing", ["user_id", "case_id"])
    op.create_table(
        "case_assignment",
        _text("case_id"),
        _whole("place"),
        _text("user_id", may_lack=True),
        _text("how"),
        _text("reason"),
        _text("why_not"),
        _whole("note_place", may_lack=True),
        _whole("pick", may_lack=True),
        _whole("at"),
        _text("by"),
        sa.PrimaryKeyConstraint("case_id", "place", name="case_assignment_key"),
        sa.ForeignKeyConstraint(
            ["case_id"], ["support_case.id"], name="case_assignment_case_id_of_support_case"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="case_assignment_user_id_of_user"),
        **dialect.STRICT,
    )
    op.create_index("case_assignment_pick", "case_assignment", ["pick"])
    op.create_table(
        "case_notice",
        _text("case_id"),
        _text("about"),
        _text("user_id"),
        _text("role"),
        _text("milestone"),
        _text("what"),
        _text("severity"),
        _whole("is_instead"),
        _whole("true_at"),
        _whole("noticed_at"),
        _whole("deliver_at"),
        _whole("told_at", may_lack=True),
        _whole("corrected_at", may_lack=True),
        _whole("correction_told_at", may_lack=True),
        sa.PrimaryKeyConstraint("case_id", "about", "user_id", name="case_notice_key"),
        sa.ForeignKeyConstraint(
            ["case_id"], ["support_case.id"], name="case_notice_case_id_of_support_case"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="case_notice_user_id_of_user"),
        **dialect.STRICT,
    )
