"""What each way to the desk shares of knowledge: what helps with a case, and what may spare one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tierline.access.permission import Permission
from tierline.bootstrap.search import reach_of, tier_of
from tierline.cases.case import first_words
from tierline.knowledge.document import DocumentKind, Reach
from tierline.knowledge.question import question_of
from tierline.queries.similar import Similar, answering_articles, similar_notes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tierline.access.caller import Caller
    from tierline.bootstrap.application import Application
    from tierline.cases.case import Case, CaseMessage
    from tierline.store.records import Reads

_ARTICLES = Reach(frozenset({DocumentKind.article}), None)


@dataclass(frozen=True, slots=True)
class Helpers:
    """Articles that may answer, and notes of similar cases."""

    articles: list[Similar]
    notes: list[Similar]


def helpers_of(reads: Reads, case: Case, messages: Sequence[CaseMessage]) -> Helpers:
    """What may help who works on a case: by its subject and by what was first written in it."""
    texts = first_words(case, messages)
    return Helpers(
        answering_articles(reads.snapshot, texts, _ARTICLES),
        similar_notes(reads.snapshot, texts, without=case.id),
    )


def offered_articles(
    application: Application, reads: Reads, caller: Caller, texts: Sequence[str]
) -> list[Similar]:
    """Articles that may answer what somebody is about to raise a case for."""
    reach = reach_of(application, reads, caller, [DocumentKind.article])
    return answering_articles(reads.snapshot, texts, reach)


def count_gap(application: Application, caller: Caller, text: str) -> None:
    """Count that no article holds these words, where none does that the caller may read."""
    question = question_of(text)
    if not question.words or not caller.may(Permission.read_articles):
        return

    def work(reads: Reads) -> str | None:
        reach = reach_of(application, reads, caller, [DocumentKind.article])
        is_found = bool(reads.search.find(question, reach, most=1, start=0))
        return None if is_found else tier_of(application, reads, caller)

    tier = application.read(work)
    if tier is not None:
        now = application.now()
        application.change(
            lambda records: records.knowledge_use.count_gap(question.words, at=now, tier=tier)
        )
