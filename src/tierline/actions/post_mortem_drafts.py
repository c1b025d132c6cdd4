"""What a post-mortem begins with, joined from its cases, their guide and what was published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from tierline.actions.playbooks import GuideReads, guided
from tierline.actions.post_mortem_facts import FactBooks, facts_of_cases
from tierline.cases.event import EventKind
from tierline.cases.playbook_run import topic_of
from tierline.cases.post_mortem_draft import DraftCase, Mode, PostMortemDraft, Told, drafted
from tierline.status.incident import published_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from tierline.cases.case import Case, CaseMessage


class DraftReads(GuideReads, FactBooks, Protocol):
    """What is read to draft."""


def draft_of(reads: DraftReads, cases: Sequence[str], now: datetime) -> PostMortemDraft:
    """What the record knows of these cases. Raises NotFound."""
    known = [(reads.cases.get(case), reads.cases.messages(case)) for case in cases]
    facts = facts_of_cases(reads, cases, now)
    return drafted(
        [
            DraftCase(subject=case.subject, zone=case.time_zone, facts=of, why=_why(case, said))
            for (case, said), of in zip(known, facts, strict=True)
        ],
        _updates(reads, cases),
        _mode(reads, known),
    )


def _why(case: Case, messages: Sequence[CaseMessage]) -> str:
    """Why the last resolution was made so."""
    resolved = {place for place, each in enumerate(case.events) if each.kind is EventKind.resolved}
    whys = [each.text for each in messages if each.place in resolved and not each.is_public]
    return whys[-1] if whys else ""


def _updates(reads: DraftReads, cases: Sequence[str]) -> list[Told]:
    incidents = {each.id: each for case in cases for each in reads.incidents.of_case(case)}
    told = [
        Told(each.at, each.update.text) for of in incidents.values() for each in published_of(of)
    ]
    return sorted(told, key=lambda each: each.at)


def _mode(reads: DraftReads, known: Sequence[tuple[Case, Sequence[CaseMessage]]]) -> Mode | None:
    """The topic that somebody gave to one of the cases, else what is suggested for the first."""
    for case, _ in known:
        said = topic_of(reads.guides.of_case(case.id))
        if said:
            return Mode(topic=said, is_suggested=False, confidence=None)
    if not known:
        return None
    case, messages = known[0]
    found = guided(reads, case, messages=messages)
    if not found.is_suggested:
        return None
    confidence = found.likely.confidence if found.likely else None
    return Mode(topic=found.topic, is_suggested=True, confidence=confidence)
