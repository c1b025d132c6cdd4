"""A past case as it was given to people, and as the plan would give it: who, when, and whether that
was the right one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from tierline.routing.choice import may_keep

if TYPE_CHECKING:
    from tierline.routing.agent import Agent
    from tierline.routing.assignment import Assignment
    from tierline.routing.need import CaseNeed
    from tierline.routing.plan import Levels


@dataclass(frozen=True, slots=True, kw_only=True)
class PastCase:
    """A case as it stood when it was opened, but for the skills that it turned out to need.
    `need.due_at` is when it should be in the right hands; `ended_at` is None while it is open;
    `on_call` are those who were called for it; `trail` is how it went from hand to hand."""

    need: CaseNeed
    number: int
    ended_at: datetime | None = None
    on_call: Collection[str] = frozenset()
    trail: tuple[Assignment, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """How a case came into hands: first, and into those of somebody whose level and skills suffice
    (`right_at`). `missing` is what was looked for in vain at first; `is_too_senior`: somebody had
    it whom the plan keeps for other cases."""

    user: str | None = None
    at: datetime | None = None
    right_at: datetime | None = None
    is_too_senior: bool = False
    reason: str = ""
    missing: tuple[str, ...] = ()

    @property
    def is_misrouted(self) -> bool:
        """Whether whoever had it first could not have gone on with it."""
        return self.at is not None and self.right_at != self.at

    def is_in_time(self, need: CaseNeed) -> bool:
        """Whether it was in the right hands before that was due; where nothing is, at any time."""
        if self.right_at is None:
            return False
        return need.due_at is None or self.right_at <= need.due_at


def as_it_was(case: PastCase, people: Mapping[str, Agent], levels: Levels) -> Given:
    """How it went by its trail. `people` are agents by user: whoever is none is not the right one,
    because nobody recorded what they know."""
    held = [step for step in case.trail if step.user is not None]
    if not held:
        reason = case.trail[0].reason if case.trail else ""
        return Given(reason=reason)
    agents = [people.get(step.user or "") for step in held]
    right = (
        step.at
        for step, agent in zip(held, agents, strict=True)
        if agent is not None and may_keep(case.need, agent, levels)
    )
    return Given(
        user=held[0].user,
        at=held[0].at,
        right_at=next(right, None),
        is_too_senior=any(is_kept(case.need, agent, levels) for agent in agents if agent),
        reason=held[0].reason,
    )


def is_kept(need: CaseNeed, agent: Agent, levels: Levels) -> bool:
    """Whether the plan keeps somebody for other cases than this one."""
    engineers = need.account.engineers if need.account else frozenset()
    return agent.level > levels.highest and agent.user not in engineers
