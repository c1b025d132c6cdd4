"""How the leads of subjects came to cases of the worst severity: whether one was there within the
first hour, and how long a call took to be answered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from tierline.kernel.errors import Invalid
from tierline.routing.call_in import CallIn
from tierline.scorecards.experience import Share
from tierline.scorecards.intervals import WEAK_BELOW

FIRST_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorstCase:
    """A case of the worst severity, from `worst_at` on. `domain` is the one that was called in, or
    that it belongs to (empty: none); `had_at` when somebody first had it who leads such a domain
    for its tier, or is the deputy."""

    case: str
    number: int
    tier: str
    domain: str
    worst_at: datetime
    calls: tuple[CallIn, ...] = ()
    had_at: datetime | None = None

    @property
    def expert_at(self) -> datetime | None:
        """When the first of them was there: called in, or because the case was theirs."""
        came = (each.arrived.at for each in self.calls if each.arrived is not None)
        return min((at for at in (*came, self.had_at) if at is not None), default=None)

    @property
    def is_in_time(self) -> bool:
        """Whether that was within the first hour."""
        return self.expert_at is not None and self.expert_at - self.worst_at <= FIRST_HOUR

    def is_decided(self, as_of: datetime) -> bool:
        """Whether nothing can change it: somebody was there in time, or the hour is over."""
        return self.is_in_time or as_of - self.worst_at > FIRST_HOUR


@dataclass(frozen=True, slots=True, kw_only=True)
class Took:
    """How long it took, of those to whom it happened: the median in seconds, by nearest rank."""

    of: int
    median_seconds: int | None

    @property
    def is_weak(self) -> bool:
        """Whether it rests on too few."""
        return self.of < WEAK_BELOW


@dataclass(frozen=True, slots=True, kw_only=True)
class CallInScore:
    """A tier, or a domain. `in_first_hour` is of the cases that are decided; `calls` are those in
    which somebody was asked, `unanswered` of them those to which nobody has said that they come,
    called off or not."""

    group: str
    cases: int
    in_first_hour: Share
    calls: int
    unanswered: int
    answered: Took
    arrived: Took


BY: Mapping[str, Callable[[WorstCase], str]] = MappingProxyType(
    {"tier": lambda case: case.tier, "domain": lambda case: case.domain}
)
"""By what they are counted."""


def call_in_scores(cases: Sequence[WorstCase], by: str, as_of: datetime) -> tuple[CallInScore, ...]:
    """By tier or domain, in the order of their names. Raises Invalid."""
    group_of = BY.get(by)
    if group_of is None:
        raise Invalid(f"State one of: {', '.join(BY)}.", code="unknown_group")
    groups: dict[str, list[WorstCase]] = {}
    for each in cases:
        groups.setdefault(group_of(each), []).append(each)
    return tuple(call_in_score(group, groups[group], as_of) for group in sorted(groups))


def call_in_score(group: str, cases: Sequence[WorstCase], as_of: datetime) -> CallInScore:
    """All of these cases together."""
    decided = [each for each in cases if each.is_decided(as_of)]
    calls = [call for each in cases for call in each.calls if call.asked]
    return CallInScore(
        group=group,
        cases=len(cases),
        in_first_hour=Share(sum(each.is_in_time for each in decided), len(decided)),
        calls=len(calls),
        unanswered=sum(call.acknowledged_at is None for call in calls),
        answered=_took(
            call.acknowledged_at - call.called_at
            for call in calls
            if call.acknowledged_at is not None
        ),
        arrived=_took(
            call.arrived.at - call.called_at for call in calls if call.arrived is not None
        ),
    )


def _took(lengths: Iterable[timedelta]) -> Took:
    ordered = sorted(int(each.total_seconds()) for each in lengths)
    median = ordered[(len(ordered) - 1) // 2] if ordered else None
    return Took(of=len(ordered), median_seconds=median)
