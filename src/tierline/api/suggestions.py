"""What a case is likely to be, as the solved cases that are most alike were."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.api.answers import TypedDict, said
from tierline.api.callers import may
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.bootstrap.cases import seen_case
from tierline.cases.case import first_words
from tierline.knowledge.suggestion import (
    Suggestion,
    likely_level,
    likely_skills,
    likely_topic,
)

if TYPE_CHECKING:
    from tierline.store.records import Reads

router = Routes(tags=["knowledge"])
Worker = Annotated[Caller, Depends(may(Permission.work_cases))]


class SuggestionAnswer(TypedDict):
    """What is likely, and which cases say so."""

    value: Annotated[str, said("The key of the topic, the skill, or the level (1 to 3).")]
    confidence: Annotated[float, said("Its share of the votes, 0 to 1; alike cases weigh more.")]
    cases: Annotated[list[int], said("The numbers of the cases that say so, the most alike first.")]
    votes: Annotated[int, said("So many solved cases had a vote.")]


class SuggestionsAnswer(TypedDict):
    """What a case is likely to be; null or empty where too few cases say anything."""

    topic: Annotated[SuggestionAnswer | None, said("What it is about.")]
    skills: Annotated[list[SuggestionAnswer], said("What more than half of the votes needed.")]
    level: Annotated[SuggestionAnswer | None, said("The level of who solved them.")]


@router.get("/v1/cases/{case}/suggestions", summary="What a case is likely to be")
def suggestions(request: Request, caller: Worker, case: str) -> SuggestionsAnswer:
    """Topic, skills and level of support, as the solved cases that are most alike had them."""

    def work(reads: Reads) -> SuggestionsAnswer:
        seen = seen_case(reads, case, caller, Permission.work_cases)
        texts = first_words(seen, reads.cases.messages(case))
        solved = reads.suggestions.solved_alike(texts, without=case)
        _, guide = reads.guides.newest()
        return {
            "topic": answer_of(likely_topic(solved, guide.topics)),
            "skills": [_told(each) for each in likely_skills(solved)],
            "level": answer_of(likely_level(solved)),
        }

    return application_of(request).read(work)


def answer_of(found: Suggestion | None) -> SuggestionAnswer | None:
    """A suggestion as it is told."""
    return None if found is None else _told(found)


def _told(found: Suggestion) -> SuggestionAnswer:
    return {
        "value": found.label,
        "confidence": round(found.confidence, 3),
        "cases": [each.number for each in found.cases],
        "votes": found.votes,
    }
