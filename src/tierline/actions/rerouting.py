"""Giving a case to somebody when it is opened, and to somebody else when it needs what its holder
lacks or one of its targets was missed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from tierline.actions.accelerated_responses import OwingBooks, use
from tierline.actions.case_facts import tell_facts
from tierline.actions.escalations import away_among, tell_leads, tell_leads_of_skills
from tierline.actions.masks import WordBooks, write_words
from tierline.actions.routing import RoutingBooks, follow, need_of, on_call_for, open_case_of
from tierline.cases.case import MACHINE, CaseMessage
from tierline.cases.event import CaseEvent, EventKind
from tierline.cases.standing import ENDED
from tierline.kernel.ids import MESSAGE
from tierline.routing.assignment import How, Ownership
from tierline.routing.choice import lacks, route
from tierline.routing.handover import (
    Held,
    Turn,
    cause_of,
    is_more_senior,
    lacks_less,
    skills_nobody_has,
    summary_of,
    turn_of,
    unknown_skills,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from tierline.actions.occasion import Occasion
    from tierline.cases.case import Case
    from tierline.milestones.signals import SignalKey
    from tierline.milestones.terms import Terms
    from tierline.routing.agent import Agent
    from tierline.routing.choice import Choice
    from tierline.routing.need import CaseNeed
    from tierline.routing.plan import Plan

_BY_HAND = frozenset({How.taken, How.handed_over})


class GivenCases(Protocol):
    """The cases that there are, to be given out."""

    def get(self, case: str) -> Case: ...
    def terms(self, digest: str) -> Terms: ...
    def open_of(self, account: str) -> tuple[Case, ...]: ...
    def signalled(self, case: str) -> Mapping[SignalKey, datetime]: ...


class NotedCases(GivenCases, Protocol):
    """The same, to be noted in."""

    def append(
        self, case: str, place: int, events: Iterable[CaseEvent], *, by: str, recorded_at: datetime
    ) -> None: ...
    def write(self, messages: Iterable[CaseMessage]) -> None: ...


class GivingBooks(RoutingBooks, OwingBooks, Protocol):
    """What giving a new case to somebody needs."""

    @property
    def cases(self) -> GivenCases: ...


class ReroutingBooks(GivingBooks, WordBooks, Protocol):
    """What the actions of this module need."""

    @property
    def cases(self) -> NotedCases: ...


def route_new(books: GivingBooks, case: Case, occasion: Occasion) -> None:
    """A case that was opened goes to somebody, or into the queue, before others where an
    accelerated response is owed for it. Where no agents are recorded nobody is assigned."""
    used = use(books, case, occasion)
    people = books.routing.agents()
    if people and case.standing.state not in ENDED:
        owned = Ownership(case=case.id, owed_for=used.number if used else None)
        need = need_of(books, case, owned)
        choice = _choice(books, case, need, people, occasion)
        follow(books, case, owned, choice, How.routed, occasion)
        _tell_of_want(books, need, people, choice, occasion)


def route_case(
    books: ReroutingBooks,
    case: Case,
    occasion: Occasion,
    *,
    was: Case | None = None,
    skills_were: frozenset[str] | None = None,
) -> Case:
    """After a case came to need something else: give it to somebody, where nobody has it or
    somebody lacks less of that than whoever has it, with a note that says why; and to somebody more
    senior, where it is owed an accelerated response from now on. `was` is the case before that, and
    `skills_were` what it needed then."""
    used = use(books, case, occasion)
    people = books.routing.agents()
    if not people or case.standing.state in ENDED:
        return case
    owned = books.routing.ownership(case.id)
    need = need_of(books, case, owned)
    levels = books.routing.plan()[1].levels(need.tier, need.severity)
    holder = next((agent for agent in people if agent.user == owned.user), None)
    if owned.user is not None and (holder is None or not lacks(need, holder, levels)):
        _keep_missing(books, owned, (), occasion)
        if holder is None or used is None:
            return case
        choice = _choice(books, case, need, people, occasion)
        if is_more_senior(choice, _held(books, was or case, owned, holder), people):
            case = _move(books, case, owned, holder, need, choice, occasion)
        return case
    choice = _choice(books, case, need, people, occasion)
    if holder is None:
        follow(books, case, owned, choice, How.routed, occasion)
    else:
        skills = owned.skills if skills_were is None else skills_were
        held = _held(books, was or case, replace(owned, skills=skills), holder)
        turn = turn_of(need, held, choice, people, levels)
        if turn is Turn.stays:
            _keep_missing(books, owned, choice.missing, occasion)
        else:
            case = _move(books, case, owned, holder, need, choice, occasion)
    _tell_of_want(books, need, people, choice, occasion)
    return case


def need_case_skills(
    books: ReroutingBooks, case_id: str, skills: frozenset[str], occasion: Occasion
) -> Case:
    """The case with the skills that it needs; it goes to somebody else where its holder lacks one
    and they do not. Raises NotFound and Conflict."""
    case, owned = open_case_of(books, case_id)
    books.routing.keep_ownership(replace(owned, skills=skills), at=occasion.now)
    body: dict[str, object] = {"case": case.id, "skills": sorted(skills)}
    body["unknown"] = [*unknown_skills(skills, books.routing.agents())]
    books.append([occasion.fact("CaseSkillsSet", case.account or case.id, body)])
    return route_case(books, case, occasion, skills_were=owned.skills)


def reassign_after_breach(books: RoutingBooks, case: Case, occasion: Occasion) -> None:
    """Where the plan says so: a case of which a target was missed goes to somebody else, if anybody
    else may have it who lacks no more of what it needs."""
    _, plan = books.routing.plan()
    owned = books.routing.ownership(case.id)
    if plan.at_breach != "reassign" or owned.user is None or case.standing.state in ENDED:
        return
    need, people = need_of(books, case, owned), books.routing.agents()
    levels = plan.levels(need.tier, need.severity)
    choice = route(
        need,
        people,
        books.routing.load(),
        levels=levels,
        now=occasion.now,
        without=(owned.user,),
    )
    known = {agent.user: agent for agent in people}
    taker, holder = known.get(choice.user or ""), known.get(owned.user)
    if taker is None or (holder is not None and lacks_less(need, holder, taker, levels)):
        return
    reason = f"A target was missed. {choice.reason}"
    follow(books, case, owned, replace(choice, reason=reason), How.routed, occasion)


def _choice(
    books: RoutingBooks, case: Case, need: CaseNeed, people: Sequence[Agent], occasion: Occasion
) -> Choice:
    _, plan = books.routing.plan()
    return route(
        need,
        people,
        books.routing.load(),
        levels=plan.levels(need.tier, need.severity),
        now=occasion.now,
        on_call=_on_call(books, case, need, people, plan, occasion),
    )


def _on_call(
    books: RoutingBooks,
    case: Case,
    need: CaseNeed,
    people: Sequence[Agent],
    plan: Plan,
    occasion: Occasion,
) -> frozenset[str]:
    terms = books.cases.terms(case.terms) if case.terms else None
    return on_call_for(books, need, terms, plan, now=occasion.now, is_away=away_among(people))


def _held(books: ReroutingBooks, was: Case, owned: Ownership, holder: Agent) -> Held:
    """How its holder has it, with what they lacked of what it needed until now."""
    trail = books.routing.trail(owned.case)
    if not trail or trail[-1].how not in _BY_HAND:
        return Held(by=holder)
    need = need_of(books, was, owned)
    levels = books.routing.plan()[1].levels(need.tier, need.severity)
    return Held(by=holder, is_by_hand=True, known=frozenset(lacks(need, holder, levels).values()))


def _move(
    books: ReroutingBooks,
    case: Case,
    owned: Ownership,
    holder: Agent,
    need: CaseNeed,
    choice: Choice,
    occasion: Occasion,
) -> Case:
    """Into other hands, or into the queue, with a note that says why."""
    levels = books.routing.plan()[1].levels(need.tier, need.severity)
    place = len(case.events)
    case = _noted(books, case, summary_of(need, holder, choice, levels), occasion)
    told = f"Whoever had it: {cause_of(need, holder, levels)}. {choice.reason}"
    follow(books, case, owned, replace(choice, reason=told), How.routed, occasion, note=place)
    return case


def _noted(books: ReroutingBooks, case: Case, text: str, occasion: Occasion) -> Case:
    """The case with a note of the machine among us, which stops no clock."""
    place, at = len(case.events), max(occasion.now, case.in_time[-1].at)
    event = CaseEvent(at, EventKind.private_note, "", occasion.now)
    books.cases.append(case.id, place, [event], by=MACHINE, recorded_at=occasion.now)
    tell_facts(books, case, [event], occasion)
    note = CaseMessage(
        id=occasion.new_id(MESSAGE),
        case=case.id,
        place=place,
        author=MACHINE,
        contact=None,
        is_public=False,
        text=text,
    )
    write_words(books, case, [note], occasion)
    return replace(case, events=(*case.events, event))


def _keep_missing(
    books: RoutingBooks, owned: Ownership, missing: tuple[str, ...], occasion: Occasion
) -> None:
    """Whoever has it keeps it, and what is missing stands on it."""
    if owned.missing != missing:
        books.routing.keep_ownership(replace(owned, missing=missing), at=occasion.now)


def _tell_of_want(
    books: RoutingBooks,
    need: CaseNeed,
    people: Sequence[Agent],
    choice: Choice,
    occasion: Occasion,
) -> None:
    """The leads are told where nobody has a skill, or nobody may have the worst severity."""
    if not choice.missing:
        return
    levels = books.routing.plan()[1].levels(need.tier, need.severity)
    if choice.user is None and need.is_worst:
        tell_leads(books, need, choice.missing, occasion.now)
    elif lacking := skills_nobody_has(need, people, levels):
        tell_leads_of_skills(books, need, lacking, occasion.now)
