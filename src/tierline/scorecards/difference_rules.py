"""The rules that an old tool may have otherwise: each as a change of a case or of its terms."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from enum import StrEnum, auto
from typing import TYPE_CHECKING

from tierline.calendars.business_hours import ALWAYS_OPEN
from tierline.cases.event import CaseEvent, EventKind
from tierline.cases.history import CaseHistory
from tierline.catalog.clock_rules import ClockStart, Pause, Reopen, ReopenRule, RetargetRule
from tierline.kernel.durations import Duration
from tierline.milestones.terms import Terms

if TYPE_CHECKING:
    from tierline.catalog.statement import MilestoneKind

World = tuple[CaseHistory, Terms]
Change = Callable[[CaseHistory, Terms], World]
"""A case and its terms, with one rule as the old tool may have it."""
_EVER = Duration(days=36_500)


class Reason(StrEnum):
    """What the old tool did otherwise. Where two explain as much, the first is believed."""

    target = auto()
    """It held the case to another target, which the export states."""
    rounding = auto()
    """It counts whole minutes, and the time used is within one of the target."""
    time_zone = auto()
    """It reads its hours in the time zone of UTC."""
    hours = auto()
    """It counts every hour of the week."""
    holidays = auto()
    """It knows no holidays."""
    pause_not_counted = auto()
    """Its clock ran on while the case waited."""
    pause_counted = auto()
    """Its clock stood still in every wait, whoever was waited for, with or without a question."""
    reopened = auto()
    """It judges the first end alone, or all of a reopened case's time."""
    severity = auto()
    """It judges by the last severity from the beginning, or by the first one to the end."""
    retarget = auto()
    """It starts the clock anew where the target changes."""
    triage = auto()
    """Its clock starts at triage, or ours does and its own does not."""
    end = auto()
    """Its clock stops at the closing, and not at the resolution."""
    unexplained = auto()


def changes_of(
    history: CaseHistory, kind: MilestoneKind, target_us: int | None
) -> Iterator[tuple[Reason, list[Change]]]:
    """What may have been otherwise, by reason; only what can make a difference to this case."""
    kinds = {event.kind for event in history.events}
    if target_us is not None:
        yield Reason.target, [_with_target(kind, target_us)]
    yield Reason.time_zone, [_in_utc]
    yield Reason.hours, [_always_open]
    yield Reason.holidays, [_without_holidays]
    if kinds & {EventKind.paused, EventKind.paused_without_question}:
        yield Reason.pause_not_counted, [_without_pauses]
        yield Reason.pause_counted, [_with_every_pause(kind)]
    if EventKind.reopened in kinds:
        rules = (ReopenRule.final, ReopenRule.resume)
        yield Reason.reopened, [_first_end, *(_reopening(rule) for rule in rules)]
    if EventKind.severity_changed in kinds or EventKind.severity_set in kinds:
        yield Reason.severity, [_severity_of(-1), _severity_of(0)]
        yield Reason.retarget, [_restarting]
    if EventKind.severity_set in kinds:
        yield Reason.triage, [_starting(start) for start in ClockStart]
    if EventKind.closed in kinds and EventKind.resolved in kinds:
        yield Reason.end, [_ending_at_close]


def with_target(terms: Terms, kind: MilestoneKind, target_us: int) -> Terms:
    """The same terms with one length for every target of a kind."""
    targets = {
        key: replace(target, allowance_us=target_us) if key[2] is kind else target
        for key, target in terms.targets.items()
    }
    return replace(terms, targets=targets)


def _with_target(kind: MilestoneKind, target_us: int) -> Change:
    return lambda history, terms: (history, with_target(terms, kind, target_us))


def _in_utc(history: CaseHistory, terms: Terms) -> World:
    hours = {key: replace(stated, time_zone="UTC") for key, stated in terms.hours.items()}
    return history, replace(terms, hours=hours, local_hours=frozenset())


def _always_open(history: CaseHistory, terms: Terms) -> World:
    return history, replace(terms, hours=dict.fromkeys(terms.hours, ALWAYS_OPEN))


def _without_holidays(history: CaseHistory, terms: Terms) -> World:
    hours = {
        key: replace(
            stated,
            holidays=(),
            recurring_holidays=(),
            country=None,
            subdivision=None,
            public_holidays=None,
        )
        for key, stated in terms.hours.items()
    }
    return history, replace(terms, hours=hours)


def _without_pauses(history: CaseHistory, terms: Terms) -> World:
    rules = {tier: each.model_copy(update={"pauses": {}}) for tier, each in terms.rules.items()}
    return history, replace(terms, rules=rules)


def _with_every_pause(kind: MilestoneKind) -> Change:
    def change(history: CaseHistory, terms: Terms) -> World:
        waits = (EventKind.paused, EventKind.paused_without_question)
        reasons = {event.value for event in history.events if event.kind in waits}
        pauses = {reason: Pause(name=reason or "wait", stops=(kind,)) for reason in reasons}
        rules = {
            tier: each.model_copy(update={"pauses": {**each.pauses, **pauses}})
            for tier, each in terms.rules.items()
        }
        return history, replace(terms, rules=rules)

    return change


def _reopening(rule: ReopenRule) -> Change:
    def change(history: CaseHistory, terms: Terms) -> World:
        reopen = Reopen(rule=rule, within=_EVER)
        rules = {
            tier: each.model_copy(update={"reopen": reopen}) for tier, each in terms.rules.items()
        }
        return history, replace(terms, rules=rules)

    return change


def _first_end(history: CaseHistory, terms: Terms) -> World:
    """As if it had never been opened again."""
    events = history.events
    place = next(at for at, event in enumerate(events) if event.kind is EventKind.reopened)
    return replace(history, events=events[:place]), terms


def _restarting(history: CaseHistory, terms: Terms) -> World:
    update = {"retarget": RetargetRule.from_change}
    return history, replace(
        terms, rules={tier: each.model_copy(update=update) for tier, each in terms.rules.items()}
    )


def _severity_of(place: int) -> Change:
    kinds = (EventKind.opened, EventKind.severity_set, EventKind.severity_changed)

    def change(history: CaseHistory, terms: Terms) -> World:
        severity = [event.value for event in history.events if event.kind in kinds][place]
        events = tuple(
            replace(event, value=severity) if event.kind in kinds else event
            for event in history.events
        )
        return replace(history, events=events), terms

    return change


def _starting(start: ClockStart) -> Change:
    def change(history: CaseHistory, terms: Terms) -> World:
        rules = {
            tier: each.model_copy(update={"starts": start}) for tier, each in terms.rules.items()
        }
        return history, replace(terms, rules=rules)

    return change


def _ending_at_close(history: CaseHistory, terms: Terms) -> World:
    """The resolution is no end; the closing is."""
    events: list[CaseEvent] = []
    for event in history.events:
        if event.kind is EventKind.resolved:
            continue
        is_end = event.kind is EventKind.closed
        events.append(replace(event, kind=EventKind.resolved) if is_end else event)
    return replace(history, events=tuple(events)), terms
