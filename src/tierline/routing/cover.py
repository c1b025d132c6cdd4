"""The people of an account: who they are, when each is there, and when none of them would be.

Whether anybody would be is asked of the choice that gives out cases (`choice.py: route`), at every
instant at which its answer can change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, auto
from typing import TYPE_CHECKING

from tierline.calendars.calendar import calendar_for
from tierline.routing.chain import on_call_at
from tierline.routing.choice import Closeness, closeness, fits, route
from tierline.routing.plan import Levels
from tierline.routing.rota import edges_of_hours, edges_of_rota
from tierline.routing.stretches import stretches

if TYPE_CHECKING:
    from tierline.routing.agent import Agent
    from tierline.routing.chain import Chain
    from tierline.routing.need import AccountNeed, CaseNeed
    from tierline.routing.plan import Plan
    from tierline.routing.rota import IsAway

Stretch = tuple[datetime, datetime]
_WANTED = 2
"""Somebody, and whoever stands in for them."""


class GapKind(StrEnum):
    """What an account lacks of its people."""

    no_deputy = auto()
    """Fewer than two may have its cases, at whatever hour."""
    no_cover = auto()
    """Nothing says when one of them has to be there."""
    nobody_there = auto()


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is there for an account above all."""

    agent: Agent
    closeness: Closeness


@dataclass(frozen=True, slots=True)
class CaseKind:
    """Cases of one severity, as this account may raise them: what they need, who answers them by
    the plan, and who is called."""

    need: CaseNeed
    levels: Levels
    chain: Chain


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """What an account lacks: from `start` until `end`, or (both None) for good. `severities` are
    those that it concerns, all of them where there are none; `missing` is what the choice looked
    for and did not find."""

    account: str
    kind: GapKind
    severities: tuple[str, ...] = ()
    missing: str = ""
    start: datetime | None = None
    end: datetime | None = None


def people_of(need: AccountNeed, case: CaseNeed, people: Iterable[Agent]) -> tuple[Person, ...]:
    """Its named engineers, its pod and who stands in for them, in this order, without whoever may
    not see its data. `case` is any case of the account."""
    if not need.has_people:
        return ()
    fitting = sorted(
        (agent for agent in people if fits(case, agent, Levels())), key=lambda agent: agent.user
    )
    return tuple(
        Person(agent, each)
        for each in Closeness
        for agent in fitting
        if closeness(need, agent) is each
    )


def on_duty(agent: Agent, start: datetime, end: datetime) -> tuple[Stretch, ...]:
    """When somebody is at work."""
    edges = _edges_of_agent(agent, start, end)
    found = stretches(edges, start, end, agent.is_at_work)
    return tuple((since, until) for since, until, is_there in found if is_there)


def gaps_of(
    need: AccountNeed,
    kinds: Sequence[CaseKind],
    people: Sequence[Agent],
    plan: Plan,
    *,
    is_away: IsAway,
    start: datetime,
    end: datetime,
) -> Iterator[Gap]:
    """Everything that an account lacks of its people from `start` until `end`; of one that has none
    nothing is wanted. How full they will be then nobody knows: they count as free."""
    if not need.has_people or not kinds:
        return
    own = [each.agent for each in people_of(need, kinds[0].need, people)]
    yield from _lasting(need, kinds, own)
    hours = [need.cover] if need.cover else [agent.hours for agent in own]
    edges = {
        edge
        for each in (
            *(_edges_of_agent(agent, start, end) for agent in own),
            *(edges_of_hours(each, start, end) for each in hours),
            *(edges_of_rota(rota, start, end) for rota in plan.roles.values()),
        )
        for edge in each
    }
    calendars, groups = [calendar_for(each) for each in hours], _alike(kinds)

    def look(at: datetime) -> tuple[tuple[str, ...], str]:
        if not any(calendar.is_open(at) for calendar in calendars):
            return (), ""
        return _missing(groups, own, plan, is_away, at)

    for since, until, (severities, missing) in stretches(edges, start, end, look):
        if missing:
            yield Gap(
                account=need.account,
                kind=GapKind.nobody_there,
                severities=() if len(severities) == len(kinds) else severities,
                missing=missing,
                start=since,
                end=until,
            )


def _lasting(need: AccountNeed, kinds: Sequence[CaseKind], own: Sequence[Agent]) -> Iterator[Gap]:
    lacking = tuple(
        each.need.severity
        for each in kinds
        if sum(fits(each.need, agent, each.levels) for agent in own) < _WANTED
    )
    if lacking:
        yield Gap(
            account=need.account,
            kind=GapKind.no_deputy,
            severities=() if len(lacking) == len(kinds) else lacking,
        )
    if need.cover is None:
        yield Gap(account=need.account, kind=GapKind.no_cover)


def _alike(kinds: Sequence[CaseKind]) -> list[list[CaseKind]]:
    """Severities that the choice cannot tell apart: one of them is asked for all. The worst is
    called for by a way of its own."""
    groups: list[list[CaseKind]] = []
    for each in kinds:
        same = (
            group
            for group in groups
            if group[0].levels == each.levels and not (group[0].need.is_worst or each.need.is_worst)
        )
        group = next(same, None)
        if group is None:
            groups.append([each])
        else:
            group.append(each)
    return groups


def _missing(
    groups: Sequence[Sequence[CaseKind]],
    own: Sequence[Agent],
    plan: Plan,
    is_away: IsAway,
    at: datetime,
) -> tuple[tuple[str, ...], str]:
    """The severities that none of them would get at an instant, and what is missing for the first
    of these."""
    found: list[CaseKind] = []
    words = ""
    for group in groups:
        each = group[0]
        on_call = on_call_at(each.chain, plan, at, is_away) if each.need.is_worst else ()
        choice = route(each.need, own, _FREE, levels=each.levels, now=at, on_call=on_call)
        if choice.missing:
            found += group
            words = words or "; ".join(choice.missing)
    found.sort(key=lambda kind: kind.need.severity_rank)
    return tuple(kind.need.severity for kind in found), words


_FREE: Mapping[str, int] = {}


def _edges_of_agent(agent: Agent, start: datetime, end: datetime) -> Iterator[datetime]:
    yield from edges_of_hours(agent.hours, start, end)
    if agent.absent_until is not None:
        yield agent.absent_until


def gap_words(gap: Gap) -> str:
    """What an account lacks, in words."""
    whom = ", ".join(gap.severities)
    match gap.kind:
        case GapKind.no_deputy:
            return f"Nobody stands in for its people{f' at {whom}' if whom else ''}."
        case GapKind.no_cover:
            return "Nothing says at which hours one of its people has to be there."
        case GapKind.nobody_there:
            return f"None of its people would get {whom or 'a case'}. Missing: {gap.missing}."
