"""Publishing the guide of playbooks and scripts, and working a case by it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from tierline.actions.case_clocks import CaseBook, KnownCases
from tierline.actions.cases import US, CaseBooks, add_aside
from tierline.actions.disputes import decided_until
from tierline.actions.occasion import Journal
from tierline.cases.case import first_words
from tierline.cases.playbook import NO_TOPIC, Guide, Offered, Playbook, Script, parse_guide
from tierline.cases.playbook_run import (
    GuideEvent,
    GuideEventKind,
    StepRun,
    step_name,
    steps_of,
    topic_of,
)
from tierline.kernel.errors import Conflict, Fault, Invalid, NotFound
from tierline.knowledge.suggestion import SURE, likely_topic
from tierline.milestones.improvement import tier_in_force

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from tierline.actions.occasion import Occasion
    from tierline.cases.case import Case, CaseMessage
    from tierline.catalog.catalog import Catalog
    from tierline.catalog.document import Document
    from tierline.knowledge.suggestion import SolvedCase, Suggestion
    from tierline.milestones.terms import Terms


class Catalogs(Protocol):
    """The published catalogs."""

    def get(self, catalog: str, version: str | None = None) -> Catalog: ...
    def newest(self) -> tuple[Catalog, ...]: ...


class KnownGuides(Protocol):
    """The guides that there are."""

    def newest(self) -> tuple[int, Guide]: ...
    def get(self, number: int) -> Guide: ...
    def of_case(self, case: str) -> tuple[GuideEvent, ...]: ...


class GuideBook(KnownGuides, Protocol):
    """The guides, and what is done by them."""

    def note(self, case: str, place: int, event: GuideEvent) -> None: ...


class GuideRecords(GuideBook, Protocol):
    """The records of guides."""

    def publish(self, guide: Guide, *, by: str, at: datetime) -> int: ...


class ReadCases(KnownCases, Protocol):
    """Cases, to read."""

    def messages(self, case: str) -> tuple[CaseMessage, ...]: ...


class Suggestions(Protocol):
    """What is alike and solved."""

    def solved_alike(
        self, texts: Sequence[str], *, without: str = ""
    ) -> tuple[SolvedCase, ...]: ...


class CasesToWork(ReadCases, CaseBook, Protocol):
    """Cases, to work on."""


class GuideReads(Protocol):
    """What reading needs."""

    @property
    def cases(self) -> ReadCases: ...
    @property
    def catalogs(self) -> Catalogs: ...
    @property
    def guides(self) -> KnownGuides: ...
    @property
    def suggestions(self) -> Suggestions: ...


class GuidesToPublish(Journal, Protocol):
    """What publishing needs."""

    @property
    def catalogs(self) -> Catalogs: ...
    @property
    def guides(self) -> GuideRecords: ...


class GuideBooks(CaseBooks, Protocol):
    """What working by a guide needs."""

    @property
    def cases(self) -> CasesToWork: ...
    @property
    def catalogs(self) -> Catalogs: ...
    @property
    def guides(self) -> GuideBook: ...
    @property
    def suggestions(self) -> Suggestions: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Guided:
    """A case by the guide. `number` is the version that it is worked by: the one in force when
    something was first said or ticked, so that steps do not change while they are ticked.
    `is_suggested`: nobody has said the topic yet; solved cases that are alike (`likely`) suggest
    it, or else its words (`because`)."""

    number: int
    guide: Guide
    topic: str
    is_suggested: bool
    likely: Suggestion | None
    because: tuple[str, ...]
    playbook: Playbook | None
    steps: tuple[StepRun, ...]
    script: Script | None
    exceptions: int


def checked_guide(books: GuidesToPublish, document: Document) -> Guide:
    """The guide of a document. Raises Invalid with every fault: its form, topics that it lacks,
    tiers and severities that no catalog has, rows that never count, scripts without a default."""
    catalogs = books.catalogs.newest()
    if not catalogs:
        return parse_guide(document)
    tiers = frozenset(tier for catalog in catalogs for tier in catalog.tiers)
    severities = frozenset(key for catalog in catalogs for key in catalog.severities)
    return parse_guide(document, Offered(tiers, severities))


def publish_guide(
    books: GuidesToPublish, document: Document, occasion: Occasion
) -> tuple[int, Guide]:
    """The next version of the guide, for every case that is begun to be worked from now on; the
    same again changes nothing. Raises Invalid with every fault."""
    guide = checked_guide(books, document)
    number, held = books.guides.newest()
    if number and held == guide:
        return number, held
    number = books.guides.publish(guide, by=occasion.by, at=occasion.now)
    books.append([occasion.fact("PlaybooksPublished", f"playbooks {number}", {"number": number})])
    return number, guide


def guided(
    reads: GuideReads,
    case: Case,
    *,
    messages: Sequence[CaseMessage] | None = None,
    terms: Terms | None = None,
) -> Guided:
    """A case by the guide. Without its `messages` and `terms` they are read."""
    events = reads.guides.of_case(case.id)
    number, guide = reads.guides.newest()
    if events and events[0].guide != number:
        number, guide = events[0].guide, reads.guides.get(events[0].guide)
    said = topic_of(events)
    topic, likely, because = said or NO_TOPIC, None, tuple[str, ...]()
    if said is None and guide.topics:
        topic, likely, because = _suggested(reads, case, guide, messages)
    if terms is None and case.terms:
        terms = reads.cases.terms(case.terms)
    tier = tier_in_force(case.history, terms) if terms else ""
    of = (tier, case.standing.severity)
    playbook = guide.playbook(topic, of[1], tier)
    return Guided(
        number=number,
        guide=guide,
        topic=topic,
        is_suggested=said is None and topic != NO_TOPIC,
        likely=likely,
        because=because,
        playbook=playbook,
        steps=_steps(reads, (case, terms), playbook, of, events) if playbook else (),
        script=guide.script(topic, tier),
        exceptions=sum(each.kind is GuideEventKind.exception for each in events),
    )


def set_topic(books: GuideBooks, case_id: str, topic: str, occasion: Occasion) -> None:
    """Say what a case is about. Raises NotFound, and Invalid for a topic that the guide lacks."""
    case = books.cases.get(case_id)
    number, guide = _in_use(books, case_id)
    if topic not in guide.topics:
        told = ", ".join(guide.topics) or "none: no guide is published"
        fault = Fault("unknown_topic", f"The guide has no topic '{topic}'.", "topic",
                      f"Topics there are: {told}.")  # fmt: skip
        raise Invalid("The topic cannot be set.", [fault])
    events = books.guides.of_case(case_id)
    if topic_of(events) == topic:
        return
    note_on_case(books, case, (number, GuideEventKind.topic_set, topic), occasion)
    tell_of_case(books, "CaseTopicSet", case, {"topic": topic}, occasion)


def tick_step(
    books: GuideBooks, case_id: str, key: str, occasion: Occasion, *, is_done: bool = True
) -> None:
    """Say that a step of the playbook of a case is done, or that it is not. The same again changes
    nothing. Raises NotFound for a step that its playbook lacks."""
    case = books.cases.get(case_id)
    found = guided(books, case)
    step = next((each for each in found.steps if each.step.key == key), None)
    if step is None or found.playbook is None:
        raise NotFound(f"The playbook of this case has no step '{key}'.")
    if (step.done_at is not None) == is_done:
        return
    kind = GuideEventKind.step_done if is_done else GuideEventKind.step_undone
    name = step_name(found.playbook.key, key)
    note_on_case(books, case, (found.number, kind, name), occasion)
    fact = "PlaybookStepDone" if is_done else "PlaybookStepUndone"
    tell_of_case(books, fact, case, {"playbook": found.playbook.key, "step": key}, occasion)


def help_beyond(books: GuideBooks, case_id: str, reason: str, occasion: Occasion) -> None:
    """Note that somebody was helped with what their plan does not include, and why: a note among
    us, and an exception that counts. Raises NotFound, and Conflict where nothing says that the plan
    does not include it."""
    case = books.cases.get(case_id)
    found = guided(books, case)
    if found.script is None or found.script.not_included is None:
        message = "No script says that the plan does not include something for this matter."
        raise Conflict(message, code="nothing_beyond")
    note_on_case(books, case, (found.number, GuideEventKind.exception, found.topic), occasion)
    add_aside(books, case_id, reason, US, occasion, is_public=False)
    tell_of_case(
        books, "CaseHelpedBeyondPlan", case, {"topic": found.topic, "tier": case.tier}, occasion
    )


def _in_use(books: GuideReads, case: str) -> tuple[int, Guide]:
    events = books.guides.of_case(case)
    if events:
        return events[0].guide, books.guides.get(events[0].guide)
    return books.guides.newest()


def _steps(
    reads: GuideReads,
    held: tuple[Case, Terms | None],
    playbook: Playbook,
    of: tuple[str, str],
    events: Sequence[GuideEvent],
) -> tuple[StepRun, ...]:
    """Due by the hours that the case is promised; every hour counts where it is promised none."""
    case, terms = held
    opened_at = case.events[0].at
    if terms is None:
        return steps_of(
            playbook, of, events,
            lambda within: opened_at + timedelta(seconds=within.elapsed_seconds()),
        )  # fmt: skip
    catalog = reads.catalogs.get(terms.catalog, terms.version)
    return steps_of(
        playbook, of, events,
        lambda within: decided_until(terms, catalog, case, within, opened_at),
    )  # fmt: skip


def _suggested(
    reads: GuideReads, case: Case, guide: Guide, messages: Sequence[CaseMessage] | None
) -> tuple[str, Suggestion | None, tuple[str, ...]]:
    """Solved cases that are alike where they are sure; else the words of the guide; else what the
    cases say all the same."""
    known = reads.cases.messages(case.id) if messages is None else messages
    texts = first_words(case, known)
    likely = likely_topic(
        reads.suggestions.solved_alike(texts, without=case.id), among=guide.topics
    )
    if likely is not None and likely.confidence >= SURE:
        return likely.label, likely, ()
    topic, because = guide.suggested("\n".join(texts))
    if topic == NO_TOPIC and likely is not None:
        return likely.label, likely, ()
    return topic, None, because


def note_on_case(
    books: GuideBooks, case: Case, what: tuple[int, GuideEventKind, str], occasion: Occasion
) -> None:
    """Write down what happened with a case by a version of the guide."""
    number, kind, value = what
    event = GuideEvent(guide=number, kind=kind, value=value, at=occasion.now, by=occasion.by)
    books.guides.note(case.id, len(books.guides.of_case(case.id)), event)


def tell_of_case(
    books: GuideBooks, kind: str, case: Case, body: dict[str, str], occasion: Occasion
) -> None:
    """The fact of it, for the journal."""
    named = {"case": case.id, "number": case.number, **body}
    books.append([occasion.fact(kind, case.account or case.id, named)])
