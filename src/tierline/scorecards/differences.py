"""Why an old tool judged otherwise: each case whose verdicts differ is judged again as the old tool
may have judged it, one rule changed at a time, and what then gives its verdict is the reason.

A reason is what would explain a difference, no proof that the old tool worked so. Where several
would, the first in the order of `Reason` counts and the others stand beside it; where none does
alone, two together are tried; what is left is unexplained.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum, auto
from itertools import combinations
from typing import TYPE_CHECKING

from tierline.calendars.business_hours import ALWAYS_OPEN
from tierline.cases.event import CaseEvent, EventKind
from tierline.cases.history import CaseHistory
from tierline.catalog.clock_rules import ClockStart, Pause, Reopen, ReopenRule, RetargetRule
from tierline.catalog.statement import MilestoneKind
from tierline.kernel.durations import Duration
from tierline.kernel.instants import SECOND_US
from tierline.milestones.fold import Milestone, milestones_of
from tierline.milestones.table import NEVER, Verdict
from tierline.milestones.terms import Terms

if TYPE_CHECKING:
    from datetime import datetime

World = tuple[CaseHistory, Terms]
Change = Callable[[CaseHistory, Terms], World]
"""A case and its terms, with one rule as the old tool may have it."""
_MINUTE_US = 60 * SECOND_US


class Reason(StrEnum):
    """What the old tool did otherwise. The order is that in which they are believed."""

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


@dataclass(frozen=True, slots=True)
class OldVerdict:
    """What an old tool said of a milestone kind of a case."""

    is_met: bool
    target_us: int | None = None
    """The target it names; None where it names none."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A case that the old tool judged otherwise. Lengths are microseconds of open time."""

    case: str
    kind: MilestoneKind
    is_met: bool
    """As we judge it."""
    used: int
    allowance: int
    due: int
    reasons: tuple[Reason, ...]
    """The first is the one that counts; of a pair both do."""
    is_pair: bool
    """Whether it takes the first two reasons together."""
    others: tuple[Reason, ...]
    """What would explain it as well."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A case with both verdicts."""

    history: CaseHistory
    kind: MilestoneKind
    terms: Terms
    old: OldVerdict


@dataclass(frozen=True, slots=True)
class KindComparison:
    """Both verdicts of one kind, counted by case."""

    kind: MilestoneKind
    both_met: int = 0
    both_missed: int = 0
    only_ours_missed: int = 0
    only_theirs_missed: int = 0
    undecided: int = 0
    """Of which the old tool has a verdict and we have none: open, or not promised."""

    @property
    def compared(self) -> int:
        """Cases that both sides have decided."""
        return self.both_met + self.both_missed + self.only_ours_missed + self.only_theirs_missed

    @property
    def agreeing(self) -> int:
        """Cases with the same verdict."""
        return self.both_met + self.both_missed


@dataclass(frozen=True)
class Comparison:
    """All verdicts of an old tool beside ours."""

    kinds: tuple[KindComparison, ...]
    differences: tuple[Difference, ...]

    def by_reason(self) -> dict[str, list[str]]:
        """Cases by reason, the most frequent first; a pair is named with a plus."""
        found: dict[str, list[str]] = {}
        for each in self.differences:
            name = " + ".join(each.reasons[:2]) if each.is_pair else each.reasons[0].value
            found.setdefault(name, []).append(each.case)
        return dict(sorted(found.items(), key=lambda entry: (-len(entry[1]), entry[0])))


def compared(cases: Sequence[Judged], as_of: datetime) -> Comparison:
    """Judge every case and explain each difference."""
    counts: dict[MilestoneKind, Counter[str]] = {}
    differences = []
    for case in cases:
        count = counts.setdefault(case.kind, Counter())
        milestone = _worst(case.history, case.kind, case.terms, as_of)
        ours = None if milestone is None else _is_met(milestone)
        if milestone is None or ours is None:
            count["undecided"] += 1
            continue
        count[_cell(ours, theirs=case.old.is_met)] += 1
        if ours is not case.old.is_met:
            differences.append(explained(case, milestone, as_of))
    kinds = tuple(
        KindComparison(kind, **dict(counts[kind])) for kind in MilestoneKind if kind in counts
    )
    return Comparison(kinds, tuple(differences))


def explained(case: Judged, milestone: Milestone, as_of: datetime) -> Difference:
    """Why one case was judged otherwise."""
    changes = dict(_changes(case))
    alone = [
        reason
        for reason, variants in changes.items()
        if any(_gives(case, [variant], as_of) for variant in variants)
    ]
    if _is_near(milestone, case.old):
        alone.append(Reason.rounding)
    alone.sort(key=list(Reason).index)
    pair: tuple[Reason, ...] = ()
    if not alone:
        pair = _pair(case, changes, as_of)
    reasons = tuple(alone[:1]) or pair or (Reason.unexplained,)
    return Difference(
        case=case.history.case_id,
        kind=case.kind,
        is_met=not case.old.is_met,
        used=milestone.used,
        allowance=milestone.allowance,
        due=milestone.due,
        reasons=reasons,
        is_pair=bool(pair),
        others=tuple(alone[1:]),
    )


# one rule changed --------------------------------------------------------------------------------


def _changes(case: Judged) -> Iterator[tuple[Reason, list[Change]]]:
    """What may have been otherwise, by reason; only what can make a difference to this case."""
    kinds = {event.kind for event in case.history.events}
    if case.old.target_us is not None:
        yield Reason.target, [_with_target(case.kind, case.old.target_us)]
    yield Reason.time_zone, [_in_utc]
    yield Reason.hours, [_always_open]
    yield Reason.holidays, [_without_holidays]
    if kinds & {EventKind.paused, EventKind.paused_without_question}:
        yield Reason.pause_not_counted, [_without_pauses]
        yield Reason.pause_counted, [_with_every_pause(case.kind)]
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
        reopen = Reopen(rule=rule, within=Duration(days=36_500))
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


def _pair(
    case: Judged,
    changes: Mapping[Reason, Sequence[Change]],
    as_of: datetime,
) -> tuple[Reason, ...]:
    """Two reasons that together give the old verdict."""
    for one, other in combinations(sorted(changes, key=list(Reason).index), 2):
        for first in changes[one]:
            for second in changes[other]:
                if _gives(case, [first, second], as_of):
                    return one, other
    return ()


def _gives(case: Judged, variants: Sequence[Change], as_of: datetime) -> bool:
    history, terms = case.history, case.terms
    for variant in variants:
        history, terms = variant(history, terms)
    milestone = _worst(history, case.kind, terms, as_of)
    return milestone is not None and _is_met(milestone) is case.old.is_met


def _is_near(milestone: Milestone, old: OldVerdict) -> bool:
    """Whether cutting or rounding to whole minutes changes sides."""
    over = milestone.used - milestone.allowance
    return -_MINUTE_US < over <= 0 if not old.is_met else 0 < over < _MINUTE_US


# verdicts ----------------------------------------------------------------------------------------


def _worst(
    history: CaseHistory, kind: MilestoneKind, terms: Terms, as_of: datetime
) -> Milestone | None:
    """The milestone that decides a kind: a missed one where there is one, else the last."""
    found = [each for each in milestones_of(history, terms, as_of) if each.kind is kind]
    missed = [each for each in found if each.verdict is Verdict.missed]
    return (missed or found)[-1] if found else None


def _is_met(milestone: Milestone) -> bool | None:
    if milestone.verdict is Verdict.missed:
        return False
    return True if milestone.stopped != NEVER else None


def _cell(ours: bool, *, theirs: bool) -> str:
    if ours is theirs:
        return "both_met" if ours else "both_missed"
    return "only_theirs_missed" if ours else "only_ours_missed"
