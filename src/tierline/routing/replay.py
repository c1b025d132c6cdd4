"""Routing, replayed over past cases: each is given out anew by the plan at the instant at which it
was opened, or waits in the queue until somebody may have it.

Nothing is drawn and nothing is smoothed: the choice, the queue with its floor and the load are
those that run every day. A case counts for the load of whoever got it here until it ended in truth.
"""

from __future__ import annotations

import heapq
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from tierline.calendars.calendar import calendar_for
from tierline.routing.choice import fits, may_keep, route
from tierline.routing.past import Given, PastCase, is_kept
from tierline.routing.queue import next_of

if TYPE_CHECKING:
    from tierline.routing.agent import Agent
    from tierline.routing.choice import Choice
    from tierline.routing.need import CaseNeed
    from tierline.routing.plan import Levels, Plan

_AFTER = timedelta(days=14)
"""So long after the last case the queue is looked at."""
_NEVER = datetime.max.replace(tzinfo=UTC)


def replayed(
    cases: Sequence[PastCase], people: Sequence[Agent], plan: Plan, *, until: datetime
) -> dict[str, Given]:
    """How the plan gives out these cases to these people, by case; none that happens after `until`
    does."""
    ordered = sorted(cases, key=lambda case: (case.need.opened_at, case.number))
    if not ordered:
        return {}
    end = min(until, ordered[-1].need.opened_at + _AFTER)
    desk = _Desk(people, plan, start=ordered[0].need.opened_at, end=end)
    for case in ordered:
        desk.pass_until(case.need.opened_at)
        desk.open(case)
    desk.pass_until(end)
    return desk.given


class _Desk:
    """The desk as it goes through the time of the cases."""

    def __init__(
        self, people: Sequence[Agent], plan: Plan, *, start: datetime, end: datetime
    ) -> None:
        self._people, self._plan = people, plan
        self._known = {agent.user: agent for agent in people}
        self._begins = beginnings(people, start, end)
        self._now = start
        self._load: Counter[str] = Counter()
        self._ends: list[tuple[datetime, str]] = []
        self._waiting: dict[str, PastCase] = {}
        self._fit: dict[object, tuple[Agent, ...]] = {}
        self._picks = 0
        self.given: dict[str, Given] = {}

    def open(self, case: PastCase) -> None:
        """A case is opened now."""
        choice = self._choose(case, on_call=case.on_call)
        self.given[case.need.case] = Given(reason=choice.reason, missing=choice.missing)
        if choice.user is None:
            self._waiting[case.need.case] = case
        else:
            self._give(case, choice.user, choice)

    def pass_until(self, until: datetime) -> None:
        """Time passes: work ends, people come, and what waits is given out."""
        while self._waiting and (at := self._next_chance()) <= until:
            self._arrive(at)
            self._give_out()
        self._arrive(until)

    def _next_chance(self) -> datetime:
        """When somebody may have room or be there next."""
        place = bisect_right(self._begins, self._now)
        begins = self._begins[place] if place < len(self._begins) else _NEVER
        return min(begins, self._ends[0][0]) if self._ends else begins

    def _arrive(self, at: datetime) -> None:
        self._now = at
        while self._ends and self._ends[0][0] <= at:
            self._load[heapq.heappop(self._ends)[1]] -= 1

    def _give_out(self) -> None:
        """As the queue is worked off every day; cases that nobody can have now are not asked."""
        for case in [*self._waiting.values()]:
            if case.ended_at is not None and case.ended_at <= self._now:
                del self._waiting[case.need.case]
        there = {agent.user for agent in self._people if self._is_free(agent)}
        left = {
            key: case
            for key, case in self._waiting.items()
            if any(agent.user in there for agent in self._fitting(case.need))
        }
        while left:
            needs = [case.need for case in left.values()]
            number = next_of(needs, self._picks, self._plan.oldest_first_percent).case
            case = left.pop(number)
            choice = self._choose(case)
            if choice.user is not None:
                del self._waiting[number]
                self._picks += 1
                self._give(case, choice.user, choice)

    def _give(self, case: PastCase, user: str, choice: Choice) -> None:
        need, agent = case.need, self._known[user]
        levels = self._levels(need)
        self.given[need.case] = replace(
            self.given[need.case],
            user=user,
            at=self._now,
            right_at=self._now if may_keep(need, agent, levels) else None,
            is_too_senior=is_kept(need, agent, levels),
            reason=choice.reason,
        )
        self._load[user] += 1
        if case.ended_at is not None:
            heapq.heappush(self._ends, (max(case.ended_at, self._now), user))

    def _choose(self, case: PastCase, *, on_call: Collection[str] = ()) -> Choice:
        return route(
            case.need,
            self._people,
            self._load,
            levels=self._levels(case.need),
            now=self._now,
            on_call=on_call,
        )

    def _levels(self, need: CaseNeed) -> Levels:
        return self._plan.levels(need.tier, need.severity)

    def _fitting(self, need: CaseNeed) -> tuple[Agent, ...]:
        """Who may have such cases at all, worked out once for each kind."""
        key = need.tier, need.severity, need.skills, need.account
        if key not in self._fit:
            levels = self._levels(need)
            self._fit[key] = tuple(a for a in self._people if fits(need, a, levels))
        return self._fit[key]

    def _is_free(self, agent: Agent) -> bool:
        return self._load[agent.user] < agent.capacity and agent.is_at_work(self._now)


def beginnings(people: Sequence[Agent], start: datetime, end: datetime) -> list[datetime]:
    """Every instant at which somebody begins to work, in order."""
    found: set[datetime] = set()
    for hours in {agent.hours for agent in people if not agent.hours.always_open}:
        found.update(opens for opens, _ in calendar_for(hours).periods(start, until=end))
    return sorted(found)
