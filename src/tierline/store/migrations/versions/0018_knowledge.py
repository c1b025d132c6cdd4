"""Articles, their search, and what they spared."""

import sqlalchemy as sa
from alembic import op

from tierline.store import dialect
from tierline.store.dialect_search import make_search_index

revision = "0018"
down_revision = "0017"


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, dialect.text(), nullable=False)


def _whole(name: str) -> sa.Column[int]:
    return sa.Column(name, dialect.integer(), nullable=False)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "search_document",
        sa.Column("number", dialect.integer(), nullable=False, autoincrement=False),
        *(_text(name) for name in ("kind", "record_id", "scope", "title", "words", "notes")),
        sa.PrimaryKeyConstraint("number", name="search_document_key"),
        **dialect.STRICT,
    )
    op.create_index(
        "search_document_record_id", "search_document", ["record_id", "kind"], unique=True
    )
    make_search_index(op.get_bind())
