"""Articles in the database: versions and events, which are only ever added; the name of an erased
person is taken out of them.

`state` and `title` of an article, and `article_reader`, are an index of them for lists.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from tierline.kernel.errors import NotFound
from tierline.knowledge.article import (
    Article,
    ArticleEvent,
    ArticleEventKind,
    ArticleVersion,
    Audience,
    Wording,
)
from tierline.knowledge.document import DocumentKind, key_of
from tierline.store.columns import Document, Instant, Whole, Words
from tierline.store.schema import table
from tierline.store.search import SearchRecords
from tierline.store.unit_of_work import Snapshot, UnitOfWork

article_table = table(
    "article",
    sa.Column("id", Words, primary_key=True),
    sa.Column("number", Whole, nullable=False, unique=True),
    sa.Column("state", Words, nullable=False),
    sa.Column("title", Words, nullable=False),
)
article_version_table = table(
    "article_version",
    sa.Column("article_id", Words, sa.ForeignKey("article.id"), primary_key=True),
    sa.Column("number", Whole, primary_key=True, autoincrement=False),
    sa.Column("title", Words, nullable=False),
    sa.Column("text", Words, nullable=False),
    sa.Column("audience", Words, nullable=False),
    sa.Column("tiers", Document, nullable=False),
    sa.Column("topics", Document, nullable=False),
    sa.Column("written_at", Instant, nullable=False),
    sa.Column("written_by", Words, nullable=False),
)
article_event_table = table(
    "article_event",
    sa.Column("article_id", Words, sa.ForeignKey("article.id"), primary_key=True),
    sa.Column("place", Whole, primary_key=True, autoincrement=False),
    sa.Column("kind", Words, nullable=False),
    sa.Column("version", Whole, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("by", Words, nullable=False),
)
article_reader_table = table(
    "article_reader",
    sa.Column("article_id", Words, sa.ForeignKey("article.id"), primary_key=True),
    sa.Column("scope", Words, primary_key=True),
)
_article, _version = article_table.c, article_version_table.c
_event, _reader = article_event_table.c, article_reader_table.c
_INSERT, _INSERT_VERSION = article_table.insert(), article_version_table.insert()
_INSERT_EVENT, _INSERT_READER = article_event_table.insert(), article_reader_table.insert()
_FORGET_READERS = article_reader_table.delete().where(_reader.article_id == sa.bindparam("its_id"))
_CLEAR = (
    article_version_table.update()
    .where(
        _version.article_id == sa.bindparam("its_id"),
        _version.number == sa.bindparam("its_number"),
    )
    .values(title=sa.bindparam("new_title"), text=sa.bindparam("new_text"))
)
_INDEX = (
    article_table.update()
    .where(_article.id == sa.bindparam("its_id"))
    .values(state=sa.bindparam("new_state"), title=sa.bindparam("new_title"))
)


class ArticleReads:
    """Reads of articles."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def get(self, article: str) -> Article:
        """The article of an id. Raises NotFound."""
        found = self.of_ids([article])
        if article not in found:
            raise NotFound(f"There is no article '{article}'.")
        return found[article]

    def of_ids(self, articles: list[str]) -> dict[str, Article]:
        """Articles by id, with everything that happened to them."""
        known = self._snapshot.execute(
            sa.select(_article.id, _article.number).where(_article.id.in_(articles))
        ).all()
        ids = [row.id for row in known]
        if not ids:
            return {}
        versions, events = self._versions(ids), self._events(ids)
        return {
            row.id: Article(
                row.id, row.number, tuple(versions[row.id]), tuple(events.get(row.id, ()))
            )
            for row in known
        }

    def ids_of(self, numbers: list[int]) -> dict[int, str]:
        """The ids of the articles that people call by these numbers."""
        chosen = sa.select(_article.number, _article.id).where(_article.number.in_(numbers))
        return {row.number: row.id for row in self._snapshot.execute(chosen)}

    def _versions(self, ids: list[str]) -> dict[str, list[ArticleVersion]]:
        chosen = sa.select(article_version_table).where(_version.article_id.in_(ids))
        found: dict[str, list[ArticleVersion]] = {}
        for row in self._snapshot.execute(chosen.order_by(_version.article_id, _version.number)):
            wording = Wording(
                title=row.title,
                text=row.text,
                audience=Audience(row.audience),
                tiers=frozenset(row.tiers),
                topics=tuple(row.topics),
            )
            version = ArticleVersion(row.number, wording, row.written_at, row.written_by)
            found.setdefault(row.article_id, []).append(version)
        return found

    def _events(self, ids: list[str]) -> dict[str, list[ArticleEvent]]:
        chosen = sa.select(article_event_table).where(_event.article_id.in_(ids))
        found: dict[str, list[ArticleEvent]] = {}
        for row in self._snapshot.execute(chosen.order_by(_event.article_id, _event.place)):
            event = ArticleEvent(ArticleEventKind(row.kind), row.version, row.at, row.by)
            found.setdefault(row.article_id, []).append(event)
        return found

    def texts_naming(self, words: Collection[str]) -> list[str]:
        """Versions in which any of the words stands."""
        return [row.text for row in self._naming(words)]

    def _naming(self, words: Collection[str]) -> list[sa.Row[Any]]:
        chosen = sa.select(_version.article_id, _version.number, _version.title, _version.text)
        lowered = [word.lower() for word in words]
        return [
            row
            for row in (self._snapshot.execute(chosen) if lowered else ())
            if any(word in f"{row.title}\n{row.text}".lower() for word in lowered)
        ]


class ArticleRecords(ArticleReads):
    """Articles inside of a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit
        self._search = SearchRecords(unit)

    def next_number(self) -> int:
        """The number after the highest."""
        highest: int | None = self._unit.execute(sa.select(sa.func.max(_article.number))).scalar()
        return (highest or 0) + 1

    def add(self, article: Article) -> None:
        """Write a new article."""
        row = {"id": article.id, "number": article.number, "state": article.state.value,
               "title": article.newest.wording.title}  # fmt: skip
        self._unit.write(_INSERT, row)
        self._write_version(article)

    def save(self, article: Article, *, new_version: bool, new_event: bool) -> None:
        """Write the newest version, the last event, or both. Where somebody else was quicker it is
        a Conflict, and the unit is tried again."""
        if new_version:
            self._write_version(article)
        if new_event:
            event = article.events[-1]
            self._unit.write(
                _INSERT_EVENT,
                {
                    "article_id": article.id,
                    "place": len(article.events) - 1,
                    "kind": event.kind.value,
                    "version": event.version,
                    "at": event.at,
                    "by": event.by,
                },
            )
        self.find_again([article])

    def find_again(self, articles: list[Article]) -> None:
        """Have articles be listed and found by what stands in them now."""
        for article in articles:
            version = article.in_force
            shown = version or article.newest
            self._unit.write(
                _INDEX,
                {
                    "its_id": article.id,
                    "new_state": article.state.value,
                    "new_title": shown.wording.title,
                },
            )
            self._unit.write(_FORGET_READERS, {"its_id": article.id})
            let_in = sorted(version.wording.let_in) if version else []
            rows = [{"article_id": article.id, "scope": scope} for scope in let_in]
            self._unit.write(_INSERT_READER, rows)
        documents = [(article, article.document) for article in articles]
        self._search.put([document for _, document in documents if document])
        self._search.remove(
            [key_of(DocumentKind.article, each.number) for each, document in documents
             if document is None]
        )  # fmt: skip

    def erase_people(self, words: Collection[str], instead: str) -> None:
        """Put another word in the place of what names people, in every version."""
        found = self._naming(words)
        rows = [
            {
                "its_id": row.article_id,
                "its_number": row.number,
                "new_title": _without(row.title, words, instead),
                "new_text": _without(row.text, words, instead),
            }
            for row in found
        ]
        self._unit.write(_CLEAR, rows)
        self.find_again(list(self.of_ids(sorted({row.article_id for row in found})).values()))

    def _write_version(self, article: Article) -> None:
        version = article.newest
        self._unit.write(
            _INSERT_VERSION,
            {
                "article_id": article.id,
                "number": version.number,
                "title": version.wording.title,
                "text": version.wording.text,
                "audience": version.wording.audience.value,
                "tiers": sorted(version.wording.tiers),
                "topics": list(version.wording.topics),
                "written_at": version.written_at,
                "written_by": version.written_by,
            },
        )


def _without(text: str, words: Collection[str], instead: str) -> str:
    naming = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.sub(naming, instead, text, flags=re.IGNORECASE)
