"""Giving cases to people: when one is opened or triaged, from the queue, and by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from tierline.actions.escalations import (
    ChainReads,
    EscalationBooks,
    PlanReads,
    away_among,
    chain_of,
    tell_leads,
)
from tierline.cases.standing import ENDED
from tierline.kernel.errors import Conflict
from tierline.routing.assignment import Assignment, How, Ownership
from tierline.routing.chain import holder_of
from tierline.routing.choice import Choice, may_keep, route
from tierline.routing.need import CaseNeed
from tierline.routing.queue import next_of

if TYPE_CHECKING:
    from datetime import datetime

    from tierline.actions.occasion import Occasion
    from tierline.cases.case import Case
    from tierline.milestones.terms import Terms
    from tierline.routing.agent import Agent
    from tierline.routing.need import AccountNeed, WaitingCase
    from tierline.routing.plan import Plan
    from tierline.routing.rota import IsAway

QUEUE_LIMIT_CASES = 200
"""So many waiting cases are looked at for a pick."""
_WORST = "S1"
"""Of a case that nothing is promised for, as severities are usually called."""


class Routing(PlanReads, Protocol):
    """The records of routing."""

    def load(self) -> dict[str, int]: ...
    def need_of(self, account: str) -> AccountNeed | None: ...
    def waiting(self, limit: int) -> tuple[WaitingCase, ...]: ...
    def picks(self) -> int: ...
    def keep_ownership(self, owned: Ownership, *, at: datetime) -> None: ...
    def assign(self, step: Assignment) -> None: ...


class KnownCases(Protocol):
    """The cases that there are."""

    def get(self, case: str) -> Case: ...
    def terms(self, digest: str) -> Terms: ...


class RoutingBooks(EscalationBooks, Protocol):
    """What the actions of this module need."""

    @property
    def cases(self) -> KnownCases: ...
    @property
    def routing(self) -> Routing: ...


def route_case(
    books: RoutingBooks, case: Case, occasion: Occasion, owned: Ownership | None = None
) -> None:
    """After a case was opened or triaged: give it to somebody, where nobody has it or whoever has
    it may not keep it. Where no agents are recorded nobody is assigned. `owned` where it is known
    already who has it."""
    people = books.routing.agents()
    if not people or case.standing.state in ENDED:
        return
    owned = owned or books.routing.ownership(case.id)
    _, plan = books.routing.plan()
    need = need_of(books, case, owned)
    if owned.user is not None:
        holder = next((agent for agent in people if agent.user == owned.user), None)
        if may_keep(need, holder, plan.levels(need.tier, need.severity)):
            return
    choice = route(
        need,
        people,
        books.routing.load(),
        levels=plan.levels(need.tier, need.severity),
        now=occasion.now,
        on_call=_on_call(books, case, need, people, plan, occasion),
    )
    if choice.user is not None and choice.user == owned.user:
        return  # the worst severity stays with who fits best, if not wholly
    _follow(books, case, owned, choice, How.routed, occasion)
    if choice.user is None and need.is_worst:
        tell_leads(books, case, choice.missing, occasion.now)


def reassign_after_breach(books: RoutingBooks, case: Case, occasion: Occasion) -> None:
    """Where the plan says so: a case of which a target was missed goes to somebody else, if anybody
    else may have it."""
    _, plan = books.routing.plan()
    owned = books.routing.ownership(case.id)
    if plan.at_breach != "reassign" or owned.user is None or case.standing.state in ENDED:
        return
    need = need_of(books, case, owned)
    choice = route(
        need,
        books.routing.agents(),
        books.routing.load(),
        levels=plan.levels(need.tier, need.severity),
        now=occasion.now,
        without=(owned.user,),
    )
    if choice.user is not None:
        reason = f"A target was missed. {choice.reason}"
        _follow(books, case, owned, replace(choice, reason=reason), How.routed, occasion)


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


def on_call_for(
    reads: ChainReads,
    need: CaseNeed,
    terms: Terms | None,
    plan: Plan,
    *,
    now: datetime,
    is_away: IsAway,
) -> frozenset[str]:
    """Who is called for the worst severity at this hour: they count as at work."""
    if not need.is_worst or not plan.roles:
        return frozenset()
    levels = chain_of(reads, terms, need.tier, need.severity).levels
    held = (
        holder_of(level, plan, now, is_away=is_away, owner=None).user
        for level in levels
        if not level.is_hierarchical
    )
    return frozenset(user for user in held if user is not None)


def route_waiting(books: RoutingBooks, occasion: Occasion) -> int:
    """Give out what waits in the queue, as far as somebody may have it now; how many cases."""
    people = books.routing.agents()
    if not people:
        return 0
    _, plan = books.routing.plan()
    load = books.routing.load()
    number, given = books.routing.picks(), 0
    left = _queue(books)
    while left:
        waiting, need = _taken(left, number, plan)
        levels = plan.levels(need.tier, need.severity)
        choice = route(need, people, load, levels=levels, now=occasion.now)
        if choice.user is None:
            _note_missing(books, waiting, waiting.owned, choice, occasion)
            continue
        _follow(books, waiting, waiting.owned, choice, How.picked, occasion, pick=number)
        load[choice.user] = load.get(choice.user, 0) + 1
        number, given = number + 1, given + 1
    return given


def pick_next(books: RoutingBooks, user: str, occasion: Occasion) -> str | None:
    """The id of the next case of the queue that a user may have, given to them; None where there is
    none."""
    people = [agent for agent in books.routing.agents() if agent.user == user]
    _, plan = books.routing.plan()
    number, left = books.routing.picks(), _queue(books)
    while left:
        waiting, need = _taken(left, number, plan)
        levels = plan.levels(need.tier, need.severity)
        if all(may_keep(need, agent, levels) for agent in people) and _is_free(need, people):
            choice = Choice(user, "Took the next case of the queue.", (), ())
            _follow(books, waiting, waiting.owned, choice, How.picked, occasion, pick=number)
            return waiting.id
    return None


def take_case(books: RoutingBooks, case_id: str, user: str, occasion: Occasion) -> Case:
    """The case in the hands of whoever takes it, where nobody has it. Raises NotFound, and Conflict
    where somebody has it, it has ended, or they may not see its data."""
    case, owned = open_case_of(books, case_id)
    if owned.user == user:
        return case
    if owned.user is not None:
        raise Conflict(
            "Somebody has this case. Have them hand it over, with a summary.", code="case_owned"
        )
    refuse_unseen(books, need_of(books, case, owned), user)
    choice = Choice(user, "Took it by hand.", (), ())
    _follow(books, case, owned, choice, How.taken, occasion)
    return case


def need_case_skills(
    books: RoutingBooks, case_id: str, skills: frozenset[str], occasion: Occasion
) -> Case:
    """The case with the skills that it needs; it goes to somebody else where its holder lacks one.
    Raises NotFound and Conflict."""
    case, owned = open_case_of(books, case_id)
    books.routing.keep_ownership(replace(owned, skills=skills), at=occasion.now)
    body = {"case": case.id, "skills": sorted(skills)}
    books.append([occasion.fact("CaseSkillsSet", case.account or case.id, body)])
    route_case(books, case, occasion)
    return case


def open_case_of(books: RoutingBooks, case_id: str) -> tuple[Case, Ownership]:
    """A case that has not ended, and who has it. Raises NotFound and Conflict."""
    case = books.cases.get(case_id)
    state = case.standing.state
    if state in ENDED:
        raise Conflict(f"The case is {state}. Reopen it first.", code="case_ended")
    return case, books.routing.ownership(case_id)


def move(
    books: RoutingBooks,
    case: Case,
    owned: Ownership,
    to: str | None,
    *,
    reason: str,
    note: int | None,
    occasion: Occasion,
) -> Ownership:
    """Hand a case over, or put it back into the queue (`to` None)."""
    choice = Choice(to, reason, (), ())
    how = How.queued if to is None else How.handed_over
    return _follow(books, case, owned, choice, how, occasion, note=note)


def refuse_unseen(books: RoutingBooks, need: CaseNeed, user: str) -> None:
    """Raise Conflict where somebody may not see the data of a case: by hand neither."""
    account = need.account
    if account is None or not (account.residency or account.clearances):
        return
    agent = next((each for each in books.routing.agents() if each.user == user), None)
    may_see = agent is not None and (
        (not account.residency or account.residency in agent.regions)
        and account.clearances <= agent.clearances
    )
    if not may_see:
        raise Conflict(
            "The data of this account may be seen by cleared people of its region only.",
            code="may_not_see",
        )


def need_of(books: RoutingBooks, case: Case, owned: Ownership) -> CaseNeed:
    """What a case needs of whoever gets it."""
    severity = case.standing.severity
    terms = books.cases.terms(case.terms) if case.terms else None
    need = need_under(case.id, case.tier, severity, case.events[0].at, terms)
    account = books.routing.need_of(case.account) if case.account else None
    return replace(need, skills=owned.skills, account=account)


Queue = dict[str, tuple["WaitingCase", CaseNeed]]


def _queue(books: RoutingBooks) -> Queue:
    """What waits, with what each case needs."""
    waiting = books.routing.waiting(QUEUE_LIMIT_CASES)
    digests = {each.terms for each in waiting} - {""}
    terms = {digest: books.cases.terms(digest) for digest in sorted(digests)}
    return {each.id: (each, _waiting_need(each, terms.get(each.terms))) for each in waiting}


def _taken(left: Queue, number: int, plan: Plan) -> tuple[WaitingCase, CaseNeed]:
    """The case that goes out at the pick of this number; it is no longer left."""
    needs = [need for _, need in left.values()]
    return left.pop(next_of(needs, number, plan.oldest_first_percent).case)


def _waiting_need(waiting: WaitingCase, terms: Terms | None) -> CaseNeed:
    need = need_under(waiting.id, waiting.tier, waiting.severity, waiting.opened_at, terms)
    return replace(need, due_at=waiting.due_at, skills=waiting.owned.skills, account=waiting.need)


def need_under(
    case: str, tier: str, severity: str, opened_at: datetime, terms: Terms | None
) -> CaseNeed:
    """What the promise that a case is held to says of it; of whom it needs nothing yet."""
    severities = terms.severities if terms else (_WORST,)
    rank = severities.index(severity) if severity in severities else len(severities)
    return CaseNeed(
        case=case,
        tier=tier,
        severity=severity,
        severity_rank=rank,
        tier_rank=terms.tiers.index(tier) if terms and tier in terms.tiers else -1,
        opened_at=opened_at,
        is_worst=rank == 0,
    )


def _follow(
    books: RoutingBooks,
    case: Case | WaitingCase,
    owned: Ownership,
    choice: Choice,
    how: How,
    occasion: Occasion,
    *,
    pick: int | None = None,
    note: int | None = None,
) -> Ownership:
    """Write a choice down: the step, the index of the case, and what the journal tells of it."""
    if choice.user is None and owned.user is None and how is not How.queued:
        return _note_missing(books, case, owned, choice, occasion)
    if choice.user is None:
        how = How.queued
    books.routing.assign(
        Assignment(
            case=case.id,
            place=owned.places,
            user=choice.user,
            how=how,
            reason=choice.reason,
            at=occasion.now,
            by=occasion.by,
            why_not=tuple((each.user, each.words) for each in choice.others[:_KEPT_WHY_NOTS]),
            note=note,
            pick=pick,
        )
    )
    is_handoff = owned.user is not None and choice.user is not None
    now_owned = replace(
        owned,
        user=choice.user,
        missing=choice.missing,
        places=owned.places + 1,
        handoffs=owned.handoffs + is_handoff,
    )
    books.routing.keep_ownership(now_owned, at=occasion.now)
    body = {"case": case.id, "number": case.number, "how": how.value, "missing": [*choice.missing]}
    kind = "CaseQueued" if choice.user is None else "CaseAssigned"
    told = body if choice.user is None else {**body, "user": choice.user}
    books.append([occasion.fact(kind, case.account or case.id, told)])
    return now_owned


_KEPT_WHY_NOTS = 50


def _note_missing(
    books: RoutingBooks,
    case: Case | WaitingCase,
    owned: Ownership,
    choice: Choice,
    occasion: Occasion,
) -> Ownership:
    """A case that stays in the queue: a step of its own only where something else is missing."""
    if owned.places and owned.missing == choice.missing:
        return owned
    return _follow(books, case, owned, choice, How.queued, occasion)


def _is_free(need: CaseNeed, people: Sequence[Agent]) -> bool:
    """Whether somebody whom no plan knows may take a case: not where its data is guarded."""
    account = need.account
    return bool(people) or account is None or not (account.residency or account.clearances)
