"""What a customer reads of a post-mortem, and what must not stand in it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from tierline.cases.case import Case
from tierline.cases.case_facts import CaseFacts, ClockFact, ReachedFact
from tierline.cases.post_mortem import TOLD, ActionState, Part, PostMortem, PostMortemVersion
from tierline.cases.timeline import TimelineEntry, told_to_customers
from tierline.kernel.errors import Fault, NotFound

QUOTED_WORDS = 8
"""So many words in a row of a note among us are a quotation of it."""
_SHORTEST_QUOTED_WORDS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldState:
    """An action for the customer: without who does it."""

    title: str
    due_on: date
    state: ActionState


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerVersion:
    """The face of a post-mortem for the customer of one case: what was written for them, and what
    happened in that case alone. `published_at` is None for a preview."""

    case: str
    number: int
    subject: str
    time_zone: str
    version: int
    published_at: datetime | None
    severity: str
    texts: Mapping[Part, str]
    timeline: tuple[TimelineEntry, ...]
    clocks: tuple[ClockFact, ...]
    reached: tuple[ReachedFact, ...]
    actions: tuple[ToldState, ...]


_OWN = "post_mortem"
"""The clock of the post-mortem itself runs while it is written: its publication is the answer."""


def customer_version(
    of: PostMortem, version: PostMortemVersion, case: Case, facts: Iterable[CaseFacts]
) -> CustomerVersion:
    """What the customer of a case reads of a version. `facts` are those of now, for a preview; what
    is published has its own. Raises NotFound where it is not about the case."""
    publication = version.publication
    known = publication.facts if publication else tuple(facts)
    found = next((each for each in known if each.case == case.id), None)
    if found is None:
        raise NotFound(f"There is no post-mortem of case '{case.id}'.")
    states = {each.id: each for each in of.actions}
    told = (
        [(each, states[each.id].state) for each in publication.actions if each.id in states]
        if publication
        else [(each, each.state) for each in of.actions if each.is_told]
    )
    return CustomerVersion(
        case=case.id,
        number=case.number,
        subject=case.subject,
        time_zone=case.time_zone,
        version=version.number,
        published_at=publication.at if publication else None,
        severity=found.severity,
        texts={part: version.text(part) for part in TOLD},
        timeline=told_to_customers(found.timeline),
        clocks=tuple(each for each in found.clocks if each.milestone != _OWN),
        reached=found.reached,
        actions=tuple(
            ToldState(title=each.title, due_on=each.due_on, state=state) for each, state in told
        ),
    )


def faults_of_told(
    told: Mapping[str, str], *, notes: Collection[str], names: Collection[str]
) -> list[Fault]:
    """What must not stand in words for a customer, by the place of each: a quotation of a note
    among us, or a name: of our people, or of another customer."""
    passages = [passage for note in notes for passage in _passages(note)]
    found = []
    for path, text in told.items():
        plain = f" {' '.join(_words(text))} "
        if any(f" {passage} " in plain for passage in passages):
            message = "This repeats a note among us."
            found.append(Fault("quotes_a_note", message, path, "Say it in words of its own."))
        for name in names:
            if (words := " ".join(_words(name))) and f" {words} " in plain:
                message = f"'{name}' is named to the customer."
                instead = "Write what somebody is: our engineer, another customer."
                found.append(Fault("names_somebody", message, path, instead))
    return found


def _passages(note: str) -> Iterable[str]:
    """What would be a quotation of a note."""
    words = _words(note)
    if len(words) < _SHORTEST_QUOTED_WORDS:
        return
    long = min(QUOTED_WORDS, len(words))
    for start in range(len(words) - long + 1):
        yield " ".join(words[start : start + long])


def _words(text: str) -> list[str]:
    return re.findall(r"[\w@.+-]*\w", text.casefold())
