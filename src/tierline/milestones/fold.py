"""The live face of the rule: one case's facts under its terms, folded into milestones.

A milestone is a function of facts and terms. The fold walks the facts once, cuts the life of the
case into spans in which nothing changes, and adds up the open time of those that count.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tierline.cases.event import EventKind
from tierline.catalog.clock_rules import CalendarChangeRule, ClockStart, ReopenRule, RetargetRule
from tierline.catalog.statement import MilestoneKind
from tierline.kernel.instants import SECOND_US, to_micros
from tierline.milestones.roles import CASE_ENDS, RESPONSES, Role, roles_of
from tierline.milestones.table import KINDS, NEVER, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from tierline.cases.history import CaseHistory
    from tierline.catalog.clock_rules import ClockRules
    from tierline.milestones.terms import PromisedTarget, Terms

_PAUSES = (EventKind.paused, EventKind.paused_without_question)
_SEVERITY_FACTS = (EventKind.opened, EventKind.severity_set, EventKind.severity_changed)
_UNPAUSES = (EventKind.opened, EventKind.resumed, EventKind.reopened, *CASE_ENDS)


@dataclass(frozen=True, slots=True)
class Moment:
    """The state of a case from one fact up to the next. Instants are microseconds."""

    at: int
    fact: EventKind
    tier: str
    severity: str
    waiting_on: str
    """The pause reason, or an empty text."""
    asked: bool
    """Whether the wait began with a question to the customer."""
    before_triage: bool


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a milestone in which nothing changes. Instants and lengths: microseconds."""

    start: int
    end: int
    state: str
    """`running`, `paused` or `before_triage`."""
    reason: str
    hours: str
    promise_id: str
    """The target in force, or an empty text where none is."""
    used: int
    """Open time that counts: 0 unless running."""


@dataclass(frozen=True, slots=True)
class Milestone:
    """One promise as timed on one case; the fields of `MilestoneTable`, and its ledger of spans."""

    kind: MilestoneKind
    cycle: int
    promise_id: str
    tier: str
    severity: str
    hours: str
    started: int
    stopped: int
    used: int
    allowance: int
    due: int
    verdict: Verdict
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class _Cycle:
    """The moments of one round of a kind, and where each of them ends."""

    moments: list[Moment]
    ends: list[int]
    is_open: bool = False


def milestones_of(history: CaseHistory, terms: Terms, as_of: datetime) -> list[Milestone]:
    """All milestones of a case, by kind and cycle, as they stand at `as_of`."""
    terms = terms.in_zone(history.customer_time_zone)
    moments = _moments(history, terms)
    now = max(to_micros(as_of), moments[-1].at)
    found = []
    held = {(moment.tier, moment.severity) for moment in moments}
    for kind in KINDS:
        if all(terms.target(*each, kind) is None for each in held):
            continue
        number = 0
        for cycle in _cycles(kind, moments, terms, now):
            milestone = _measured(kind, number, cycle, terms)
            if milestone is not None:
                found.append(milestone)
                number += 1
    return found


def better_tier(terms: Terms, held: str, new: str) -> str:
    """The tier that governs an open case after a change: an upgrade improves it, a downgrade
    never loosens it. A tier that the catalog does not know changes nothing."""
    if new not in terms.tiers or held not in terms.tiers:
        return new if new in terms.tiers else held
    return max(held, new, key=terms.tiers.index)


def _moments(history: CaseHistory, terms: Terms) -> list[Moment]:
    triaged = any(event.kind is EventKind.severity_set for event in history.events)
    tier, severity, waiting_on, asked, before_triage = history.tier, "", "", False, triaged
    moments = []
    for event in history.events:
        if event.kind in _SEVERITY_FACTS:
            severity = event.value
            before_triage = before_triage and event.kind is not EventKind.severity_set
        elif event.kind is EventKind.tier_changed:
            tier = better_tier(terms, tier, event.value)
        elif event.kind in _PAUSES:
            waiting_on, asked = event.value, event.kind is EventKind.paused
        if event.kind in _UNPAUSES:
            waiting_on, asked = "", False
        moments.append(
            Moment(
                to_micros(event.at), event.kind, tier, severity, waiting_on, asked, before_triage
            )
        )
    return moments


def _cycles(kind: MilestoneKind, moments: Sequence[Moment], terms: Terms, now: int) -> list[_Cycle]:
    """Rounds of a kind: each from a start to its stop, or to `now` where it has not stopped."""
    roles = _roles(kind, moments)
    cycles: list[_Cycle] = []
    active = False
    stopped_at = NEVER
    for place, (moment, role) in enumerate(zip(moments, roles, strict=True)):
        if role is Role.nothing:
            pass
        elif role is Role.stop and active:
            active, stopped_at = False, moment.at
        elif role is Role.split and active:
            cycles.append(_Cycle([], []))
        elif role is Role.start and not active:
            what = _on_start(kind, moment, stopped_at, terms)
            active = what is not ReopenRule.final
            if what is ReopenRule.new_cycle:
                cycles.append(_Cycle([], []))
        if active:
            end = moments[place + 1].at if place + 1 < len(moments) else now
            cycles[-1].moments.append(moment)
            cycles[-1].ends.append(end)
    if cycles and active:
        cycles[-1] = _Cycle(cycles[-1].moments, cycles[-1].ends, is_open=True)
    return cycles


def _roles(kind: MilestoneKind, moments: Sequence[Moment]) -> list[Role]:
    """The role of each fact, with the two rules that look back in the history."""
    table = roles_of(kind)
    roles = [table[moment.fact] for moment in moments]
    if kind is MilestoneKind.next_response:
        answered = _first(moments, RESPONSES)
        for place, role in enumerate(roles):
            if role is Role.start and place < answered:
                roles[place] = Role.nothing
    if kind is MilestoneKind.post_mortem:
        ended = _first(moments, CASE_ENDS)
        for place, role in enumerate(roles):
            if role is Role.start and place != ended:
                roles[place] = Role.nothing
    return roles


def _first(moments: Sequence[Moment], facts: tuple[EventKind, ...]) -> int:
    """Place of the first of these facts; the number of moments where there is none."""
    places = (place for place, moment in enumerate(moments) if moment.fact in facts)
    return next(places, len(moments))


def _on_start(kind: MilestoneKind, moment: Moment, stopped_at: int, terms: Terms) -> ReopenRule:
    """Whether a start begins a new cycle, resumes the last one, or is ignored."""
    if kind is not MilestoneKind.resolution or moment.fact is not EventKind.reopened:
        return ReopenRule.new_cycle
    reopen = terms.rules_of(moment.tier).reopen
    within = reopen.within.elapsed_seconds() * SECOND_US
    if reopen.rule is ReopenRule.resume and moment.at - stopped_at > within:
        return ReopenRule.new_cycle
    return reopen.rule


def _measured(kind: MilestoneKind, number: int, cycle: _Cycle, terms: Terms) -> Milestone | None:
    """The milestone of one cycle, or None where nothing is promised at its end."""
    targets = [terms.target(moment.tier, moment.severity, kind) for moment in cycle.moments]
    final, last = targets[-1], cycle.moments[-1]
    if final is None:
        return None
    rules = terms.rules_of(last.tier)
    hours = _hours(targets, rules)
    spans = [
        _span(kind, moment, end, target, held, terms)
        for moment, end, target, held in zip(cycle.moments, cycle.ends, targets, hours, strict=True)
    ]
    used = sum(span.used for span in spans)
    allowance = _allowance(final, targets, spans, rules)
    verdict = _verdict(cycle, spans[-1], used, allowance)
    return Milestone(
        kind=kind,
        cycle=number,
        promise_id=final.promise_id,
        tier=last.tier,
        severity=last.severity,
        hours=final.hours,
        started=spans[0].start,
        stopped=NEVER if cycle.is_open else spans[-1].end,
        used=used,
        allowance=allowance,
        due=_due(spans, allowance, verdict, terms),
        verdict=verdict,
        spans=tuple(spans),
    )


def _hours(targets: Sequence[PromisedTarget | None], rules: ClockRules) -> list[str]:
    """The hours that each span counts on. Where a span has no target, the hours before it hold;
    where there were none yet, the first that come."""
    stated = [target.hours if target else "" for target in targets]
    if rules.calendar_change is CalendarChangeRule.recompute_from_start:
        return [stated[-1]] * len(stated)
    held = next(hours for hours in stated if hours)
    filled = []
    for hours in stated:
        held = hours or held
        filled.append(held)
    return filled


def _span(
    kind: MilestoneKind,
    moment: Moment,
    end: int,
    target: PromisedTarget | None,
    hours: str,
    terms: Terms,
) -> Span:
    rules = terms.rules_of(moment.tier)
    state = _state(kind, moment, rules)
    used = terms.calendar(hours).open_micros(moment.at, end) if state == "running" else 0
    promise_id = target.promise_id if target else ""
    reason = moment.waiting_on if state == "paused" else ""
    return Span(moment.at, end, state, reason, hours, promise_id, used)


def _state(kind: MilestoneKind, moment: Moment, rules: ClockRules) -> str:
    if moment.before_triage and rules.starts is ClockStart.severity_set:
        return "before_triage"
    pause = rules.pauses.get(moment.waiting_on)
    if pause and kind in pause.stops and (moment.asked or not pause.needs_question):
        return "paused"
    return "running"


def _allowance(
    final: PromisedTarget,
    targets: Sequence[PromisedTarget | None],
    spans: Sequence[Span],
    rules: ClockRules,
) -> int:
    """The open time granted in all: used time is banked, never lost."""
    changes = [place for place in range(1, len(targets)) if targets[place] != targets[place - 1]]
    if not changes or rules.retarget is RetargetRule.from_original_start:
        return final.allowance_us
    banked = sum(span.used for span in spans[: changes[-1]])
    if rules.retarget is RetargetRule.from_change:
        return banked + final.allowance_us
    floor = rules.retarget_floor.elapsed_seconds() * SECOND_US
    return max(final.allowance_us, banked + floor)


def _verdict(cycle: _Cycle, last: Span, used: int, allowance: int) -> Verdict:
    """Met means elapsed open time `<=` target; a miss is a fact of time, stopped or not."""
    if used > allowance:
        return Verdict.missed
    if not cycle.is_open:
        return Verdict.met
    return Verdict.running if last.state == "running" else Verdict.paused


def _due(spans: Sequence[Span], allowance: int, verdict: Verdict, terms: Terms) -> int:
    """The first instant at which used time reaches the allowance (the closing edge, where it runs
    out at closing). A paused milestone has none until it resumes."""
    return _reached(spans, allowance, terms, goes_on=verdict is not Verdict.paused)


def reached_at(milestone: Milestone, used: int, terms: Terms) -> int:
    """The first instant at which the used time of a milestone came to so much, or will if nothing
    else happens; NEVER where it stopped before or is paused. `terms` are in the customer's zone."""
    goes_on = milestone.stopped == NEVER and milestone.spans[-1].state == "running"
    if used > milestone.used and not goes_on:
        return NEVER
    return _reached(milestone.spans, used, terms, goes_on=goes_on)


def _reached(spans: Sequence[Span], amount: int, terms: Terms, *, goes_on: bool) -> int:
    used = 0
    for span in spans:
        if span.used and used + span.used >= amount:
            return terms.calendar(span.hours).add_micros(span.start, amount - used)
        used += span.used
    if not goes_on:
        return NEVER
    return terms.calendar(spans[-1].hours).add_micros(spans[-1].end, amount - used)
