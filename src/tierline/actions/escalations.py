"""Escalations of cases: what a case has climbed to, and whom that is told to, once each.

A climb is a fact of time like a warning: it is worked out from the case and its promise, with the
instant at which it becomes true, and told whenever somebody looks.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from tierline.actions.due_work import DueWork, DueWorkBook
from tierline.actions.occasion import Journal
from tierline.cases.standing import ENDED
from tierline.kernel.errors import NotFound
from tierline.kernel.instants import from_micros
from tierline.milestones.fold import reached_at
from tierline.milestones.table import NEVER
from tierline.routing.chain import HUNDRED, USUAL, Chain, chains_of, holder_of
from tierline.routing.notice import (
    BREACH,
    NO_CLIMBS,
    QUEUE,
    SKILL,
    UNACKNOWLEDGED,
    UNASSIGNED,
    UNSKILLED,
    Climb,
    Notice,
)

if TYPE_CHECKING:
    from tierline.actions.occasion import Occasion
    from tierline.cases.case import Case
    from tierline.catalog.catalog import Catalog
    from tierline.milestones.fold import Milestone
    from tierline.milestones.terms import Terms
    from tierline.routing.agent import Agent
    from tierline.routing.assignment import Ownership
    from tierline.routing.need import CaseNeed
    from tierline.routing.plan import Plan
    from tierline.routing.rota import IsAway

LANE = "notices"
KIND = "case notice"
CORRECTION = "case correction"
_ACKNOWLEDGE = "acknowledge"
WORTH_TELLING_FOR = timedelta(days=1)
"""So long after something became true it is told to somebody even where it is over."""


class Catalogs(Protocol):
    """The published catalogs."""

    def get(self, catalog: str, version: str | None = None) -> Catalog: ...


class PlanReads(Protocol):
    """What is read of routing."""

    def plan(self) -> tuple[int, Plan]: ...
    def agents(self) -> tuple[Agent, ...]: ...
    def ownership(self, case: str) -> Ownership: ...
    def leads(self) -> tuple[str, ...]: ...


class Notices(Protocol):
    """The notices that were written."""

    def of_case(self, case: str) -> tuple[Notice, ...]: ...
    def add(self, notices: Iterable[Notice]) -> None: ...
    def correct(self, notice: Notice, *, at: datetime) -> None: ...


class ChainReads(Protocol):
    """What looking at an escalation needs."""

    @property
    def catalogs(self) -> Catalogs: ...
    @property
    def routing(self) -> PlanReads: ...


class EscalationBooks(ChainReads, Journal, Protocol):
    """What telling of climbs needs."""

    @property
    def notices(self) -> Notices: ...
    @property
    def due_work(self) -> DueWorkBook: ...


@dataclass(frozen=True, slots=True)
class Told:
    """When a case climbs next, and whether a missed target was told now."""

    next_at: datetime | None
    has_breach: bool = False


def chain_of(books: ChainReads, terms: Terms | None, tier: str, severity: str) -> Chain:
    """The escalation of a tier and a severity, on the catalog version that a case is held to."""
    if terms is None:
        return USUAL
    found = _CHAINS.get(terms.digest)
    if found is None:
        try:
            found = chains_of(books.catalogs.get(terms.catalog, terms.version))
        except NotFound:  # terms from elsewhere: no published version says who is called
            return USUAL
        if len(_CHAINS) >= _KEPT_VERSIONS:
            _CHAINS.clear()
        if terms.digest:
            _CHAINS[terms.digest] = found
    return found.get((tier, severity), USUAL)


_CHAINS: dict[str, dict[tuple[str, str], Chain]] = {}
"""By the digest of the catalog: a published version never changes, and another installation's of
the same name is another."""
_KEPT_VERSIONS = 256


def climbs_of(
    chain: Chain, case: Case, milestones: Sequence[Milestone], terms: Terms
) -> list[Climb]:
    """Every climb of a case so far, and those that follow if nothing else happens, in the order of
    their instants."""
    zoned = terms.in_zone(case.time_zone)
    found = [*_by_share(chain, milestones, zoned), *_by_silence(chain, case)]
    return sorted(found, key=lambda climb: (climb.at, climb.about))


def tell_climbs(
    books: EscalationBooks,
    case: Case,
    milestones: Sequence[Milestone],
    terms: Terms,
    occasion: Occasion,
    known: Callable[[], Collection[str]] = frozenset,
) -> Told:
    """Tell of every climb that has become true and was not told, and correct what was told and is
    not so. Where no routing plan is published nobody is told, and of what is `known` nobody."""
    number, plan = books.routing.plan()
    if not number:
        return Told(None)
    severity = case.standing.severity
    chain = chain_of(books, terms, case.tier, severity)
    climbs = climbs_of(chain, case, milestones, terms)
    written = [each for each in books.notices.of_case(case.id) if each.what not in NO_CLIMBS]
    true_now = {climb.about for climb in climbs if climb.at <= occasion.now}
    _correct(books, [each for each in written if each.about not in true_now], occasion)
    told = {each.about for each in written if each.corrected_at is None}
    due = [
        climb
        for climb in climbs
        if climb.at <= occasion.now
        and climb.about not in told
        and (climb.is_running or climb.what == BREACH)
    ]
    if due:
        before = known()
        due = [climb for climb in due if climb.about not in before]
    if due:
        is_worst = terms.severities[:1] == (severity,)
        _tell(books, case, chain, plan, due, occasion, severity=severity, is_worst=is_worst)
    next_at = next((climb.at for climb in climbs if climb.at > occasion.now), None)
    return Told(next_at, has_breach=any(climb.what == BREACH for climb in due))


def tell_leads(
    books: EscalationBooks, need: CaseNeed, missing: Sequence[str], now: datetime
) -> None:
    """The worst severity is never left: where nobody may have such a case, its leads are told at
    once, and once."""
    _tell_leads(books, need, UNASSIGNED, {QUEUE: "; ".join(missing)}, now)


def tell_leads_of_skills(
    books: EscalationBooks, need: CaseNeed, skills: Sequence[str], now: datetime
) -> None:
    """The leads are told of each skill that a case needs and nobody has, once."""
    _tell_leads(books, need, UNSKILLED, {f"{SKILL} {skill}": skill for skill in skills}, now)


def _tell_leads(
    books: EscalationBooks, need: CaseNeed, what: str, about: Mapping[str, str], now: datetime
) -> None:
    """`about` says by which key each thing is told once."""
    if not about or not books.routing.plan()[0]:
        return
    written = {each.about for each in books.notices.of_case(need.case)}
    agents = {agent.user: agent for agent in books.routing.agents()}
    notices = [
        Notice(
            case=need.case,
            about=key,
            user=user,
            role="lead",
            milestone=lacking,
            what=what,
            severity=need.severity,
            is_instead=False,
            true_at=now,
            noticed_at=now,
            deliver_at=deliver_at(agents.get(user), now, is_worst=need.is_worst),
        )
        for key, lacking in about.items()
        if key not in written
        for user in books.routing.leads()
    ]
    books.notices.add(notices)
    have_sent(books, notices, now)


def have_sent(books: EscalationBooks, notices: Iterable[Notice], now: datetime) -> None:
    """Have notices sent, each when its reader may be told."""
    books.due_work.add([_row(each) for each in notices], now=now)


def deliver_at(agent: Agent | None, now: datetime, *, is_worst: bool) -> datetime:
    """When somebody may be told: the worst severity waits for nobody's quiet hours."""
    return now if is_worst or agent is None else agent.may_be_told_at(now)


def next_climb(
    books: ChainReads, case: Case, milestones: Sequence[Milestone], terms: Terms, now: datetime
) -> datetime | None:
    """When a case climbs next, if nothing else happens and somebody is to be told."""
    if not books.routing.plan()[0]:
        return None
    chain = chain_of(books, terms, case.tier, case.standing.severity)
    climbs = climbs_of(chain, case, milestones, terms)
    return next((climb.at for climb in climbs if climb.at > now), None)


def away_among(people: Sequence[Agent]) -> IsAway:
    """Whether somebody is absent, by what their agents' records say."""
    known = {agent.user: agent for agent in people}
    return lambda user, at: user in known and known[user].is_absent(at)


def _by_share(chain: Chain, milestones: Sequence[Milestone], terms: Terms) -> Iterator[Climb]:
    has_breach = any(level.after_percent == HUNDRED for level in chain.levels)
    for milestone in milestones:
        for place, level in enumerate(chain.levels):
            is_last = place == len(chain.levels) - 1
            if level.after_percent is not None:
                is_breach = level.after_percent == HUNDRED
                share = int(milestone.allowance * level.after_percent / HUNDRED)
                amount = milestone.allowance + 1 if is_breach else share
                what = BREACH if is_breach else f"{level.after_percent:f}"
                yield from _climb(milestone, place, what, amount, terms)
            if is_last and not has_breach:
                yield from _climb(milestone, place, BREACH, milestone.allowance + 1, terms)


def _climb(
    milestone: Milestone, place: int, what: str, amount: int, terms: Terms
) -> Iterator[Climb]:
    at = reached_at(milestone, amount, terms)
    if at != NEVER:
        yield Climb(
            level=place,
            milestone=milestone.kind.value,
            cycle=milestone.cycle,
            what=what,
            at=from_micros(at),
            is_running=milestone.stopped == NEVER,
        )


def _by_silence(chain: Chain, case: Case) -> Iterator[Climb]:
    """Levels that are called a fixed time after the case was opened, while nobody has said that
    they have it."""
    heard = case.heard_at
    for place, level in enumerate(chain.levels):
        if level.after_seconds is None:
            continue
        at = case.history.opened_at + timedelta(seconds=level.after_seconds)
        if heard is None or heard > at:
            yield Climb(
                level=place,
                milestone=_ACKNOWLEDGE,
                cycle=0,
                what=UNACKNOWLEDGED,
                at=at,
                is_running=heard is None,
            )


def _tell(
    books: EscalationBooks,
    case: Case,
    chain: Chain,
    plan: Plan,
    due: Sequence[Climb],
    occasion: Occasion,
    *,
    severity: str,
    is_worst: bool,
) -> None:
    people = books.routing.agents()
    owner = books.routing.ownership(case.id).user
    agents = {agent.user: agent for agent in people}
    notices: list[Notice] = []
    for climb in due:
        level = chain.levels[climb.level]
        held = holder_of(level, plan, occasion.now, is_away=away_among(people), owner=owner)
        whom = (held.user,) if held.user is not None else books.routing.leads()
        notices += [
            Notice(
                case=case.id,
                about=climb.about,
                user=user,
                role=level.role,
                milestone=climb.milestone,
                what=climb.what,
                severity=severity,
                is_instead=held.user is None,
                true_at=climb.at,
                noticed_at=occasion.now,
                deliver_at=deliver_at(agents.get(user), occasion.now, is_worst=is_worst),
            )
            for user in whom
        ]
    books.notices.add(notices)
    wanted = [each for each in notices if not is_past(case, each, occasion.now)]
    have_sent(books, wanted, occasion.now)
    books.append(
        [
            occasion.fact(
                "CaseEscalated",
                case.account or case.id,
                {
                    "case": case.id,
                    "level": climb.level,
                    "role": chain.levels[climb.level].role,
                    "milestone": climb.milestone,
                    "what": climb.what,
                },
                at=climb.at,
            )
            for climb in due
        ]
    )


def is_past(case: Case, notice: Notice, now: datetime) -> bool:
    """What was noticed long after the fact, on a case that has ended, is written down like all
    else, and nobody is written to about it."""
    return is_old(notice, now) and case.standing.state in ENDED


def is_old(notice: Notice, now: datetime) -> bool:
    """Whether it was noticed long after the fact."""
    return now - notice.true_at > WORTH_TELLING_FOR


def _correct(books: EscalationBooks, wrong: Sequence[Notice], occasion: Occasion) -> None:
    """What was told is followed by a correction; what was still held back is let be."""
    for notice in wrong:
        if notice.corrected_at is not None:
            continue
        books.notices.correct(notice, at=occasion.now)
        if notice.told_at is None:
            books.due_work.remove([notice.row])
        else:
            row = _row(notice, kind=CORRECTION, run_at=occasion.now)
            books.due_work.add([row], now=occasion.now)


def _row(notice: Notice, *, kind: str = KIND, run_at: datetime | None = None) -> DueWork:
    return DueWork(
        id=notice.row if kind == KIND else notice.correction_row,
        kind=kind,
        lane=LANE,
        body={"case": notice.case, "about": notice.about, "user": notice.user},
        run_at=run_at or notice.deliver_at,
    )


def sooner(one: datetime | None, other: datetime | None) -> datetime | None:
    """The earlier of two instants, of which each may lack."""
    if one is None or other is None:
        return one or other
    return min(one, other)


def lit_level(chain: Chain, climbs: Sequence[Climb], now: datetime) -> int | None:
    """The level that a case is at: the highest to which it has climbed by a clock that still runs.
    Before that it is with whoever has it: at the first level where that is them, else at none."""
    reached = [climb.level for climb in climbs if climb.is_running and climb.at <= now]
    return max(reached, default=0 if chain.levels[0].is_owner else None)
