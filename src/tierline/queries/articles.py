"""Articles as lists show them."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from tierline.knowledge.article import ArticleState
from tierline.queries.pages import PAGE_ROWS, Page, key_of, page_of
from tierline.store.articles import article_reader_table, article_table
from tierline.store.unit_of_work import Snapshot

_article, _reader = article_table.c, article_reader_table.c


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """An article in a list."""

    id: str
    number: int
    title: str
    state: ArticleState


def list_articles(
    snapshot: Snapshot,
    scopes: frozenset[str] | None,
    *,
    state: ArticleState | None = None,
    after: str | None = None,
    limit: int = PAGE_ROWS,
) -> Page[ArticleRow]:
    """Articles by title: those that somebody with these scopes reads, or (None) all of them."""
    chosen = sa.select(article_table)
    if scopes is not None:
        readable = sa.select(_reader.article_id).where(_reader.scope.in_(sorted(scopes)))
        chosen = chosen.where(_article.id.in_(readable))
    if state is not None:
        chosen = chosen.where(_article.state == state.value)
    if after is not None:
        title, id_ = key_of(after, 2)
        same = sa.and_(_article.title == title, _article.id > id_)
        chosen = chosen.where(sa.or_(_article.title > title, same))
    ordered = chosen.order_by(_article.title, _article.id).limit(limit + 1)
    rows = [
        ArticleRow(row.id, row.number, row.title, ArticleState(row.state))
        for row in snapshot.execute(ordered)
    ]
    return page_of(rows, limit, lambda row: (row.title, row.id))


def article_ids_after(snapshot: Snapshot, after: str, limit: int) -> list[str]:
    """Ids of articles that follow on one, in their order."""
    chosen = sa.select(_article.id).where(_article.id > after).order_by(_article.id).limit(limit)
    return list(snapshot.execute(chosen).scalars())
