"""Of the questions on the topics of an article, which part the article answered, by tier."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from tierline.knowledge.article import ArticleState
from tierline.knowledge.deflection import WINDOW, Outcome, Raised, Solved, is_about, outcome_of
from tierline.knowledge.words import words_of
from tierline.queries.knowledge_report import MOST_ROWS
from tierline.queries.knowledge_stretch import on_days, within
from tierline.store.articles import ArticleReads, article_table
from tierline.store.cases import case_message_table, case_table
from tierline.store.knowledge_use import article_view_table, deflection_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from tierline.knowledge.article import Article
    from tierline.scorecards.desk import Stretch
    from tierline.store.unit_of_work import Snapshot

_MOST_CASES = 20_000
_MOST_ARTICLES = 500
_article, _view, _deflection = article_table.c, article_view_table.c, deflection_table.c
_case, _message = case_table.c, case_message_table.c
_FIRST_WORDS = sa.and_(_message.place == 0, _message.is_public == 1)
"""What a case was raised with: a note of ours may stand at the same place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleShare:
    """An article and a tier: how often customers read it, what it `spared` (said to be solved, and
    nobody came back in seven days), and the cases that were `raised` on its topics all the same."""

    article: str
    number: int
    title: str
    tier: str
    views: int
    spared: int
    raised: int

    @property
    def share(self) -> float | None:
        """Spared of all questions; None where nobody asked."""
        asked = self.spared + self.raised
        return self.spared / asked if asked else None

    @property
    def is_unused(self) -> bool:
        """Whether cases are raised on its topics and nobody there has read it."""
        return self.raised > 0 and not self.views and not self.spared


def article_shares(snapshot: Snapshot, during: Stretch) -> tuple[ArticleShare, ...]:
    """Of a stretch of time, over its newest cases: articles that spared something anywhere, the
    most spared first, with every tier that asked about their topics."""
    solved = _solved(snapshot, during)
    if not solved:
        return ()
    raised = _raised(snapshot, during)
    spared = _spared(solved, raised, during.as_of)
    raised = [each for each in raised if each.case.at < during.until]
    useful = {article for article, _ in spared}
    views = _views(snapshot, during)
    found = [
        ArticleShare(
            article=article.id,
            number=article.number,
            title=article.newest.wording.title,
            tier=tier,
            views=views.get((article.id, tier), 0),
            spared=spared.get((article.id, tier), 0),
            raised=count,
        )
        for article in _articles(snapshot, useful)
        for tier, count in _asked(article, raised, views, spared)
    ]
    return tuple(sorted(found, key=lambda each: (-each.spared, each.number, each.tier)))[:MOST_ROWS]


@dataclass(frozen=True, slots=True)
class _RaisedIn:
    """A case that was raised in a tier."""

    tier: str
    case: Raised


def _solved(snapshot: Snapshot, during: Stretch) -> list[Solved]:
    chosen = sa.select(deflection_table).where(within(_deflection.at, during))
    rows = snapshot.execute(chosen.order_by(_deflection.at.desc()).limit(_MOST_CASES))
    return [
        Solved(account=row.account_id, article=row.article_id, topics=tuple(row.topics),
               tier=row.tier, at=row.at)
        for row in rows
    ]  # fmt: skip


def _raised(snapshot: Snapshot, during: Stretch) -> list[_RaisedIn]:
    """With those that may be a return after its end."""
    end = min(during.until + WINDOW, during.as_of)
    chosen = (
        sa.select(_case.tier, _case.account_id, _case.opened_at, _case.subject, _message.text)
        .join(case_message_table, sa.and_(_message.case_id == _case.id, _FIRST_WORDS))
        .where(_case.opened_at >= during.since, _case.opened_at < end)
        .order_by(_case.opened_at.desc())
        .limit(_MOST_CASES)
    )
    return [
        _RaisedIn(
            row.tier,
            Raised(
                row.account_id or "",
                row.opened_at,
                frozenset(words_of(f"{row.subject} {row.text}")),
            ),
        )
        for row in snapshot.execute(chosen)
    ]


def _spared(
    solved: Sequence[Solved], raised: Sequence[_RaisedIn], as_of: datetime
) -> dict[tuple[str, str], int]:
    theirs: dict[str, list[Raised]] = {}
    for each in raised:
        theirs.setdefault(each.case.account, []).append(each.case)
    found: dict[tuple[str, str], int] = {}
    for said in solved:
        if outcome_of(said, theirs.get(said.account, ()), as_of) is Outcome.held:
            key = said.article, said.tier
            found[key] = found.get(key, 0) + 1
    return found


def _views(snapshot: Snapshot, during: Stretch) -> dict[tuple[str, str], int]:
    total = sa.func.sum(_view.views).label("total")
    chosen = sa.select(_view.article_id, _view.tier, total).where(
        on_days(_view.on, during), _view.tier != ""
    )
    rows = snapshot.execute(chosen.group_by(_view.article_id, _view.tier))
    return {(row.article_id, row.tier): int(row.total) for row in rows}


def _articles(snapshot: Snapshot, ids: set[str]) -> Iterator[Article]:
    chosen = sa.select(_article.id).where(
        _article.id.in_(sorted(ids)), _article.state == ArticleState.published.value
    )
    published = list(snapshot.execute(chosen.limit(_MOST_ARTICLES)).scalars())
    yield from ArticleReads(snapshot).of_ids(published).values()


def _asked(
    article: Article,
    raised: Sequence[_RaisedIn],
    views: dict[tuple[str, str], int],
    spared: dict[tuple[str, str], int],
) -> list[tuple[str, int]]:
    """Tiers that asked about its topics or read it, each with its cases."""
    wording = article.newest.wording
    topics = wording.topics or (wording.title,)
    counts = {tier: 0 for id_, tier in (*views, *spared) if id_ == article.id}
    for each in raised:
        if each.tier and is_about(each.case.words, topics):
            counts[each.tier] = counts.get(each.tier, 0) + 1
    return sorted(counts.items())
