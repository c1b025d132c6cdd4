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


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=f"{table}_key")


def _of(table: str, column: str, referred: str) -> sa.ForeignKeyConstraint:
    name = f"{table}_{column}_of_{referred}"
    return sa.ForeignKeyConstraint([column], [f"{referred}.id"], name=name)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "search_document",
        sa.Column("number", dialect.integer(), nullable=False, autoincrement=False),
        *(_text(name) for name in ("kind", "record_id", "scope", "title", "words", "notes")),
        _key("search_document", "number"),
        **dialect.STRICT,
    )
    op.create_index(
        "search_document_record_id", "search_document", ["record_id", "kind"], unique=True
    )
    make_search_index(op.get_bind())
    _make_articles()
    _make_use()


def _make_articles() -> None:
    op.create_table(
        "article",
        _text("id"),
        _whole("number"),
        _text("state"),
        _text("title"),
        _key("article", "id"),
        sa.UniqueConstraint("number", name="article_number_unique"),
        **dialect.STRICT,
    )
    op.create_table(
        "article_version",
        _text("article_id"),
        _whole("number"),
        *(_text(name) for name in ("title", "text", "audience", "tiers", "topics")),
        _whole("written_at"),
        _text("written_by"),
        _key("article_version", "article_id", "number"),
        _of("article_version", "article_id", "article"),
        **dialect.STRICT,
    )
    op.create_table(
        "article_event",
        _text("article_id"),
        _whole("place"),
        _text("kind"),
        _whole("version"),
        _whole("at"),
        _text("by"),
        _key("article_event", "article_id", "place"),
        _of("article_event", "article_id", "article"),
        **dialect.STRICT,
    )
    op.create_table(
        "article_reader",
        _text("article_id"),
        _text("scope"),
        _key("article_reader", "article_id", "scope"),
        _of("article_reader", "article_id", "article"),
        **dialect.STRICT,
    )


def _make_use() -> None:
    op.create_table(
        "article_view",
        _text("article_id"),
        _text("on"),
        _text("tier"),
        _whole("views"),
        _key("article_view", "article_id", "on", "tier"),
        _of("article_view", "article_id", "article"),
        **dialect.STRICT,
    )
    op.create_table(
        "search_gap",
        _text("words"),
        _text("on"),
        _text("tier"),
        _whole("searches"),
        _key("search_gap", "words", "on", "tier"),
        **dialect.STRICT,
    )
    op.create_table(
        "deflection",
        _text("id"),
        _text("account_id"),
        _text("article_id"),
        _text("topics"),
        _text("tier"),
        _whole("at"),
        _key("deflection", "id"),
        _of("deflection", "account_id", "account"),
        _of("deflection", "article_id", "article"),
        **dialect.STRICT,
    )
    op.create_index("deflection_at", "deflection", ["at"])
    op.create_table(
        "knowledge_use",
        _text("case_id"),
        _text("kind"),
        _text("record_id"),
        _whole("at"),
        _text("by"),
        _key("knowledge_use", "case_id", "kind", "record_id"),
        sa.ForeignKeyConstraint(
            ["case_id"], ["support_case.id"], name="knowledge_use_case_id_of_support_case"
        ),
        **dialect.STRICT,
    )
    op.create_index("knowledge_use_record_id", "knowledge_use", ["record_id", "at"])
