"""Post-mortems: their versions, the cases that they are about, and what is done after them."""

import sqlalchemy as sa
from alembic import op

from tierline.store import dialect

revision = "0020"
down_revision = "0019"


def _text(name: str, *, may_lack: bool = False) -> sa.Column[str]:
    return sa.Column(name, dialect.text(), nullable=may_lack)


def _whole(name: str, *, may_lack: bool = False) -> sa.Column[int]:
    return sa.Column(name, dialect.integer(), nullable=may_lack)


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=f"{table}_{column}_of_{to}")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "post_mortem",
        _text("id"),
        _text("incident_id", may_lack=True),
        _text("failure_mode"),
        _whole("begun_at"),
        _text("begun_by"),
        sa.PrimaryKeyConstraint("id", name="post_mortem_key"),
        _refers("post_mortem", "incident_id", "incident"),
        **dialect.STRICT,
    )
    op.create_index("post_mortem_failure_mode", "post_mortem", ["failure_mode", "id"])
    op.create_table(
        "post_mortem_version",
        _text("post_mortem_id"),
        _whole("number"),
        _whole("at"),
        _text("by"),
        _text("texts"),
        _text("failure_mode"),
        _whole("published_at", may_lack=True),
        _text("published_by", may_lack=True),
        _text("facts", may_lack=True),
        _text("told_actions", may_lack=True),
        sa.PrimaryKeyConstraint("post_mortem_id", "number", name="post_mortem_version_key"),
        _refers("post_mortem_version", "post_mortem_id", "post_mortem"),
        **dialect.STRICT,
    )
    op.create_table(
        "post_mortem_case",
        _text("case_id"),
        _text("post_mortem_id", may_lack=True),
        _whole("is_required"),
        _whole("ended_at", may_lack=True),
        _whole("due_at"),
        _whole("published_at", may_lack=True),
        _text("state"),
        sa.PrimaryKeyConstraint("case_id", name="post_mortem_case_key"),
        _refers("post_mortem_case", "case_id", "support_case"),
        _refers("post_mortem_case", "post_mortem_id", "post_mortem"),
        **dialect.STRICT,
    )
    op.create_table(
        "post_mortem_action",
        _text("id"),
        _text("post_mortem_id"),
        _text("title"),
        _text("owner_id"),
        _text("due_on"),
        _whole("is_told"),
        _whole("added_at"),
        _text("added_by"),
        _text("state"),
        _whole("closed_at", may_lack=True),
        _text("closed_by", may_lack=True),
        _text("reason"),
        sa.PrimaryKeyConstraint("id", name="post_mortem_action_key"),
        _refers("post_mortem_action", "post_mortem_id", "post_mortem"),
        _refers("post_mortem_action", "owner_id", "user"),
        **dialect.STRICT,
    )
    for name, table, columns in (
        ("post_mortem_case_state", "post_mortem_case", ["state", "due_at", "case_id"]),
        ("post_mortem_case_post_mortem_id", "post_mortem_case", ["post_mortem_id", "case_id"]),
        ("post_mortem_action_post_mortem_id", "post_mortem_action", ["post_mortem_id", "due_on"]),
        ("post_mortem_action_state", "post_mortem_action", ["state", "due_on", "id"]),
        ("post_mortem_action_owner_id", "post_mortem_action", ["owner_id", "state", "due_on"]),
    ):
        op.create_index(name, table, columns)
