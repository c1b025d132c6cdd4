"""What is like a case: how similar ones were resolved and why, and articles, the best first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from tierline.cases.event import EventKind
from tierline.knowledge.document import DocumentKind, Reach
from tierline.knowledge.similarity import Alike
from tierline.store.articles import ArticleReads
from tierline.store.cases import case_event_table, case_message_table, case_table
from tierline.store.search import Found, SearchReads
from tierline.store.unit_of_work import Snapshot

MOST_SIMILAR = 5
_TEXT_CHARACTERS = 1_000
_case, _message, _event = case_table.c, case_message_table.c, case_event_table.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Similar:
    """A note (by its case) or an article. `how` and `why` are the beginnings of what was written,
    empty for an article; `shared` are the words that say that it is alike."""

    kind: DocumentKind
    record: str
    number: int
    title: str
    how: str
    why: str
    shared: tuple[str, ...]


def similar_to(
    snapshot: Snapshot,
    texts: Sequence[str],
    reach: Reach,
    *,
    without: str = "",
    most: int = MOST_SIMILAR,
) -> list[Similar]:
    """Notes and articles within somebody's reach that are most alike some texts, `without` the
    case that they are of."""
    alike = SearchReads(snapshot).alike(texts, reach, most=most + 1)
    found = [(each, how) for each, how in alike if each.record != without][:most]
    notes = _notes(snapshot, [each.record for each, _ in found if each.kind is DocumentKind.note])
    wanted = [each.record for each, _ in found if each.kind is DocumentKind.article]
    articles = ArticleReads(snapshot).of_ids(wanted) if wanted else {}
    rows = []
    for each, how in found:
        if each.record in notes:
            rows.append(_note(each, how, *notes[each.record]))
        elif each.record in articles:
            article = articles[each.record]
            title = (article.in_force or article.newest).wording.title
            rows.append(
                Similar(kind=each.kind, record=each.record, number=article.number, title=title,
                        how="", why="", shared=how.why)
            )  # fmt: skip
    return rows


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
