"""What is found, as it is shown: the best first, each with the piece of text that was hit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from tierline.cases.event import EventKind
from tierline.cases.standing import CaseState
from tierline.kernel.errors import Invalid
from tierline.knowledge.document import DocumentKind, Reach
from tierline.knowledge.question import Question, question_of
from tierline.knowledge.snippet import Piece, marked, snippet_of
from tierline.queries.pages import Page, cursor_of, key_of
from tierline.store.articles import ArticleReads
from tierline.store.cases import case_event_table, case_message_table, case_table
from tierline.store.prepared_reads import any_of
from tierline.store.search import CANDIDATES, Found, SearchReads
from tierline.store.unit_of_work import Snapshot

HIT_ROWS = 20
_TEXT_CHARACTERS = 4_000
_MOST_TEXTS = 1_000
_case, _message, _event = case_table.c, case_message_table.c, case_event_table.c

_CASES = sa.select(
    _case.id, _case.number, _case.subject, _case.account_id, _case.state
).where(_case.id.in_(any_of("ids")))  # fmt: skip
_TEXTS = (
    sa.select(
        _message.case_id,
        _event.kind,
        sa.func.substr(_message.text, 1, _TEXT_CHARACTERS).label("text"),
    )
    .join(
        case_event_table,
        sa.and_(_event.case_id == _message.case_id, _event.place == _message.place),
    )
    .where(_message.case_id.in_(any_of("ids")))
    .order_by(_message.case_id, _message.place, _message.id)
    .limit(_MOST_TEXTS)
)
_PUBLIC_TEXTS = _TEXTS.where(_message.is_public == 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A record that was found. `title` and `snippet` have the words of the question told apart."""

    kind: DocumentKind
    record: str
    number: int
    title: tuple[Piece, ...]
    snippet: tuple[Piece, ...]
    account: str | None
    state: str


def search(
    snapshot: Snapshot, text: str, reach: Reach, *, after: str | None = None, limit: int = HIT_ROWS
) -> Page[Hit]:
    """What holds all that was typed, within somebody's reach, the best first. Raises Invalid for a
    cursor that is none."""
    question, start = question_of(text), _start(after)
    found = SearchReads(snapshot).find(question, reach, most=limit + 1, start=start)
    hits = _cases(snapshot, found[:limit], question, among_us=reach.scopes is None)
    hits |= _articles(snapshot, found[:limit], question)
    ordered = [hits[each] for each in found[:limit] if each in hits]
    next_ = cursor_of((str(start + limit),)) if len(found) > limit else None
    return Page(tuple(ordered), next_)


def case_ids_after(snapshot: Snapshot, after: str, limit: int) -> list[str]:
    """Ids of cases that follow on one, in their order."""
    chosen = sa.select(_case.id).where(_case.id > after).order_by(_case.id).limit(limit)
    return list(snapshot.execute(chosen).scalars())


def _start(after: str | None) -> int:
    if after is None:
        return 0
    (place,) = key_of(after, 1)
    if not place.isascii() or not place.isdigit() or int(place) > CANDIDATES:
        raise Invalid(
            "This is not a cursor. Use the 'next' of the page before, unchanged.", code="bad_cursor"
        )
    return int(place)


def _cases(
    snapshot: Snapshot, found: Sequence[Found], question: Question, *, among_us: bool
) -> dict[Found, Hit]:
    wanted = sorted({each.record for each in found if each.kind is not DocumentKind.article})
    if not wanted:
        return {}
    rows = {row.id: row for row in snapshot.rows(_CASES, {"ids": wanted})}
    texts = _texts(snapshot, wanted, among_us=among_us)
    return {
        each: Hit(
            kind=each.kind,
            record=each.record,
            number=rows[each.record].number,
            title=marked(rows[each.record].subject, question),
            snippet=snippet_of(texts[each.kind].get(each.record, ()), question),
            account=rows[each.record].account_id,
            state=CaseState(rows[each.record].state).value,
        )
        for each in found
        if each.record in rows
    }


def _articles(snapshot: Snapshot, found: Sequence[Found], question: Question) -> dict[Found, Hit]:
    wanted = sorted({each.record for each in found if each.kind is DocumentKind.article})
    articles = ArticleReads(snapshot).of_ids(wanted) if wanted else {}
    return {
        each: Hit(
            kind=each.kind,
            record=each.record,
            number=articles[each.record].number,
            title=marked(version.wording.title, question),
            snippet=snippet_of([version.wording.text], question),
            account=None,
            state=articles[each.record].state.value,
        )
        for each in found
        if each.record in articles and (version := articles[each.record].in_force)
    }


def _texts(
    snapshot: Snapshot, cases: Sequence[str], *, among_us: bool
) -> dict[DocumentKind, dict[str, list[str]]]:
    """The beginnings of what was said in cases; for notes, of how and why they were resolved."""
    said: dict[str, list[str]] = {}
    resolved: dict[str, list[str]] = {}
    chosen = _TEXTS if among_us else _PUBLIC_TEXTS
    for row in snapshot.rows(chosen, {"ids": list(cases)}):
        said.setdefault(row.case_id, []).append(row.text)
        if row.kind == EventKind.resolved.name:
            resolved.setdefault(row.case_id, []).append(row.text)
    return {DocumentKind.case: said, DocumentKind.note: resolved}
