"""What a replay of routing comes to: how many reached the right hands in time, how many did not and
what that cost, as it was and as the plan would have it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import median_low
from typing import TYPE_CHECKING

from tierline.routing.past import Given, PastCase, as_it_was
from tierline.routing.replay import replayed

if TYPE_CHECKING:
    from datetime import datetime

    from tierline.routing.agent import Agent
    from tierline.routing.plan import Levels, Plan

WORST_SEVERITIES = 2
"""So many of the worst severities of the highest tier are asked about first."""
Pair = tuple[PastCase, Given]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Of so many `cases`: how many came into the right hands, and of these in time; how many came
    to somebody else first, and how long these took from there to the right hands; how many came to
    somebody whom the plan keeps for others. Lengths in seconds; the median is the lower of two."""

    cases: int
    with_reason: int
    reached: int
    in_time: int
    median_seconds: int | None
    """From the opening to the right hands, of those that came there."""
    misrouted: int
    never_right: int
    """Of the misrouted: those that came into the right hands never."""
    lost_seconds: int
    lost_median_seconds: int | None
    too_senior: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A severity of a tier, and which levels answer it."""

    tier: str
    severity: str
    levels: Levels
    was: Counts
    plan: Counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """What was looked for in vain when a case was opened, and for how many; of those that were
    given out later the wait in the middle, and how many never were."""

    words: str
    cases: int
    never_given: int
    median_seconds: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingReplay:
    """The whole: `first` is about the worst severities of the highest tier (`tier`), `others` about
    the lowest; `late` are those of `first` that the plan does not bring to the right hands in
    time."""

    tier: str
    severities: tuple[str, ...]
    lowest_tier: str
    was: Counts
    plan: Counts
    first_was: Counts
    first_plan: Counts
    lowest_was: Counts
    lowest_plan: Counts
    rows: tuple[Row, ...]
    missing: tuple[Missing, ...]
    late: tuple[Pair, ...]


def routing_replay(
    cases: Sequence[PastCase], people: Sequence[Agent], plan: Plan, *, until: datetime
) -> RoutingReplay:
    """Past cases as they were given out, beside how the plan gives them out."""
    known = {agent.user: agent for agent in people}
    anew = replayed(cases, people, plan, until=until)
    was = [
        (case, as_it_was(case, known, plan.levels(case.need.tier, case.need.severity)))
        for case in cases
    ]
    planned = [(case, anew[case.need.case]) for case in cases]
    top, low = _ends_of_ladder(cases)
    rows = _rows(was, planned, plan)
    first_planned = [pair for pair in planned if _is_first(pair[0], top)]
    return RoutingReplay(
        tier=top,
        severities=tuple(sorted({case.need.severity for case, _ in first_planned})),
        lowest_tier=low,
        was=counted(was),
        plan=counted(planned),
        first_was=counted([pair for pair in was if _is_first(pair[0], top)]),
        first_plan=counted(first_planned),
        lowest_was=counted([pair for pair in was if pair[0].need.tier == low]),
        lowest_plan=counted([pair for pair in planned if pair[0].need.tier == low]),
        rows=rows,
        missing=_missing(planned),
        late=tuple(pair for pair in first_planned if not pair[1].is_in_time(pair[0].need)),
    )


def counted(pairs: Sequence[Pair]) -> Counts:
    """What these come to."""
    waits = [_length(case, given) for case, given in pairs if given.right_at is not None]
    misrouted = [given for _, given in pairs if given.is_misrouted]
    lost = [
        int((given.right_at - given.at) / timedelta(seconds=1))
        for given in misrouted
        if given.right_at is not None and given.at is not None
    ]
    return Counts(
        cases=len(pairs),
        with_reason=sum(bool(given.reason) for _, given in pairs),
        reached=len(waits),
        in_time=sum(given.is_in_time(case.need) for case, given in pairs),
        median_seconds=median_low(waits) if waits else None,
        misrouted=len(misrouted),
        never_right=len(misrouted) - len(lost),
        lost_seconds=sum(lost),
        lost_median_seconds=median_low(lost) if lost else None,
        too_senior=sum(given.is_too_senior for _, given in pairs),
    )


def _ends_of_ladder(cases: Sequence[PastCase]) -> tuple[str, str]:
    """The highest and the lowest tier; of several at one height the one with most cases."""
    held = Counter(case.need.tier for case in cases if case.need.tier_rank >= 0)
    ranks = {case.need.tier: case.need.tier_rank for case in cases}
    top = max(held, key=lambda tier: (ranks[tier], held[tier], tier), default="")
    return top, min(held, key=lambda tier: (ranks[tier], -held[tier], tier), default="")


def _is_first(case: PastCase, tier: str) -> bool:
    return case.need.tier == tier and case.need.severity_rank < WORST_SEVERITIES


def _length(case: PastCase, given: Given) -> int:
    assert given.right_at is not None  # noqa: S101 - asked of those alone
    return int((given.right_at - case.need.opened_at) / timedelta(seconds=1))


def _rows(was: Sequence[Pair], planned: Sequence[Pair], plan: Plan) -> tuple[Row, ...]:
    sides: dict[tuple[int, str, int, str], tuple[list[Pair], list[Pair]]] = {}
    for side, pairs in enumerate((was, planned)):
        for pair in pairs:
            need = pair[0].need
            key = -need.tier_rank, need.tier, need.severity_rank, need.severity
            sides.setdefault(key, ([], []))[side].append(pair)
    return tuple(
        Row(
            tier=tier,
            severity=severity,
            levels=plan.levels(tier, severity),
            was=counted(sides[key][0]),
            plan=counted(sides[key][1]),
        )
        for key in sorted(sides)
        for _, tier, _, severity in [key]
    )


def _missing(planned: Sequence[Pair]) -> tuple[Missing, ...]:
    waiting: dict[str, list[Pair]] = {}
    for case, given in planned:
        for words in given.missing:
            waiting.setdefault(words, []).append((case, given))
    ordered = sorted(waiting.items(), key=lambda each: (-len(each[1]), each[0]))
    return tuple(_missed(words, pairs) for words, pairs in ordered)


def _missed(words: str, pairs: Sequence[Pair]) -> Missing:
    waits = [
        int((given.at - case.need.opened_at) / timedelta(seconds=1))
        for case, given in pairs
        if given.at is not None
    ]
    return Missing(
        words=words,
        cases=len(pairs),
        never_given=len(pairs) - len(waits),
        median_seconds=median_low(waits) if waits else None,
    )
