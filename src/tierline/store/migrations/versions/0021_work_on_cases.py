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
