"""Calling the lead of a subject in to a case of the worst severity, and their way to it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from tierline.actions.case_clocks import LANE
from tierline.actions.due_work import DueWork
from tierline.actions.escalations import have_sent
from tierline.actions.playbooks import GuideBooks, GuideReads, guided
from tierline.actions.routing import Routing, RoutingBooks, need_of, open_case_of
from tierline.actions.subject_leads import KnownSubjectLeads
from tierline.cases.standing import ENDED
from tierline.kernel.errors import Conflict, Fault, Invalid, NotFound
from tierline.milestones.improvement import plain_tier, tier_in_force
from tierline.routing.call_in import (
    ASK_AGAIN_AFTER,
    CallIn,
    CallInEvent,
    CallInKind,
    Part,
    Reachable,
    call_ins_of,
    next_asked,
    reached,
)
from tierline.routing.choice import may_see
from tierline.routing.notice import CALLED_IN, CALLED_IN_VAIN, Notice, row_of
from tierline.routing.subject_leads import NOBODY, Domain, SubjectLeads, domains_of

if TYPE_CHECKING:
    from datetime import datetime

    from tierline.actions.occasion import Occasion
    from tierline.cases.case import Case
    from tierline.milestones.terms import Terms
    from tierline.routing.agent import Agent
    from tierline.routing.assignment import Ownership
    from tierline.routing.need import AccountNeed
    from tierline.routing.subject_leads import TierLeads

KIND = "call-in"
FACTS = {
    CallInKind.called: "CallInMade",
    CallInKind.asked: "CallInAsked",
    CallInKind.acknowledged: "CallInAcknowledged",
    CallInKind.arrived: "CallInArrived",
    CallInKind.called_off: "CallInCancelled",
}
"""What the journal calls the facts of a call-in."""


class KnownCallIns(Protocol):
    """The facts of call-ins."""

    def of_case(self, case: str) -> tuple[CallInEvent, ...]: ...


class CallInBook(KnownCallIns, Protocol):
    """The records of call-ins."""

    def note(self, case: str, place: int, events: Sequence[CallInEvent]) -> None: ...


class PeopleReads(Protocol):
    """Our own people, and who has which case."""

    def agents(self) -> tuple[Agent, ...]: ...
    def our_users(self, named: Collection[str]) -> dict[str, str]: ...
    def need_of(self, account: str) -> AccountNeed | None: ...
    def ownership(self, case: str) -> Ownership: ...


class CallInReads(GuideReads, Protocol):
    """What looking at who may be called needs."""

    @property
    def routing(self) -> PeopleReads: ...
    @property
    def subject_leads(self) -> KnownSubjectLeads: ...


class CallInRouting(Routing, PeopleReads, Protocol):
    """The records of routing, with our own people."""


class CallInBooks(GuideBooks, RoutingBooks, Protocol):
    """What calling in needs."""

    @property
    def routing(self) -> CallInRouting: ...
    @property
    def call_ins(self) -> CallInBook: ...
    @property
    def subject_leads(self) -> KnownSubjectLeads: ...


def domains_of_case(reads: CallInReads, case: Case, topic: str | None = None) -> list[Domain]:
    """The domains that a case belongs to, the first one first: by the skills that it needs, then by
    its topic, said or (`topic` not being stated) suggested."""
    leads, owned = reads.subject_leads.newest()[1], reads.routing.ownership(case.id)
    about = owned.topic or topic
    if about is None:
        about = guided(reads, case).topic
    return list(domains_of(leads, about, owned.skills))


def reached_now(
    reads: CallInReads, case: Case, leads: TierLeads, now: datetime, by: str
) -> tuple[tuple[str, Part], ...]:
    """Who of those who lead a domain for a tier may be asked now, the first one first; whoever
    calls is not."""
    people = {agent.user: agent for agent in reads.routing.agents()}
    account = reads.routing.need_of(case.account) if case.account else None
    named = {person for person in (leads.lead, leads.deputy) if person is not None}
    reachable = Reachable(
        at=now,
        people=people,
        there=reads.routing.our_users(named),
        may_see=lambda user: may_see(account, people.get(user)),
        by=by,
    )
    return reached(leads, reachable)


def tier_of(case: Case, terms: Terms | None) -> str:
    """The tier whose leads are called: the one in force, as its catalog calls it."""
    return plain_tier(tier_in_force(case.history, terms)) if terms else ""


def call_in(books: CallInBooks, case_id: str, domain: str | None, occasion: Occasion) -> CallIn:
    """The call-in of a domain (None: the one that the case belongs to) to a case of the worst
    severity: who leads it for the tier of the case is written to at once. One that is not over is
    not made again. Raises NotFound, Conflict, and Invalid where no domain is named."""
    case, owned = open_case_of(books, case_id)
    if not need_of(books, case, owned).is_worst:
        message = "Leads are called in to cases of the worst severity."
        raise Conflict(message, code="not_worst")
    found = _domain(books, case, domain)
    known = call_ins_of(books.call_ins.of_case(case_id))
    same = next((each for each in known if each.domain == found.key and not each.is_over), None)
    if same is not None:
        return same
    called = CallInEvent(
        number=1 + max((each.number for each in known), default=0),
        kind=CallInKind.called,
        domain=found.key,
        tier=tier_of(case, books.cases.terms(case.terms) if case.terms else None),
        at=occasion.now,
        by=occasion.by,
    )
    _note(books, case, [called], occasion)
    _ask(books, case, _one(books, case_id, called.number), occasion)
    return _one(books, case_id, called.number)


def ask_on(books: CallInBooks, case_id: str, number: int, rounds: int, occasion: Occasion) -> None:
    """What a worker does where nobody has answered: ask the next one. Nothing where somebody has
    meanwhile, or it was done already."""
    case, found = books.cases.get(case_id), _one(books, case_id, number)
    is_wanted = found.is_waiting and found.rounds == rounds and not found.is_exhausted
    if is_wanted and case.standing.state not in ENDED:
        _ask(books, case, found, occasion)


def acknowledge_call_in(
    books: CallInBooks, case_id: str, number: int, user: str, occasion: Occasion
) -> CallIn:
    """The call-in as one to which somebody comes who was asked. Again changes nothing. Raises
    NotFound, and Conflict for whoever was not asked and where it was called off."""
    case, found = books.cases.get(case_id), _one(books, case_id, number)
    if found.acknowledged_at is not None:
        return found
    part = _part_of(books, found, user)
    if part is None:
        raise Conflict("They were not asked to come to this.", code="not_asked")
    return _go_on(books, case, found, CallInKind.acknowledged, occasion, user=user, part=part)


def arrive(books: CallInBooks, case_id: str, number: int, user: str, occasion: Occasion) -> CallIn:
    """The call-in as one whose lead or deputy is there. Again changes nothing. Raises NotFound, and
    Conflict for anybody else and where it was called off."""
    case, found = books.cases.get(case_id), _one(books, case_id, number)
    if found.arrived is not None:
        return found
    part = _part_of(books, found, user)
    if part in (None, Part.desk):
        message = "Whoever leads the subject, or is their deputy, arrives; nobody else does."
        raise Conflict(message, code="not_asked")
    return _go_on(books, case, found, CallInKind.arrived, occasion, user=user, part=part)


def call_off(books: CallInBooks, case_id: str, number: int, occasion: Occasion) -> CallIn:
    """The call-in as one to which nobody has to come: nobody further is asked. Again changes
    nothing. Raises NotFound, and Conflict where somebody is there."""
    case, found = books.cases.get(case_id), _one(books, case_id, number)
    if found.called_off_at is not None:
        return found
    if found.arrived is not None:
        raise Conflict("Somebody is there already.", code="call_in_over")
    return _go_on(books, case, found, CallInKind.called_off, occasion)


def _go_on(
    books: CallInBooks,
    case: Case,
    found: CallIn,
    kind: CallInKind,
    occasion: Occasion,
    *,
    user: str | None = None,
    part: Part | None = None,
) -> CallIn:
    if found.called_off_at is not None:
        raise Conflict("This call-in was called off.", code="call_in_over")
    _note(books, case, [_next(found, kind, occasion, user=user, part=part)], occasion)
    return _one(books, case.id, found.number)


def _ask(books: CallInBooks, case: Case, found: CallIn, occasion: Occasion) -> None:
    """Write to whoever is next, and have somebody look whether they have answered. Quiet hours hold
    nothing back."""
    leads = _leads_of(books.subject_leads.newest()[1], found)
    among = reached_now(books, case, leads, occasion.now, found.by)
    chosen = next_asked(among, found)
    asked = [chosen] if chosen else [(user, Part.desk) for user in books.routing.leads()]
    if not asked:
        return
    events = [
        _next(found, CallInKind.asked, occasion, user=user, part=part) for user, part in asked
    ]
    _note(books, case, events, occasion)
    notices = [_notice(books, case, found, user, part, occasion) for user, part in asked]
    books.notices.add(notices)
    have_sent(books, notices, occasion.now)
    if chosen:
        rounds = found.rounds + 1
        row = DueWork(
            id=_row(case.id, found.number, rounds),
            kind=KIND,
            lane=LANE,
            body={"case": case.id, "number": found.number, "rounds": rounds},
            run_at=occasion.now + ASK_AGAIN_AFTER,
        )
        books.due_work.add([row], now=occasion.now)


def rows_of(case: str, found: CallIn) -> list[str]:
    """The due rows of a call-in: of who was written to, and of looking whether they answered."""
    at = sorted({each.at for each in found.asked})
    told = (
        row_of(case, _about(found.number, 1 + at.index(each.at)), each.user or "")
        for each in found.asked
    )
    return [*told, *(_row(case, found.number, rounds) for rounds in range(1, 1 + len(at)))]


def _row(case: str, number: int, rounds: int) -> str:
    return f"call-in {number}.{rounds} of {case}"


def _about(number: int, rounds: int) -> str:
    return f"{CALLED_IN}.{number}.{rounds}"


def _notice(
    books: CallInBooks, case: Case, found: CallIn, user: str, part: Part, occasion: Occasion
) -> Notice:
    domain = books.subject_leads.newest()[1].domain(found.domain)
    name = domain.name if domain else found.domain
    is_desk = part is Part.desk
    return Notice(
        case=case.id,
        about=_about(found.number, found.rounds + 1),
        user=user,
        role="lead of the desk" if is_desk else f"{part.value} of {name}",
        milestone=name,
        what=CALLED_IN_VAIN if is_desk else CALLED_IN,
        severity=case.standing.severity,
        is_instead=False,
        true_at=occasion.now,
        noticed_at=occasion.now,
        deliver_at=occasion.now,
    )


def _domain(books: CallInBooks, case: Case, stated: str | None) -> Domain:
    leads = books.subject_leads.newest()[1]
    if stated is not None:
        found = leads.domain(stated)
        if found is not None:
            return found
        told = ", ".join(each.key for each in leads.domains) or "none"
        fault = Fault("unknown_domain", f"There is no domain '{stated}'.", "domain", f"Of: {told}.")
        raise Invalid("Nobody can be called in.", [fault])
    of_case = domains_of_case(books, case)
    if not of_case:
        fault = Fault("no_domain", "The case belongs to no domain.", "domain", "Name the domain.")
        raise Invalid("Nobody can be called in.", [fault])
    return of_case[0]


def _leads_of(leads: SubjectLeads, found: CallIn) -> TierLeads:
    domain = leads.domain(found.domain)
    return domain.of_tier(found.tier) if domain else NOBODY


def _part_of(books: CallInBooks, found: CallIn, user: str) -> Part | None:
    """As what somebody comes: as they were asked, or by the domain."""
    leads = _leads_of(books.subject_leads.newest()[1], found)
    if user in (leads.lead, leads.deputy):
        return Part.lead if user == leads.lead else Part.deputy
    return next((each.part for each in found.asked if each.user == user), None)


def _next(
    found: CallIn,
    kind: CallInKind,
    occasion: Occasion,
    *,
    user: str | None = None,
    part: Part | None = None,
) -> CallInEvent:
    return CallInEvent(
        number=found.number,
        kind=kind,
        domain=found.domain,
        tier=found.tier,
        user=user,
        part=part,
        at=occasion.now,
        by=occasion.by,
    )


def _one(books: CallInBooks, case: str, number: int) -> CallIn:
    found = call_ins_of(books.call_ins.of_case(case))
    for each in found:
        if each.number == number:
            return each
    raise NotFound(f"There is no call-in {number} of this case.")


def _note(
    books: CallInBooks, case: Case, events: Sequence[CallInEvent], occasion: Occasion
) -> None:
    """Never before what has happened with it already, whatever the machine's clock does."""
    known = books.call_ins.of_case(case.id)
    at = max(occasion.now, known[-1].at) if known else occasion.now
    placed = [replace(each, at=at) for each in events]
    books.call_ins.note(case.id, len(known), placed)
    books.append(
        [
            occasion.fact(
                FACTS[each.kind],
                case.account or case.id,
                {
                    "case": case.id,
                    "number": case.number,
                    "call_in": each.number,
                    "domain": each.domain,
                    "tier": each.tier,
                    "user": each.user,
                },
                at=at,
            )
            for each in placed
        ]
    )
