"""Imports: the files that wait to be imported, and what became of them."""

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
