"""What can be done with articles: write one, write it anew, publish it, retire it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from tierline.actions.occasion import Journal
from tierline.kernel.errors import Conflict
from tierline.kernel.ids import ARTICLE
from tierline.knowledge.article import (
    Article,
    ArticleEvent,
    ArticleEventKind,
    ArticleState,
    ArticleVersion,
    refuse_faults,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tierline.actions.occasion import Occasion
    from tierline.catalog.catalog import Catalog
    from tierline.knowledge.article import Wording

VERSIONS_LIMIT_COUNT = 500


class Articles(Protocol):
    """The articles that there are."""

    def get(self, article: str) -> Article: ...
    def next_number(self) -> int: ...
    def add(self, article: Article) -> None: ...
    def save(self, article: Article, *, new_version: bool, new_event: bool) -> None: ...


class Catalogs(Protocol):
    """The published catalogs."""

    def newest(self) -> Sequence[Catalog]: ...


class ArticleBooks(Journal, Protocol):
    """What the actions of this module need."""

    @property
    def articles(self) -> Articles: ...
    @property
    def catalogs(self) -> Catalogs: ...


def write_article(
    books: ArticleBooks, wording: Wording, occasion: Occasion, *, number: int | None = None
) -> Article:
    """A new article, a draft that customers do not see; it gets the next number, or the one by
    which people call it already. Raises Invalid with every fault, and Conflict for a number that is
    not above all others."""
    _refuse_faults(books, wording)
    following = books.articles.next_number()
    if number is not None and number < following:
        raise Conflict(f"The next article is {following} at least.", code="number_taken")
    version = ArticleVersion(1, wording, occasion.now, occasion.by)
    article = Article(occasion.new_id(ARTICLE), number or following, (version,))
    books.articles.add(article)
    _tell(books, article, "ArticleWritten", 1, occasion)
    return article


def rewrite_article(
    books: ArticleBooks, article_id: str, wording: Wording, occasion: Occasion
) -> Article:
    """The article with a further version, which nobody else reads until it is published. The same
    wording again changes nothing. Raises NotFound, Conflict and Invalid."""
    article = books.articles.get(article_id)
    if article.newest.wording == wording:
        return article
    _refuse_faults(books, wording)
    number = article.newest.number + 1
    if number > VERSIONS_LIMIT_COUNT:
        message = f"An article has at most {VERSIONS_LIMIT_COUNT} versions. Write a new one."
        raise Conflict(message, code="too_many_versions")
    version = ArticleVersion(number, wording, occasion.now, occasion.by)
    changed = replace(article, versions=(*article.versions, version))
    books.articles.save(changed, new_version=True, new_event=False)
    _tell(books, changed, "ArticleWritten", number, occasion)
    return changed


def publish_article(books: ArticleBooks, article_id: str, occasion: Occasion) -> Article:
    """The article with its newest version read by everybody whom it is for. Where that is so
    already nothing changes. Raises NotFound."""
    article = books.articles.get(article_id)
    if article.in_force == article.newest:
        return article
    return _happened(books, article, ArticleEventKind.published, occasion)


def retire_article(books: ArticleBooks, article_id: str, occasion: Occasion) -> Article:
    """The article as nobody finds it any more; what was learned from it stays. The same again
    changes nothing. Raises NotFound, and Conflict for a draft."""
    article = books.articles.get(article_id)
    if article.state is ArticleState.draft:
        raise Conflict("It was never published.", code="not_published")
    if article.state is ArticleState.retired:
        return article
    return _happened(books, article, ArticleEventKind.retired, occasion)


def _happened(
    books: ArticleBooks, article: Article, kind: ArticleEventKind, occasion: Occasion
) -> Article:
    is_new = kind is ArticleEventKind.published
    version = article.newest.number if is_new else article.events[-1].version
    event = ArticleEvent(kind, version, occasion.now, occasion.by)
    changed = replace(article, events=(*article.events, event))
    books.articles.save(changed, new_version=False, new_event=True)
    fact = "ArticlePublished" if is_new else "ArticleRetired"
    _tell(books, changed, fact, version, occasion)
    return changed


def _refuse_faults(books: ArticleBooks, wording: Wording) -> None:
    known = {tier for catalog in books.catalogs.newest() for tier in catalog.tiers}
    refuse_faults(wording, known)


def _tell(
    books: ArticleBooks, article: Article, kind: str, version: int, occasion: Occasion
) -> None:
    body = {"article": article.id, "number": article.number, "version": version}
    books.append([occasion.fact(kind, article.id, body)])
