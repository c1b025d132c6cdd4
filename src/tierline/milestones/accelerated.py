"""Accelerated responses: what an account is owed beside money after a missed commitment.

A case with a miss owes one, from the instant of its first miss and for as long as the terms say;
the next case of the account that comes to one of its severities meanwhile uses it. What was owed
stays owed where the miss turns out to be none (DESIGN.md, late facts).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum, auto
from typing import TYPE_CHECKING

from tierline.cases.event import EventKind
from tierline.catalog.statement import MilestoneKind
from tierline.kernel.instants import from_micros, to_micros
from tierline.milestones.fold import reached_at
from tierline.milestones.signals import BREACH

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from tierline.cases.case import Case
    from tierline.milestones.fold import Milestone
    from tierline.milestones.signals import SignalKey
    from tierline.milestones.terms import Terms

_SEVERITIES = (EventKind.opened, EventKind.severity_set, EventKind.severity_changed)


class ResponseState(StrEnum):
    """What has become of an accelerated response."""

    owed = auto()
    used = auto()
    lapsed = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceleratedResponse:
    """One that is owed. `case` (called `number`) missed `milestone` at `owed_at`; a case of one of
    the `severities` uses it before `until`: `used_for`, which came to its severity at `used_at`."""

    case: str
    number: int
    account: str
    milestone: MilestoneKind
    promise_id: str
    severities: tuple[str, ...]
    owed_at: datetime
    until: datetime
    used_for: str | None = None
    used_at: datetime | None = None

    def state_at(self, now: datetime) -> ResponseState:
        """It lapses at the instant at which its time is over."""
        if self.used_for is not None:
            return ResponseState.used
        return ResponseState.lapsed if now >= self.until else ResponseState.owed


def owed_by(
    case: Case,
    milestones: Iterable[Milestone],
    terms: Terms,
    now: datetime,
    told: Container[SignalKey] = (),
) -> AcceleratedResponse | None:
    """What the first miss of a case owes by now, of those that owe one and are not `told` yet; None
    where none does. What is told has been looked at, or was missed before the case was ours."""
    if case.account is None or not terms.accelerated:
        return None
    zoned, known = terms.in_zone(case.time_zone), to_micros(now)
    misses = []
    for each in milestones:
        target = zoned.target(each.tier, each.severity, each.kind)
        if target is not None and target.acceleration is not None:
            at = reached_at(each, each.allowance + 1, zoned)
            if at <= known and (each.kind.value, each.cycle, BREACH) not in told:
                misses.append((at, each.kind.value, each.cycle, target.acceleration, each))
    if not misses:
        return None
    at, _, _, owed, missed = min(misses, key=lambda miss: miss[:3])
    owed_at = from_micros(at)
    return AcceleratedResponse(
        case=case.id,
        number=case.number,
        account=case.account,
        milestone=missed.kind,
        promise_id=missed.promise_id,
        severities=owed.severities,
        owed_at=owed_at,
        until=owed_at + timedelta(days=owed.within_days),
    )


def next_for(
    owed: Iterable[AcceleratedResponse], case: Case
) -> list[tuple[AcceleratedResponse, datetime]]:
    """Those that a case may use, the one that lapses first at the front, each with the instant from
    which the case has stood at one of its severities without a break."""
    found = []
    for each in owed:
        since = _since(case, each.severities)
        if since is None or each.used_for is not None or each.case == case.id:
            continue
        if each.owed_at <= since < each.until:
            found.append((each, since))
    return sorted(found, key=lambda pair: (pair[0].until, pair[0].case))


def _since(case: Case, severities: tuple[str, ...]) -> datetime | None:
    since = None
    for event in case.in_time:
        if event.kind in _SEVERITIES:
            since = (since or event.at) if event.value in severities else None
    return since
