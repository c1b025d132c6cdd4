"""Search in the database: documents of folded words, and what they are made from.

`search_document` is an index: dropped and made again from cases and articles it is the same. Each
database keeps an index of its own kind of it (`dialect_search`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from tierline.cases.case import Case, CaseMessage
from tierline.cases.event import EventKind
from tierline.knowledge.document import (
    Document,
    DocumentKind,
    Reach,
    case_document,
    key_of,
    note_document,
    of_kind,
    part,
)
from tierline.knowledge.question import Question
from tierline.knowledge.similarity import (
    COUNTED_UP_TO,
    Alike,
    ranked,
    weights_of,
    words_that_tell,
)
from tierline.store import dialect_search
from tierline.store.columns import Whole, Words
from tierline.store.prepared_reads import any_of
from tierline.store.schema import table
from tierline.store.unit_of_work import Snapshot, UnitOfWork

CANDIDATES = 300
"""So many documents that hold what is asked are compared, the newest: nobody reads further."""
_COMPARED = 60
"""So many documents that share words are compared as a whole."""

search_document_table = table(
    "search_document",
    sa.Column("number", Whole, primary_key=True, autoincrement=False),
    sa.Column("kind", Words, nullable=False),
    sa.Column("record_id", Words, nullable=False),
    sa.Column("scope", Words, nullable=False),
    sa.Column("title", Words, nullable=False),
    sa.Column("words", Words, nullable=False),
    sa.Column("notes", Words, nullable=False),
    sa.Index("search_document_record_id", "record_id", "kind", unique=True),
)
_document = search_document_table.c
_INSERT = search_document_table.insert()
_FORGET = search_document_table.delete().where(_document.number == sa.bindparam("its_key"))
_SAY = (
    search_document_table.update()
    .where(_document.number == sa.bindparam("its_key"))
    .values(words=sa.bindparam("new_words"), notes=sa.bindparam("new_notes"))
)

_OF_CASES = sa.select(search_document_table).where(
    _document.record_id.in_(any_of("ids")), _document.kind == sa.bindparam("its_kind")
)
_NEXT = (
    sa.select(search_document_table)
    .where(_document.number > sa.bindparam("last"))
    .order_by(_document.number)
    .limit(500)
)


@dataclass(frozen=True, slots=True)
class Found:
    """A document that holds what was asked."""

    kind: DocumentKind
    record: str


class SearchReads:
    """Looking for documents."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def find(self, question: Question, reach: Reach, *, most: int, start: int) -> list[Found]:
        """The documents within somebody's reach that hold all that is asked, the best first: so
        many from this place on. Nothing where nothing is asked, or nothing is in reach."""
        if not question.phrases or not reach.kinds or reach.scopes == frozenset():
            return []
        statement, values = dialect_search.found(
            self._snapshot.family, question, self._scopes(reach), among_us=reach.scopes is None,
            candidates=CANDIDATES, most=most, start=start,
        )  # fmt: skip
        return [
            Found(DocumentKind(row.kind), row.record_id)
            for row in self._snapshot.execute(statement, values)
        ]

    def alike(self, texts: Sequence[str], reach: Reach, *, most: int) -> list[tuple[Found, Alike]]:
        """The documents within somebody's reach that are most alike some texts, the best first."""
        words = dict.fromkeys(words_that_tell(*texts), 0.0)
        if not words or not reach.kinds or reach.scopes == frozenset():
            return []
        scopes, among_us = self._scopes(reach), reach.scopes is None
        counting = dialect_search.held(
            self._snapshot.family, words, scopes, among_us=among_us, up_to=COUNTED_UP_TO
        )
        counts = {row.word: row.documents for row in self._snapshot.execute(counting)}
        weights = weights_of(counts)
        if not weights:
            return []
        sharing = dialect_search.sharing(
            self._snapshot.family, weights, scopes, among_us=among_us,
            up_to=COUNTED_UP_TO, most=_COMPARED,
            rare={word for word, count in counts.items() if count < COUNTED_UP_TO},
        )  # fmt: skip
        keys = [row.number for row in self._snapshot.execute(sharing)]
        return self._compared(keys, weights, among_us=among_us)[:most]

    def sharing_articles(
        self, weights: Mapping[str, float], reach: Reach, *, most: int
    ) -> dict[str, frozenset[str]]:
        """The articles within somebody's reach that hold the most of the words, by weight, each
        with all of its words."""
        if not weights or reach.scopes == frozenset():
            return {}
        sharing = dialect_search.sharing(
            self._snapshot.family, weights, self._scopes(reach), among_us=False,
            up_to=COUNTED_UP_TO, most=most,
        )  # fmt: skip
        keys = [row.number for row in self._snapshot.execute(sharing)]
        chosen = sa.select(_document.record_id, _document.title, _document.words)
        rows = self._snapshot.execute(chosen.where(_document.number.in_(keys))) if keys else ()
        return {row.record_id: frozenset(f"{row.title} {row.words}".split()) for row in rows}

    def newest_cases(self, most: int, most_characters: int) -> list[frozenset[str]]:
        """The words of the newest cases, as they were said in public: which words are usual."""
        said = sa.func.substr(_document.title + " " + _document.words, 1, most_characters)
        chosen = sa.select(said.label("said")).where(
            _document.number < key_of(DocumentKind.note, 0)
        )
        rows = self._snapshot.execute(chosen.order_by(_document.number.desc()).limit(most))
        return [frozenset(row.said.split()) for row in rows]

    def holding(self, words: Sequence[str], kind: DocumentKind, *, number: int) -> sa.Subquery:
        """To be joined: the `key` of every document of a kind that holds all of some words in
        public. Of several in one statement each has a number."""
        holding = dialect_search.holding(
            self._snapshot.family, words, [[of_kind(kind)]], number=number
        )
        return holding.columns(sa.column("number", Whole)).subquery(f"holding_{number}")

    def _compared(
        self, keys: Sequence[int], weights: Mapping[str, float], *, among_us: bool
    ) -> list[tuple[Found, Alike]]:
        chosen = sa.select(search_document_table).where(_document.number.in_(keys))
        rows = {row.number: row for row in self._snapshot.execute(chosen)} if keys else {}
        found = ranked(
            weights,
            [
                (row.number, row.title, f"{row.words} {row.notes}" if among_us else row.words)
                for row in rows.values()
            ],
        )
        return [
            (Found(DocumentKind(rows[each.key].kind), rows[each.key].record_id), each)
            for each in found
        ]

    def _scopes(self, reach: Reach) -> list[list[str]]:
        scopes = [sorted(of_kind(kind) for kind in reach.kinds)]
        if reach.scopes is not None:
            scopes.append(sorted(reach.scopes))
        return scopes


class SearchRecords(SearchReads):
    """Keeping the documents, inside of a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit

    def put(self, documents: Iterable[Document]) -> None:
        """Keep documents, each in the place of what there is of the same record and kind."""
        rows = [_row(each) for each in documents]
        self._take_out([row["number"] for row in rows])
        self._put_in(rows)

    def put_new(self, documents: Iterable[Document]) -> None:
        """Keep documents of records that are new."""
        self._put_in([_row(each) for each in documents])

    def remove(self, keys: Sequence[int]) -> None:
        """Have documents not be found any more."""
        self._take_out(keys)

    def _take_out(self, keys: Sequence[int]) -> None:
        gone = [{"its_key": key} for key in keys]
        if gone:
            self._unit.write_later(dialect_search.taken_out(self._unit.family), gone)
            self._unit.write_later(_FORGET, gone)

    def _put_in(self, rows: Sequence[dict[str, Any]]) -> None:
        if rows:
            self._unit.write_later(_INSERT, rows)
            self._index(rows)

    def _index(self, rows: Iterable[Mapping[str, Any]]) -> None:
        family = self._unit.family
        values = [dialect_search.put_in_values(family, row) for row in rows]
        self._unit.write_later(dialect_search.put_in(family), values)

    def say(self, messages: Sequence[CaseMessage]) -> None:
        """Add what was written in cases to their documents."""
        said: dict[str, list[CaseMessage]] = {}
        for message in messages:
            said.setdefault(message.case, []).append(message)
        if not said:
            return
        found = self._unit.rows(_OF_CASES, {"ids": sorted(said), "its_kind": DocumentKind.case})
        if not found:
            return
        rows = [
            {
                "number": row.number,
                "scope": row.scope,
                "title": row.title,
                "words": part(_texts(said[row.record_id], is_public=True), row.words),
                "notes": part(_texts(said[row.record_id], is_public=False), row.notes),
            }
            for row in found
        ]
        new = [{"its_key": row["number"], "new_words": row["words"], "new_notes": row["notes"]}
               for row in rows]  # fmt: skip
        if dialect_search.is_taken_out_first(self._unit.family):
            gone = [{"its_key": row["number"]} for row in rows]
            self._unit.write_later(dialect_search.taken_out(self._unit.family), gone)
        self._unit.write_later(_SAY, new)
        self._index(rows)

    def put_in_order(self) -> None:
        """Leave nothing in the index of what was changed or removed."""
        for statement in dialect_search.put_in_order(self._unit.family):
            self._unit.execute(statement)

    def make_again(self) -> None:
        """Make what the database itself keeps of the documents again."""
        for statement in dialect_search.made_again(self._unit.family):
            self._unit.execute(statement)
        if not dialect_search.is_left_empty(self._unit.family):
            return
        last = -1
        while rows := self._unit.rows(_NEXT, {"last": last}):
            self._index([row._asdict() for row in rows])
            last = rows[-1].number


def documents_of(case: Case, messages: Sequence[CaseMessage]) -> list[Document]:
    """Everything that is found of a case: itself, and how it was resolved where it was."""
    resolved = {
        place for place, event in enumerate(case.events) if event.kind is EventKind.resolved
    }
    public, private = (_texts(messages, is_public=each) for each in (True, False))
    whole = case_document(
        case.number, case.id, case.account, case.subject, said=public, notes=private
    )
    if not resolved:
        return [whole]
    end = [each for each in messages if each.place in resolved]
    note = note_document(
        case.number,
        case.id,
        case.subject,
        asked=_texts([each for each in messages if each.place == 0], is_public=True),
        how=_texts(end, is_public=True),
        why=_texts(end, is_public=False),
    )
    return [whole, note]


def _texts(messages: Iterable[CaseMessage], *, is_public: bool) -> list[str]:
    return [each.text for each in messages if each.is_public == is_public]


def _row(document: Document) -> dict[str, Any]:
    return {
        "number": document.key,
        "kind": document.kind.value,
        "record_id": document.record,
        "scope": document.scope,
        "title": document.title,
        "words": document.words,
        "notes": document.notes,
    }
