"""An escalation as it stands at an instant: each level, what brings a case to it, and who holds it.

The same function draws the tree for both sides, answers "who gets it on Sunday at 03:10?", and says
to the worker whom to write to.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from tierline.calendars.business_hours import ALWAYS_OPEN, BusinessHours
from tierline.calendars.calendar import calendar_for
from tierline.catalog.hours import hours_of
from tierline.catalog.resolved import resolve_tiers
from tierline.languages.language import message
from tierline.routing.plan import ANY, OWNER, Plan
from tierline.routing.rota import Holding, IsAway, Vacancy, Why, holding, vacancies

if TYPE_CHECKING:
    from tierline.catalog.catalog import Catalog

HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One level. A case climbs to it when `after_percent` of a target is used up, or
    `after_seconds` after it was opened where nobody has acknowledged it until then."""

    role: str
    is_hierarchical: bool = False
    after_percent: Decimal | None = None
    after_seconds: int | None = None
    hours: BusinessHours = ALWAYS_OPEN
    hours_key: str = ""

    @property
    def is_owner(self) -> bool:
        """Whether it is whoever has the case."""
        return self.role.casefold() == OWNER.casefold()


@dataclass(frozen=True, slots=True)
class Chain:
    """The escalation of a tier and a severity, the first level first."""

    name: str
    levels: tuple[Level, ...]


USUAL = Chain(
    "As usual",
    (
        Level(role=message("Case owner"), after_percent=Decimal(50)),
        Level(role=message("Support lead"), after_percent=Decimal(75)),
        Level(role=message("Head of support"), is_hierarchical=True, after_percent=Decimal(90)),
    ),
)
"""Where a catalog says nothing."""


@dataclass(frozen=True, slots=True)
class Node:
    """A level at an instant: who holds it, whether it is within its hours, and where it is not,
    when it opens."""

    level: Level
    held: Holding
    is_in_hours: bool
    reach: str = ""
    """How whoever holds it is reached; empty: by writing in the case."""
    opens_at: datetime | None = None


def chains_of(catalog: Catalog) -> dict[tuple[str, str], Chain]:
    """The escalation of every tier and severity of a catalog version."""
    hours = hours_of(catalog)
    trees = {
        key: Chain(
            tree.name,
            tuple(
                Level(
                    role=level.role,
                    is_hierarchical=level.kind == "hierarchical",
                    after_percent=level.after_percent,
                    after_seconds=None if level.after is None else level.after.elapsed_seconds(),
                    hours=hours.get(level.hours or "", ALWAYS_OPEN),
                    hours_key=level.hours or "",
                )
                for level in tree.levels
            ),
        )
        for key, tree in catalog.escalation.items()
    }
    found: dict[tuple[str, str], Chain] = {}
    for key, tier in resolve_tiers(catalog).items():
        named = tier.tier.escalation
        for severity in catalog.severities:
            tree = named.get(severity) or named.get(ANY)
            found[key, severity] = trees.get(tree or "", USUAL)
    return found


def who(
    chain: Chain, plan: Plan, at: datetime, *, is_away: IsAway, owner: str | None = None
) -> tuple[Node, ...]:
    """Who holds each level of an escalation at an instant."""
    return tuple(
        Node(
            level,
            holder_of(level, plan, at, is_away=is_away, owner=owner),
            calendar_for(level.hours).is_open(at),
            plan.roles[level.role].reach if level.role in plan.roles else "",
            _opens_at(level, at),
        )
        for level in chain.levels
    )


def _opens_at(level: Level, at: datetime) -> datetime | None:
    """When a level opens that is closed."""
    calendar = calendar_for(level.hours)
    return None if calendar.is_open(at) else calendar.next_open(at)


def holder_of(
    level: Level, plan: Plan, at: datetime, *, is_away: IsAway, owner: str | None
) -> Holding:
    """Who holds a level: whoever has the case, or whom the rota names."""
    rota = plan.roles.get(level.role)
    if rota is not None:
        return holding(rota, at.astimezone(UTC), is_away)
    if not level.is_owner:
        return Holding(None, Why.no_rota)
    if owner is None:
        return Holding(None, Why.no_owner)
    return Holding(None, Why.absent, owner) if is_away(owner, at) else Holding(owner, Why.owner)


def on_call_at(chain: Chain, plan: Plan, at: datetime, is_away: IsAway) -> frozenset[str]:
    """Who is called at an instant by the levels that lead to more skill: for the worst severity
    they count as at work."""
    held = (
        holder_of(level, plan, at, is_away=is_away, owner=None).user
        for level in chain.levels
        if not level.is_hierarchical
    )
    return frozenset(user for user in held if user is not None) if plan.roles else frozenset()


def vacant(
    chains: Iterable[Chain],
    plan: Plan,
    *,
    start: datetime,
    end: datetime,
    is_away: IsAway,
    returns: tuple[datetime, ...] = (),
) -> list[Vacancy]:
    """When a level of any of these escalations is held by nobody within its hours."""
    needed: dict[str, list[BusinessHours]] = {}
    for chain in chains:
        for level in chain.levels:
            if level.is_owner and level.role not in plan.roles:
                continue
            hours = needed.setdefault(level.role, [])
            if level.hours not in hours:
                hours.append(level.hours)
    found = [
        vacancy
        for role, hours in needed.items()
        for vacancy in vacancies(
            role, plan.roles.get(role), hours,
            start=start, end=end, is_away=is_away, returns=returns,
        )
    ]  # fmt: skip
    return sorted(found, key=lambda each: (each.start, each.role))
