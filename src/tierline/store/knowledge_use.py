"""What articles and notes were used for, and what was looked for in vain.

Views and gaps are counts by day and tier: nobody stands in them. What somebody looked for may name
a person all the same, and goes when the person is erased.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa

from tierline.knowledge.deflection import Solved
from tierline.knowledge.document import DocumentKind
from tierline.knowledge.words import words_of
from tierline.store.columns import Document, Instant, Whole, Words
from tierline.store.schema import table
from tierline.store.unit_of_work import Snapshot, UnitOfWork

article_view_table = table(
    "article_view",
    sa.Column("article_id", Words, sa.ForeignKey("article.id"), primary_key=True),
    sa.Column("on", Words, primary_key=True),
    sa.Column("tier", Words, primary_key=True),
    sa.Column("views", Whole, nullable=False),
)
search_gap_table = table(
    "search_gap",
    sa.Column("words", Words, primary_key=True),
    sa.Column("on", Words, primary_key=True),
    sa.Column("tier", Words, primary_key=True),
    sa.Column("searches", Whole, nullable=False),
)
deflection_table = table(
    "deflection",
    sa.Column("id", Words, primary_key=True),
    sa.Column("account_id", Words, sa.ForeignKey("account.id"), nullable=False),
    sa.Column("article_id", Words, sa.ForeignKey("article.id"), nullable=False),
    sa.Column("topics", Document, nullable=False),
    sa.Column("tier", Words, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Index("deflection_at", "at"),
)
knowledge_use_table = table(
    "knowledge_use",
    sa.Column("case_id", Words, sa.ForeignKey("support_case.id"), primary_key=True),
    sa.Column("kind", Words, primary_key=True),
    sa.Column("record_id", Words, primary_key=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("by", Words, nullable=False),
    sa.Index("knowledge_use_record_id", "record_id", "at"),
)
_gap, _use = search_gap_table.c, knowledge_use_table.c
_INSERT_DEFLECTION = deflection_table.insert()
_MOST_WORDS = 12


class KnowledgeUseReads:
    """Reads of what was used."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def of_case(self, case: str) -> frozenset[tuple[DocumentKind, str]]:
        """The notes (by their case) and articles that helped with a case."""
        chosen = sa.select(_use.kind, _use.record_id).where(_use.case_id == case)
        rows = self._snapshot.execute(chosen)
        return frozenset((DocumentKind(row.kind), row.record_id) for row in rows)


class KnowledgeUseRecords(KnowledgeUseReads):
    """The same inside of a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit

    def use(self, case: str, kind: DocumentKind, record: str, *, at: datetime, by: str) -> bool:
        """Note that a record helped with a case; False where that stands there already."""
        new = self._unit.insert_new(knowledge_use_table, "case_id", "kind", "record_id")
        row = {"case_id": case, "kind": kind.value, "record_id": record, "at": at, "by": by}
        return self._unit.write(new, [row]) == 1

    def count_view(self, article: str, *, at: datetime, tier: str, views: int = 1) -> None:
        """Count that somebody read an article, or several did."""
        adding = self._unit.insert_or_add(
            article_view_table, keys=("article_id", "on", "tier"), sums=("views",)
        )
        row = {"article_id": article, "on": at.date().isoformat(), "tier": tier, "views": views}
        self._unit.write(adding, [row])

    def count_gap(
        self, words: Sequence[str], *, at: datetime, tier: str, searches: int = 1
    ) -> None:
        """Count that no article holds these words together, which somebody looked for."""
        adding = self._unit.insert_or_add(
            search_gap_table, keys=("words", "on", "tier"), sums=("searches",)
        )
        told = " ".join(sorted(dict.fromkeys(words))[:_MOST_WORDS])
        row = {"words": told, "on": at.date().isoformat(), "tier": tier, "searches": searches}
        self._unit.write(adding, [row])

    def solve(self, id_: str, solved: Solved) -> None:
        """Write down that an article solved it."""
        self._unit.write(
            _INSERT_DEFLECTION,
            {
                "id": id_,
                "account_id": solved.account,
                "article_id": solved.article,
                "topics": list(solved.topics),
                "tier": solved.tier,
                "at": solved.at,
            },
        )

    def forget(self, identifiers: Iterable[str]) -> None:
        """Forget what was looked for that names somebody."""
        for words in filter(None, map(words_of, identifiers)):
            named = (_gap.words.contains(word, autoescape=True) for word in words)
            self._unit.execute(search_gap_table.delete().where(*named))
