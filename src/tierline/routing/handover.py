"""Whether a case that somebody has goes to somebody else, and what the next one is told.

A case changes hands only for the better: to somebody who lacks less of what it needs. Whoever may
not see its data has it no more, whoever is there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum, auto
from typing import TYPE_CHECKING

from tierline.routing.choice import Bar, fits, lacks, lasting

if TYPE_CHECKING:
    from tierline.routing.agent import Agent
    from tierline.routing.choice import Choice
    from tierline.routing.need import CaseNeed
    from tierline.routing.plan import Levels

_LESS_SENIOR = "is less senior than somebody else who may have it"
"""Why whoever lacks nothing hands over a case that goes first from now on."""
_UNSEEN = frozenset({Bar.residency, Bar.clearance})


class Turn(StrEnum):
    """What becomes of a case whose holder lacks something that it needs."""

    stays = auto()
    goes = auto()
    waits = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Who has a case, and how it came to them. `known` is what they lacked already when they were
    given it by hand, or before it needed anything else: no cause to take it from them."""

    by: Agent
    is_by_hand: bool = False
    known: frozenset[str] = frozenset()


def turn_of(
    need: CaseNeed, held: Held, choice: Choice, people: Sequence[Agent], levels: Levels
) -> Turn:
    """What becomes of it. `choice` is who would get it now. It waits only where somebody fits who
    is not there yet; where nobody does, or it was given by hand, it stays where it is."""
    taker = next((each for each in people if each.user == choice.user), None)
    if not may_see(need, held.by, levels):
        return Turn.waits if taker is None else Turn.goes
    if held.is_by_hand and held.known.issuperset(lacks(need, held.by, levels).values()):
        return Turn.stays
    if taker is not None:
        return Turn.goes if lacks_less(need, taker, held.by, levels) else Turn.stays
    if held.is_by_hand:
        return Turn.stays
    return Turn.waits if any(fits(need, each, levels) for each in people) else Turn.stays


def may_see(need: CaseNeed, agent: Agent, levels: Levels) -> bool:
    """Whether they may see the data of the case."""
    return _UNSEEN.isdisjoint(dict(lasting(need, agent, levels)))


def lacks_less(need: CaseNeed, one: Agent, other: Agent, levels: Levels) -> bool:
    """Whether the one is better for the case than the other, and in nothing worse."""
    pairs = list(zip(_shortfall(need, one, levels), _shortfall(need, other, levels), strict=True))
    return all(mine <= theirs for mine, theirs in pairs) and any(
        mine < theirs for mine, theirs in pairs
    )


def _shortfall(need: CaseNeed, agent: Agent, levels: Levels) -> tuple[int, ...]:
    found = lacks(need, agent, levels)
    return (
        len(need.skills - agent.skills),
        max(levels.lowest - agent.level, 0),
        *(bar in found for bar in (Bar.residency, Bar.clearance, Bar.engineer, Bar.pod)),
    )


def skills_nobody_has(need: CaseNeed, people: Sequence[Agent], levels: Levels) -> tuple[str, ...]:
    """The skills that the case needs, and nobody has who may see its data."""
    known = frozenset[str]().union(
        *(agent.skills for agent in people if may_see(need, agent, levels))
    )
    return tuple(sorted(need.skills - known))


def unknown_skills(skills: frozenset[str], people: Sequence[Agent]) -> tuple[str, ...]:
    """Those of these skills that no agent has."""
    return tuple(sorted(skills - known_skills(people)))


def known_skills(people: Sequence[Agent]) -> frozenset[str]:
    """Every skill that some agent has."""
    return frozenset[str]().union(*(agent.skills for agent in people))


def unknown_words(unknown: Sequence[str], people: Sequence[Agent]) -> str:
    """That no agent has these skills, and which there are."""
    known = ", ".join(sorted(known_skills(people))) or "none: no agent has a skill yet"
    noun = "skill" if len(unknown) == 1 else "skills"
    return f"No agent has the {noun} {', '.join(unknown)}. Known are: {known}."


def summary_of(need: CaseNeed, holder: Agent, choice: Choice, levels: Levels) -> str:
    """What the next one is told of why they have it."""
    done = "Put back into the queue" if choice.user is None else "Handed over"
    return (
        f"{done} by the machine: whoever had it {cause_of(need, holder, levels)}. {choice.reason}"
    )


def cause_of(need: CaseNeed, holder: Agent, levels: Levels) -> str:
    """Why whoever has a case may not keep it."""
    return "; ".join(lacks(need, holder, levels).values()) or _LESS_SENIOR


def is_more_senior(choice: Choice, held: Held, people: Sequence[Agent]) -> bool:
    """Whether a case that goes first from now on, and whose holder lacks nothing, goes to somebody
    all the same: to whoever is more senior, unless it was given by hand."""
    taker = next((each for each in people if each.user == choice.user), None)
    return taker is not None and taker.level > held.by.level and not held.is_by_hand
