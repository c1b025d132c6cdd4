"""How knowledge is used: what it spared, which notes help again, what is old, what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from tierline.knowledge.article import ArticleState
from tierline.knowledge.deflection import WINDOW, Raised, Rate, Solved, rates
from tierline.knowledge.document import DocumentKind
from tierline.knowledge.words import words_of
from tierline.queries.knowledge_stretch import PERIOD, on_days, within
from tierline.scorecards.desk import Stretch
from tierline.store.articles import article_event_table, article_table, article_version_table
from tierline.store.cases import case_message_table, case_table
from tierline.store.knowledge_use import (
    article_view_table,
    deflection_table,
    knowledge_use_table,
    search_gap_table,
)
from tierline.store.unit_of_work import Snapshot

MOST_ROWS = 50
_MOST_DEFLECTIONS = 20_000
_article, _view, _gap = article_table.c, article_view_table.c, search_gap_table.c
_use, _deflection = knowledge_use_table.c, deflection_table.c
_case, _message = case_table.c, case_message_table.c


@dataclass(frozen=True, slots=True)
class ArticleUse:
    """How an article was used by customers of a tier (empty: by us) in the period."""

    article: str
    number: int
    title: str
    tier: str
    views: int


@dataclass(frozen=True, slots=True)
class Reuse:
    """How many cases a record has helped with since it was written."""

    kind: DocumentKind
    record: str
    number: int
    title: str
    cases: int


@dataclass(frozen=True, slots=True)
class Stale:
    """A published article whose version is older than the period, and is still used."""

    article: str
    number: int
    title: str
    written_at: datetime
    views: int
    cases: int


@dataclass(frozen=True, slots=True)
class Gap:
    """Words that no article held when somebody looked for them."""

    words: str
    searches: int


@dataclass(frozen=True, slots=True)
class DeflectionRate:
    """How often what an article solved stayed solved, by tier and topic."""

    tier: str
    topic: str
    rate: Rate


@dataclass(frozen=True, slots=True)
class KnowledgeReport:
    """All of it; each list at most so many rows, the most used first."""

    during: Stretch
    deflections: tuple[DeflectionRate, ...]
    views: tuple[ArticleUse, ...]
    reuse: tuple[Reuse, ...]
    stale: tuple[Stale, ...]
    gaps: tuple[Gap, ...]

    @property
    def is_bare(self) -> bool:
        """Whether nothing was read, looked for in vain, said to be solved or noted as help."""
        return not (self.deflections or self.views or self.reuse or self.gaps)


def knowledge_report(snapshot: Snapshot, during: Stretch) -> KnowledgeReport:
    """What was used in a stretch of time, as it stands now."""
    views, reuse = _views(snapshot, during), _reuse(snapshot, during)
    return KnowledgeReport(
        during=during,
        deflections=_deflections(snapshot, during),
        views=views[:MOST_ROWS],
        reuse=reuse[:MOST_ROWS],
        stale=_stale(snapshot, during, views, reuse),
        gaps=_gaps(snapshot, during),
    )


def _views(snapshot: Snapshot, during: Stretch) -> tuple[ArticleUse, ...]:
    total = sa.func.sum(_view.views).label("total")
    chosen = (
        sa.select(_article.id, _article.number, _article.title, _view.tier, total)
        .join(article_view_table, _view.article_id == _article.id)
        .where(on_days(_view.on, during))
        .group_by(_article.id, _article.number, _article.title, _view.tier)
        .order_by(total.desc(), _article.number, _view.tier)
    )
    return tuple(
        ArticleUse(row.id, row.number, row.title, row.tier, int(row.total))
        for row in snapshot.execute(chosen)
    )


def _reuse(snapshot: Snapshot, during: Stretch) -> tuple[Reuse, ...]:
    count = sa.func.count().label("cases")
    chosen = (
        sa.select(_use.kind, _use.record_id, _article.number, _article.title,
                  _case.number.label("case_number"), _case.subject, count)
        .select_from(knowledge_use_table)
        .outerjoin(article_table, _article.id == _use.record_id)
        .outerjoin(case_table, _case.id == _use.record_id)
        .where(within(_use.at, during))
        .group_by(_use.kind, _use.record_id, _article.number, _article.title, _case.number,
                  _case.subject)
        .order_by(count.desc(), _use.record_id)
    )  # fmt: skip
    return tuple(
        Reuse(
            DocumentKind(row.kind),
            row.record_id,
            row.number if row.case_number is None else row.case_number,
            row.subject if row.title is None else row.title,
            row.cases,
        )
        for row in snapshot.execute(chosen)
    )


def _stale(
    snapshot: Snapshot, during: Stretch, views: Sequence[ArticleUse], reuse: Sequence[Reuse]
) -> tuple[Stale, ...]:
    """Published articles of which the version in force was written long before the end."""
    event, version = article_event_table.c, article_version_table.c
    old = during.until - PERIOD
    last = sa.select(event.article_id, sa.func.max(event.place).label("place"))
    newest = last.group_by(event.article_id).subquery()
    chosen = (
        sa.select(_article.id, _article.number, _article.title, version.written_at)
        .join(newest, newest.c.article_id == _article.id)
        .join(
            article_event_table,
            sa.and_(event.article_id == _article.id, event.place == newest.c.place),
        )
        .join(
            article_version_table,
            sa.and_(version.article_id == _article.id, version.number == event.version),
        )
        .where(
            _article.state == ArticleState.published.value,
            version.written_at < old,
        )
    )
    seen: dict[str, int] = {}
    for use in views:
        seen[use.article] = seen.get(use.article, 0) + use.views
    helped = {each.record: each.cases for each in reuse}
    found = [
        Stale(row.id, row.number, row.title, row.written_at, seen.get(row.id, 0),
              helped.get(row.id, 0))
        for row in snapshot.execute(chosen)
        if row.id in seen or row.id in helped
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda each: (-each.views - each.cases, each.number)))[
        :MOST_ROWS
    ]


def _gaps(snapshot: Snapshot, during: Stretch) -> tuple[Gap, ...]:
    total = sa.func.sum(_gap.searches).label("total")
    chosen = sa.select(_gap.words, total).where(on_days(_gap.on, during))
    ordered = chosen.group_by(_gap.words).order_by(total.desc(), _gap.words).limit(MOST_ROWS)
    return tuple(Gap(row.words, int(row.total)) for row in snapshot.execute(ordered))


def _deflections(snapshot: Snapshot, during: Stretch) -> tuple[DeflectionRate, ...]:
    chosen = sa.select(deflection_table).where(within(_deflection.at, during))
    rows = snapshot.execute(chosen.order_by(_deflection.at.desc()).limit(_MOST_DEFLECTIONS))
    solved = [
        Solved(account=row.account_id, article=row.article_id, topics=tuple(row.topics),
               tier=row.tier, at=row.at)
        for row in rows
    ]  # fmt: skip
    raised = _raised(snapshot, solved)
    found = rates(solved, raised, during.as_of).items()
    return tuple(DeflectionRate(tier, topic, rate) for (tier, topic), rate in found)


def _raised(snapshot: Snapshot, solved: Sequence[Solved]) -> list[Raised]:
    """The cases that can have been a return, with the words that they were raised in."""
    if not solved:
        return []
    first, last = min(each.at for each in solved), max(each.at for each in solved)
    chosen = (
        sa.select(_case.account_id, _case.opened_at, _case.subject, _message.text)
        .join(case_message_table, sa.and_(_message.case_id == _case.id, _message.place == 0))
        .where(
            _case.account_id.in_(sorted({each.account for each in solved})),
            _case.opened_at >= first,
            _case.opened_at < last + WINDOW,
        )
    )
    return [
        Raised(row.account_id, row.opened_at, frozenset(words_of(f"{row.subject} {row.text}")))
        for row in snapshot.execute(chosen)
    ]
