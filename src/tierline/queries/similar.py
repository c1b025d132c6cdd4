"""What may help with a case: how similar ones were resolved and why, articles that may answer."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import sqlalchemy as sa

from tierline.cases.event import EventKind
from tierline.knowledge.document import DocumentKind, Reach
from tierline.knowledge.offered import (
    SAMPLED_CHARACTERS,
    SAMPLED_DOCUMENTS,
    Candidate,
    answering,
    heading_of,
    rarities,
)
from tierline.knowledge.similarity import MOST_TELLING, Alike, words_that_tell
from tierline.store.articles import ArticleReads
from tierline.store.cases import case_event_table, case_message_table, case_table
from tierline.store.search import Found, SearchReads
from tierline.store.unit_of_work import Snapshot

MOST_SIMILAR = 5
MOST_ARTICLES = 3
_COMPARED_ARTICLES = 60
_NOTES = Reach(frozenset({DocumentKind.note}), None)
_COMPARED_TIMES = 4
"""So many times what is shown is looked at: cases that were resolved in the same words are one."""
_ALSO_SHOWN = 5
_TEXT_CHARACTERS = 1_000
_case, _message, _event = case_table.c, case_message_table.c, case_event_table.c


@dataclass(frozen=True, slots=True)
class Twin:
    """A case that was resolved in the same words as another."""

    case: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Similar:
    """A note (by its case) or an article. `how` and `why` are the beginnings of what was written,
    empty for an article; `shared` are the words that say that it is alike. `also` are the next
    most alike cases with the same `how` and `why`."""

    kind: DocumentKind
    record: str
    number: int
    title: str
    how: str
    why: str
    shared: tuple[str, ...]
    also: tuple[Twin, ...] = ()

    def is_among(self, helped: Collection[tuple[DocumentKind, str]]) -> bool:
        """Whether it, or one that was resolved in the same words, is noted as help."""
        records = self.record, *(twin.case for twin in self.also)
        return any((self.kind, record) in helped for record in records)


def similar_notes(snapshot: Snapshot, texts: Sequence[str], *, without: str) -> list[Similar]:
    """Notes of cases that are most alike some texts, `without` the case that they are of. What was
    resolved in the same words is found once."""
    alike = SearchReads(snapshot).alike(texts, _NOTES, most=MOST_SIMILAR * _COMPARED_TIMES + 1)
    found = [(each, how) for each, how in alike if each.record != without]
    notes = _notes(snapshot, [each.record for each, _ in found])
    rows = [_note(each, how, *notes[each.record]) for each, how in found if each.record in notes]
    return _once(rows)[:MOST_SIMILAR]


def answering_articles(snapshot: Snapshot, texts: Sequence[str], reach: Reach) -> list[Similar]:
    """Articles within somebody's reach that may answer some texts: judged by themselves, whatever
    else is alike, and none rather than one that is about something else."""
    search, words = SearchReads(snapshot), words_that_tell(*texts)
    if not words:
        return []
    sample = search.newest_cases(SAMPLED_DOCUMENTS, SAMPLED_CHARACTERS)
    rarity = rarities(words, sample)
    telling = {word: rarity[word] for word in sorted(rarity, key=lambda each: -rarity[each])}
    sharing = search.sharing_articles(
        dict(islice(telling.items(), MOST_TELLING)), reach, most=_COMPARED_ARTICLES
    )
    articles = ArticleReads(snapshot).of_ids(sorted(sharing)) if sharing else {}
    wordings = {key: (each.in_force or each.newest).wording for key, each in articles.items()}
    judged = answering(
        rarity,
        [
            Candidate(key, heading_of(wording.title, wording.topics), sharing[key])
            for key, wording in wordings.items()
        ],
    )
    return [
        Similar(
            kind=DocumentKind.article,
            record=each.record,
            number=articles[each.record].number,
            title=wordings[each.record].title,
            how="",
            why="",
            shared=each.shared,
        )
        for each in judged[:MOST_ARTICLES]
    ]


def _once(rows: Sequence[Similar]) -> list[Similar]:
    """Notes with the same `how` and `why` as the first of them, which names the others."""
    found: dict[tuple[str, ...], list[Similar]] = {}
    for row in rows:
        found.setdefault((row.how, row.why) if row.how else (row.record,), []).append(row)
    return [
        replace(first, also=tuple(Twin(each.record, each.number) for each in rest[:_ALSO_SHOWN]))
        for first, *rest in found.values()
    ]


def _note(found: Found, alike: Alike, number: int, subject: str, how: str, why: str) -> Similar:
    return Similar(
        kind=found.kind,
        record=found.record,
        number=number,
        title=subject,
        how=how,
        why=why,
        shared=alike.why,
    )


def _notes(snapshot: Snapshot, cases: Sequence[str]) -> dict[str, tuple[int, str, str, str]]:
    """Number, subject, how and why of resolved cases: those of the last resolution."""
    if not cases:
        return {}
    chosen = (
        sa.select(
            _case.id,
            _case.number,
            _case.subject,
            _message.is_public,
            sa.func.substr(_message.text, 1, _TEXT_CHARACTERS).label("text"),
        )
        .join(case_event_table, _event.case_id == _case.id)
        .join(
            case_message_table,
            sa.and_(_message.case_id == _case.id, _message.place == _event.place),
        )
        .where(_case.id.in_(cases), _event.kind == EventKind.resolved.name)
        .order_by(_case.id, _message.place, _message.id)
    )
    found: dict[str, tuple[int, str, str, str]] = {}
    for row in snapshot.execute(chosen):
        _, _, how, why = found.get(row.id, (0, "", "", ""))
        how, why = (row.text, why) if row.is_public else (how, row.text)
        found[row.id] = (row.number, row.subject, how, why)
    return found
