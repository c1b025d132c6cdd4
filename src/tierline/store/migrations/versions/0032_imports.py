"""Imports, and what became of their files; problems, and the cases that they cause."""

import sqlalchemy as sa
from alembic import op

from tierline.store import dialect

revision = "0032"
down_revision = "0029"


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, dialect.text(), nullable=False)


def _whole(name: str, *, may_lack: bool = False) -> sa.Column[int]:
    return sa.Column(name, dialect.integer(), nullable=may_lack)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "kept_import",
        _text("id"),
        _text("kind"),
        _text("desk"),
        _text("source"),
        _text("name"),
        _whole("size_bytes"),
        _text("digest"),
        _text("sent_by"),
        _whole("sent_at"),
        _whole("total"),
        _whole("changes"),
        _whole("done"),
        _whole("started_at", may_lack=True),
        _whole("finished_at", may_lack=True),
        _whole("has_file"),
        _text("failure"),
        _text("counts"),
        sa.Column("details", dialect.text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="kept_import_key"),
        **dialect.STRICT,
    )
    op.create_index("kept_import_has_file", "kept_import", ["has_file", "sent_at"])
    op.create_index(
        "kept_import_details",
        "kept_import",
        ["sent_at"],
        sqlite_where=sa.text("details IS NOT NULL"),
        postgresql_where=sa.text("details IS NOT NULL"),
    )
    op.create_table(
        "kept_import_piece",
        _text("import_id"),
        _whole("number"),
        sa.Column("content", dialect.binary(), nullable=False),
        sa.PrimaryKeyConstraint("import_id", "number", name="kept_import_piece_key"),
        sa.ForeignKeyConstraint(
            ["import_id"], ["kept_import.id"], name="kept_import_piece_import_id_of_kept_import"
        ),
        **dialect.STRICT,
    )
    op.create_table(
        "problem",
        _text("id"),
        _whole("number"),
        _text("title"),
        _text("cause"),
        _text("workaround"),
        _whole("declared_at"),
        _text("declared_by"),
        _whole("resolved_at", may_lack=True),
        sa.PrimaryKeyConstraint("id", name="problem_key"),
        sa.UniqueConstraint("number", name="problem_number_unique"),
        **dialect.STRICT,
    )
    op.create_table(
        "problem_case",
        _text("case_id"),
        _text("problem_id"),
        _whole("linked_at"),
        _text("linked_by"),
        sa.PrimaryKeyConstraint("case_id", name="problem_case_key"),
        sa.ForeignKeyConstraint(
            ["case_id"], ["support_case.id"], name="problem_case_case_id_of_support_case"
        ),
        sa.ForeignKeyConstraint(
            ["problem_id"], ["problem.id"], name="problem_case_problem_id_of_problem"
        ),
        **dialect.STRICT,
    )
    op.create_index("problem_case_problem_id", "problem_case", ["problem_id"])
    op.create_table(
        "problem_update",
        _text("id"),
        _text("problem_id"),
        _text("text"),
        _whole("drafted_at"),
        _text("drafted_by"),
        _whole("published_at", may_lack=True),
        sa.Column("published_by", dialect.text(), nullable=True),
        _whole("cases"),
        sa.PrimaryKeyConstraint("id", name="problem_update_key"),
        sa.ForeignKeyConstraint(
            ["problem_id"], ["problem.id"], name="problem_update_problem_id_of_problem"
        ),
        **dialect.STRICT,
    )
    op.create_index("problem_update_problem_id", "problem_update", ["problem_id", "id"])
