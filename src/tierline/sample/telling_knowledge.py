"""Telling what is known: articles are written and published, read, looked for in vain, said to have
solved something, and noted as help with cases."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from tierline.actions.articles import ArticleBooks, publish_article, write_article
from tierline.actions.articles import Articles as KeptArticles
from tierline.actions.knowledge import (
    Helper,
    KnowledgeBooks,
    KnowledgeUse,
    note_help,
    note_solved,
)
from tierline.kernel.instants import SECOND_US, from_micros
from tierline.knowledge.article import Wording
from tierline.knowledge.document import DocumentKind, Reach
from tierline.knowledge.question import question_of
from tierline.sample.articles import ARTICLES, CERTIFICATE
from tierline.sample.chance import Chance
from tierline.sample.customers import at_noon
from tierline.sample.knowledge import KnowledgeStory, in_period

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tierline.actions.occasion import Occasion
    from tierline.knowledge.article import Article, ArticleVersion
    from tierline.knowledge.question import Question
    from tierline.sample.telling_cases import ToldCase

Moment = Callable[[datetime, str], "Occasion"]
_ALL_ARTICLES = Reach(frozenset({DocumentKind.article}), None)
_HELPED_OF_THOUSAND = 60
_UNKNOWN_TO = "priority"
"""Who works for this tier does not know of the article on certificates either."""


class _Search(Protocol):
    def find(
        self, question: Question, reach: Reach, *, most: int, start: int
    ) -> Sequence[object]: ...


class _Use(KnowledgeUse, Protocol):
    def count_view(self, article: str, *, at: datetime, tier: str, views: int) -> None: ...
    def count_gap(
        self, words: Sequence[str], *, at: datetime, tier: str, searches: int
    ) -> None: ...


class LibraryBooks(KnowledgeBooks, ArticleBooks, Protocol):
    """What the telling of knowledge needs."""

    @property
    def articles(self) -> KeptArticles: ...
    @property
    def knowledge_use(self) -> _Use: ...
    @property
    def search(self) -> _Search: ...


def tell_articles(books: LibraryBooks, agents: Mapping[int, str], moment: Moment) -> dict[int, str]:
    """Have the articles written; their ids by number."""
    found = {}
    for each in ARTICLES:
        wording = Wording(
            title=each.title, text=each.text, audience=each.audience, topics=each.topics
        )
        occasion = moment(at_noon(each.written), agents[each.author])
        article = write_article(books, wording, occasion, number=each.number)
        if not each.is_draft:
            article = publish_article(books, article.id, occasion)
        found[each.number] = article.id
    return found


def tell_use_of_articles(
    books: LibraryBooks,
    story: KnowledgeStory,
    articles: Mapping[int, str],
    accounts: Mapping[str, str],
    moment: Moment,
) -> None:
    """What customers read, looked for and found solved."""
    for (number, tier, day), views in sorted(story.views.items()):
        at = at_noon(day)
        books.knowledge_use.count_view(articles[number], at=at, tier=tier, views=views)
    known: dict[str, bool] = {}
    for (words, tier, day), searches in sorted(story.searches.items()):
        question = question_of(words)
        if words not in known:
            known[words] = bool(books.search.find(question, _ALL_ARTICLES, most=1, start=0))
        if not known[words]:
            at = at_noon(day)
            books.knowledge_use.count_gap(question.words, at=at, tier=tier, searches=searches)
    kept = {number: books.articles.get(id_) for number, id_ in articles.items()}
    for each in sorted(story.solved, key=lambda solved: (solved.at, solved.who, solved.article)):
        account = accounts[each.who]
        note_solved(
            books,
            kept[each.article],
            _read(kept[each.article]),
            account,
            moment(each.at, account),
            tier=each.tier,
        )


def _read(article: Article) -> ArticleVersion:
    """The version that customers read."""
    version = article.in_force
    if version is None:
        raise AssertionError(f"KB-{article.number} is a draft, and nobody reads it")
    return version


def tell_help(
    books: LibraryBooks, cases: Iterable[ToldCase], articles: Mapping[int, str], moment: Moment
) -> None:
    """Some cases of the last half of the year were answered with an article."""
    number_of = {each.category: each.number for each in ARTICLES}
    for case in cases:
        story, ended = case.life.story, from_micros(case.life.resolved * SECOND_US)
        number = number_of.get(story.category)
        is_unknown = number == CERTIFICATE and case.tier == _UNKNOWN_TO and story.has_plants
        if number is None or is_unknown or not in_period(ended):
            continue
        if Chance(story.seed, "helped", story.number).happens(_HELPED_OF_THOUSAND):
            helper = Helper(DocumentKind.article, articles[number])
            note_help(books, case.id, helper, moment(ended, case.user))
