"""The choice: who gets a case, in words, and why each of the others does not.

Where data may be seen and who is cleared is never relaxed. Then: the named engineer, the pod,
skill and level, presence and room. The worst severity is never left: for it the rest is relaxed
step by step until somebody is found, and what was relaxed is said.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, auto

from tierline.routing.agent import LEVEL_NAMES, Agent
from tierline.routing.need import AccountNeed, CaseNeed
from tierline.routing.plan import Levels
from tierline.routing.stakes import is_much_at_stake, stakes_words


class Bar(StrEnum):
    """What stands between an agent and a case, in the order in which it is asked."""

    residency = auto()
    clearance = auto()
    engineer = auto()
    pod = auto()
    skill = auto()
    level = auto()
    kept = auto()
    """Kept for other cases: too senior for these by the plan."""
    absent = auto()
    off_work = auto()
    full = auto()


class Closeness(StrEnum):
    """How somebody stands to an account, the closest first."""

    engineer = auto()
    pod = auto()
    deputy = auto()
    """Stands in where neither a named engineer nor the pod is there."""


_RANKS = {each: place for place, each in enumerate((*Closeness, None))}
_STEPS: tuple[frozenset[Bar], ...] = (
    frozenset({Bar.full}),
    frozenset({Bar.full, Bar.kept}),
    frozenset({Bar.full, Bar.kept, Bar.level}),
    frozenset({Bar.full, Bar.kept, Bar.level, Bar.skill}),
    frozenset({Bar.full, Bar.kept, Bar.engineer, Bar.pod}),
    frozenset({Bar.full, Bar.kept, Bar.level, Bar.skill, Bar.engineer, Bar.pod}),
    frozenset({Bar.full, Bar.kept, Bar.off_work}),
    frozenset(set(Bar) - {Bar.residency, Bar.clearance, Bar.absent}),
)
"""What is relaxed for the worst severity, step by step; the sooner, the less it costs."""


@dataclass(frozen=True, slots=True)
class WhyNot:
    """Why somebody does not get a case: every bar, and the first of them in words."""

    user: str
    bars: tuple[Bar, ...]
    words: str


@dataclass(frozen=True, slots=True)
class Choice:
    """`user` is None where nobody may have the case now: it waits in the lead's queue. `missing` is
    what was looked for and not found, in words for an alert; `reason` is a sentence that names
    nobody."""

    user: str | None
    reason: str
    missing: tuple[str, ...]
    others: tuple[WhyNot, ...]


def route(
    need: CaseNeed,
    people: Sequence[Agent],
    load: Mapping[str, int],
    *,
    levels: Levels,
    now: datetime,
    on_call: Collection[str] = (),
    without: Collection[str] = (),
) -> Choice:
    """Who gets the case. `load` is how many open cases each has; who is on call counts as at work;
    `without` are people who must not be chosen (who has it, where it is to change hands)."""
    asked = [agent for agent in people if agent.user not in without]
    bars = {
        agent.user: dict(_bars(need, agent, load, levels=levels, now=now, on_call=on_call))
        for agent in asked
    }
    strict = [agent for agent in asked if not bars[agent.user]]
    missing = () if strict else _missing(need, asked, bars, levels)
    relaxed: frozenset[Bar] = frozenset()
    eligible = strict
    if not strict and need.is_worst:
        for relaxed in _STEPS:
            eligible = [agent for agent in asked if bars[agent.user].keys() <= relaxed]
            if eligible:
                break
    is_valued = need.owed_for is not None or is_much_at_stake(need, now)
    chosen = min(
        eligible,
        key=lambda agent: _preference(need, agent, load, levels, is_valued=is_valued),
        default=None,
    )
    why_nots = tuple(
        WhyNot(agent.user, tuple(bars[agent.user]), _why_not(bars[agent.user]))
        for agent in asked
        if agent is not chosen
    )
    if chosen is None:
        return Choice(None, _nobody(missing) + stakes_words(need, now), missing, why_nots)
    reason = _reason(need, chosen, load, len(eligible))
    passed_over = [words for bar, words in bars[chosen.user].items() if bar in relaxed]
    if passed_over:
        reason += f" Given all the same, because nobody fits better: {'; '.join(passed_over)}."
    return Choice(chosen.user, reason + stakes_words(need, now), missing, why_nots)


def closeness(account: AccountNeed, agent: Agent) -> Closeness | None:
    """How an agent stands to an account; None: like anybody."""
    if agent.user in account.engineers:
        return Closeness.engineer
    if account.pod and agent.pod == account.pod:
        return Closeness.pod
    return Closeness.deputy if agent.user in account.deputies else None


def may_keep(need: CaseNeed, agent: Agent | None, levels: Levels) -> bool:
    """Whether somebody who has the case may go on with it: skill and level may have changed with
    triage, presence and room are their own affair."""
    if agent is None:
        return True  # somebody whom no plan knows took it by hand
    return not lacks(need, agent, levels)


def lacks(need: CaseNeed, agent: Agent, levels: Levels) -> dict[Bar, str]:
    """What somebody who has the case lacks of what it needs, in words. That they are kept for
    other cases is no reason to take one from them."""
    found = dict(lasting(need, agent, levels))
    found.pop(Bar.kept, None)
    return found


def may_see(account: AccountNeed | None, agent: Agent | None) -> bool:
    """Whether somebody may see the data of an account; whom no plan knows may where it is not
    guarded."""
    if account is None or not (account.residency or account.clearances):
        return True
    return agent is not None and (
        (not account.residency or account.residency in agent.regions)
        and account.clearances <= agent.clearances
    )


def fits(need: CaseNeed, agent: Agent, levels: Levels) -> bool:
    """Whether somebody may have a case at any hour at which they are there and have room."""
    return not any(True for _ in lasting(need, agent, levels))


def _bars(
    need: CaseNeed,
    agent: Agent,
    load: Mapping[str, int],
    *,
    levels: Levels,
    now: datetime,
    on_call: Collection[str],
) -> Iterator[tuple[Bar, str]]:
    yield from lasting(need, agent, levels)
    if agent.is_absent(now):
        yield Bar.absent, "absent"
    elif agent.user not in on_call and not agent.is_at_work(now):
        yield Bar.off_work, "not at work now"
    has = load.get(agent.user, 0)
    if has >= agent.capacity:
        yield Bar.full, f"has {has} of {agent.capacity} cases"


def lasting(need: CaseNeed, agent: Agent, levels: Levels) -> Iterator[tuple[Bar, str]]:
    """What stands between them at any hour."""
    account = need.account or AccountNeed(account="")
    if account.residency and account.residency not in agent.regions:
        yield Bar.residency, f"may not see data of {account.residency}"
    lacks = account.clearances - agent.clearances
    if lacks:
        yield Bar.clearance, f"lacks the clearance {_listed(lacks)}"
    is_named = agent.user in account.engineers | account.deputies
    if account.engineers and not is_named:
        yield Bar.engineer, "is not the named engineer"
    if account.pod and agent.pod != account.pod and not is_named:
        yield Bar.pod, f"is not in the pod {account.pod}"
    unknown = need.skills - agent.skills
    if unknown:
        yield Bar.skill, f"lacks {_listed(unknown)}"
    if agent.level < levels.lowest:
        yield Bar.level, f"level {agent.level}, and {levels.lowest} is needed"
    if agent.level > levels.highest and not is_named and need.owed_for is None:
        yield Bar.kept, f"level {agent.level}, which is kept for other cases"


def _preference(
    need: CaseNeed, agent: Agent, load: Mapping[str, int], levels: Levels, *, is_valued: bool
) -> tuple[int, int, int, bool, int, int, str]:
    """Whoever stands closest to the account; where skills are given up whoever lacks fewest; then
    whoever is not needed elsewhere (where much is at stake the most senior), speaks the language,
    and has most room."""
    account = need.account or AccountNeed(account="")
    has = load.get(agent.user, 0)
    return (
        _RANKS[closeness(account, agent)],
        len(need.skills - agent.skills),
        -agent.level if is_valued else abs(agent.level - levels.lowest),
        bool(account.language) and account.language not in agent.languages,
        has * 1_000 // agent.capacity,
        has,
        agent.user,
    )


def _reason(need: CaseNeed, agent: Agent, load: Mapping[str, int], eligible: int) -> str:
    account = need.account or AccountNeed(account="")
    parts = [LEVEL_NAMES[agent.level].capitalize()]
    match closeness(account, agent):
        case Closeness.engineer:
            parts.insert(0, "Named engineer of the account")
        case Closeness.pod:
            parts.append(f"of the pod {account.pod}")
        case Closeness.deputy:
            parts.insert(0, "Deputy of its people")
        case None:
            pass
    if need.skills & agent.skills:
        parts.append(f"knows {_listed(need.skills & agent.skills)}")
    if account.language and account.language in agent.languages:
        parts.append(f"speaks {account.language}")
    parts.append(f"has {load.get(agent.user, 0)} of {agent.capacity} cases")
    of = "the only one who may have it" if eligible == 1 else f"one of {eligible} who may have it"
    return f"{', '.join(parts)}; {of}."


def _why_not(bars: Mapping[Bar, str]) -> str:
    """In words; who has no bar was fit, and somebody else fitted better."""
    return "; ".join(bars.values()) or "fits as well; another was chosen"


def _nobody(missing: Sequence[str]) -> str:
    return f"Nobody may have it now. Missing: {'; '.join(missing)}."


def _missing(
    need: CaseNeed,
    people: Sequence[Agent],
    bars: Mapping[str, Mapping[Bar, str]],
    levels: Levels,
) -> tuple[str, ...]:
    """What nobody has, asked in the order of the bars: the first kind that leaves nobody."""
    left = list(people)
    if not left:
        return ("anybody else who works on cases",)
    account = need.account or AccountNeed(account="")
    told = {
        Bar.residency: f"somebody who may see data of {account.residency}",
        Bar.clearance: f"the clearance {_listed(account.clearances)}",
        Bar.engineer: "the named engineer",
        Bar.pod: f"the pod {account.pod}",
        Bar.level: f"level {levels.lowest}",
        Bar.kept: f"level {levels.highest} or below",
        Bar.absent: "somebody who is not absent",
        Bar.off_work: "somebody at work",
        Bar.full: "somebody with room for another case",
    }
    for bar in Bar:
        kept = [agent for agent in left if bar not in bars[agent.user]]
        if not kept:
            return _missing_skills(need, left) if bar is Bar.skill else (told[bar],)
        left = kept
    return ()


def _missing_skills(need: CaseNeed, people: Sequence[Agent]) -> tuple[str, ...]:
    known = frozenset[str]().union(*(agent.skills for agent in people))
    unknown = sorted(need.skills - known)
    if unknown:
        return tuple(f"the skill {skill}" for skill in unknown)
    return (f"one person with the skills {_listed(need.skills)}",)


def _listed(words: Collection[str]) -> str:
    return ", ".join(sorted(words))
