"""Giving cases to people: from the queue, and by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from tierline.actions.case_notices import forget_owner, tell_owner
from tierline.actions.escalations import (
    ChainReads,
    EscalationBooks,
    PlanReads,
    chain_of,
    tell_leads_of_skills,
)
from tierline.cases.standing import ENDED
from tierline.kernel.errors import Conflict
from tierline.routing.assignment import Assignment, How, Ownership
from tierline.routing.chain import on_call_at
from tierline.routing.choice import Choice, may_keep, may_see, route
from tierline.routing.handover import skills_nobody_has
from tierline.routing.need import CaseNeed, WaitingCase
from tierline.routing.queue import next_of
from tierline.routing.stakes import faster_words

if TYPE_CHECKING:
    from datetime import datetime

    from tierline.actions.occasion import Occasion
    from tierline.cases.case import Case
    from tierline.milestones.terms import Terms
    from tierline.routing.agent import Agent
    from tierline.routing.need import AccountNeed
    from tierline.routing.plan import Plan
    from tierline.routing.rota import IsAway

QUEUE_LIMIT_CASES = 200
"""So many waiting cases are looked at for a pick."""
WORST = "S1"
"""Of a case that nothing is promised for, as severities are usually called."""


class Routing(PlanReads, Protocol):
    """The records of routing."""

    def load(self) -> dict[str, int]: ...
    def need_of(self, account: str) -> AccountNeed | None: ...
    def waiting(self, limit: int) -> tuple[WaitingCase, ...]: ...
    def picks(self) -> int: ...
    def keep_ownership(self, owned: Ownership, *, at: datetime) -> None: ...
    def assign(self, step: Assignment) -> None: ...
    def trail(self, case: str) -> tuple[Assignment, ...]: ...


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
    return on_call_at(chain_of(reads, terms, need.tier, need.severity), plan, now, is_away)


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
            if waiting.owned.missing != choice.missing:
                lacking = skills_nobody_has(need, people, levels)
                tell_leads_of_skills(books, need, lacking, occasion.now)
            continue
        follow(books, waiting, waiting.owned, choice, How.picked, occasion, pick=number)
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
            reason = f"Took the next case of the queue.{faster_words(need)}"
            choice = Choice(user, reason, (), ())
            follow(books, waiting, waiting.owned, choice, How.picked, occasion, pick=number)
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
    follow(books, case, owned, choice, How.taken, occasion)
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
    return follow(books, case, owned, choice, how, occasion, note=note)


def refuse_unseen(books: RoutingBooks, need: CaseNeed, user: str) -> None:
    """Raise Conflict where somebody may not see the data of a case: by hand neither."""
    if may_see(need.account, None):
        return
    agent = next((each for each in books.routing.agents() if each.user == user), None)
    if not may_see(need.account, agent):
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
    return replace(
        need, skills=owned.skills, topic=owned.topic, owed_for=owned.owed_for, account=account
    )


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
    return replace(
        need,
        due_at=waiting.due_at,
        skills=waiting.owned.skills,
        topic=waiting.owned.topic,
        owed_for=waiting.owned.owed_for,
        account=waiting.need,
    )


def need_under(
    case: str, tier: str, severity: str, opened_at: datetime, terms: Terms | None
) -> CaseNeed:
    """What the promise that a case is held to says of it; of whom it needs nothing yet."""
    severities = terms.severities if terms else (WORST,)
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


def follow(
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
    if owned.user is not None:
        forget_owner(books, case.id, owned.user, owned.places - 1)
    if choice.user not in (None, occasion.by) and how is not How.taken:
        severity = case.severity if isinstance(case, WaitingCase) else case.standing.severity
        tell_owner(books, case, severity, str(choice.user), owned.places, occasion.now)
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
    return follow(books, case, owned, choice, How.queued, occasion)


def _is_free(need: CaseNeed, people: Sequence[Agent]) -> bool:
    """Whether somebody whom no plan knows may take a case: not where its data is guarded."""
    account = need.account
    return bool(people) or account is None or not (account.residency or account.clearances)
