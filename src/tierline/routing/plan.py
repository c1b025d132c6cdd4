"""The routing plan of a company: who answers what, how the queue is kept fair, and the rota.

It is ours alone and changes with every holiday, so it is no part of a catalog: what a customer is
promised (the levels of an escalation, and when a case climbs) stands there (decision 0160).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, Field, ValidationError

from tierline.calendars.business_hours import ALWAYS_OPEN, BusinessHours
from tierline.calendars.horizon import FIRST_YEAR, LAST_YEAR
from tierline.calendars.local_time import zone_named
from tierline.calendars.reading import parse_hours
from tierline.catalog.document import Document
from tierline.catalog.faults import faults_of
from tierline.catalog.statement import Statement, Text
from tierline.kernel.errors import Fault, Invalid
from tierline.routing.agent import HIGHEST_LEVEL, LOWEST_LEVEL

FORMAT: Final = "tierline/routing/1"
ANY = "any"
OWNER = "Case owner"
"""The role of whoever has the case; no rota is needed for it."""
_FLOOR_PERCENT = 20
Share = Annotated[Decimal, Field(gt=0, le=100, decimal_places=6)]
Level = Annotated[int, Field(ge=LOWEST_LEVEL, le=HIGHEST_LEVEL)]
Person = Annotated[str, Field(min_length=1, max_length=254)]
"""A user: an address where it is written, an id once it is kept."""


class Levels(Statement):
    """Which levels answer."""

    lowest: Level = LOWEST_LEVEL
    highest: Level = HIGHEST_LEVEL
    """Nobody above, so that seniors are kept for what needs them."""
    budgets: dict[Level, Share] = Field(default_factory=dict)
    """By level: the percentage of the target to restore or resolve by which whoever is of it has
    done that or handed the case on, so that no line eats the whole target. It is ours alone."""


class Shift(Statement):
    """Hours of a week that somebody holds. Several people take turns: each a week (or a day), from
    `since` on, in their order."""

    people: tuple[Person, ...] = Field(min_length=1, max_length=50)
    week: dict[str, Any] | None = None
    """Windows by weekday, as in business hours; always where absent."""
    turns: Literal["week", "day"] = "week"
    since: date | None = None
    """When the first of several begins; they hand over at `changes_at`."""
    changes_at: time = time(0)


def _naive(value: Any) -> Any:
    if isinstance(value, str) and (value.endswith(("Z", "z")) or "+" in value):
        raise ValueError("a rota is in the local time of its role: leave the zone out")
    return value


Local = Annotated[datetime, BeforeValidator(_naive)]


class Override(Statement):
    """From `start` until `end` (local) somebody else holds the role; `person: null` is nobody."""

    start: Local
    end: Local
    person: Person | None = None
    note: str = Field(default="", max_length=200)


class Rota(Statement):
    """Who holds a role when. Of several shifts that are open the first one counts, and of overrides
    the last."""

    time_zone: str = "UTC"
    reach: str = Field(default="", max_length=200)
    """How whoever holds it is reached, for both sides to read: a number, an address."""
    shifts: tuple[Shift, ...] = Field(default=(), max_length=50)
    overrides: tuple[Override, ...] = Field(default=(), max_length=400)


class Plan(Statement):
    """The plan as written; `parse_plan` checks what a single field cannot."""

    format: Literal["tierline/routing/1"] = FORMAT
    answered_by: dict[str, dict[str, Levels]] = Field(default_factory=dict)
    """By tier and severity (`any`: the rest); anybody where nothing is said."""
    oldest_first_percent: int = Field(default=_FLOOR_PERCENT, ge=1, le=100)
    """Of a hundred cases that leave the queue so many go by age alone."""
    at_breach: Literal["keep", "reassign"] = "keep"
    """Whether a case is given to somebody else when a target was missed."""
    roles: dict[Text, Rota] = Field(default_factory=dict)

    def levels(self, tier: str, severity: str) -> Levels:
        """Which levels answer a severity of a tier."""
        rows: Mapping[str, Levels] = self.answered_by.get(tier) or self.answered_by.get(ANY) or {}
        return rows.get(severity) or rows.get(ANY) or Levels()


NO_PLAN = Plan()


@dataclass(frozen=True, slots=True)
class Known:
    """What a plan may name: tiers and severities of the catalogs, roles of their escalations."""

    tiers: frozenset[str]
    severities: frozenset[str]
    roles: frozenset[str]


def parse_plan(document: Document, known: Known | None = None) -> Plan:
    """The plan in a document. Raises Invalid with every fault, each with its line."""
    faults: list[Fault] = []
    plan: Plan | None = None
    try:
        plan = Plan.model_validate(document.value)
    except ValidationError as error:
        faults = faults_of(error, document, Plan)
    if plan is not None:
        for path, fault in _faults(plan, known):
            faults.append(document.at(fault, path))
    if faults or plan is None:
        noun = "fault" if len(faults) == 1 else "faults"
        raise Invalid(f"{document.source} is no routing plan: {len(faults)} {noun}.", faults)
    return plan


def with_people(plan: Plan, ids: Mapping[str, str]) -> Plan:
    """The plan with ids in the place of addresses; whoever is not in `ids` stays as they are."""
    stated = plan.model_dump(mode="json")
    for rota in stated["roles"].values():
        for shift in rota["shifts"]:
            shift["people"] = [ids.get(person, person) for person in shift["people"]]
        for override in rota["overrides"]:
            override["person"] = ids.get(override["person"], override["person"])
    return Plan.model_validate(stated)


def hours_of_shift(rota: Rota, shift: Shift) -> BusinessHours:
    """The hours of a shift in the zone of its role. Raises Invalid."""
    if shift.week is None:
        return ALWAYS_OPEN
    return parse_hours({"time_zone": rota.time_zone, "week": shift.week})


def named_people(plan: Plan) -> list[tuple[list[str | int], str]]:
    """Everybody whom the rota names, with the place in the document."""
    found: list[tuple[list[str | int], str]] = []
    for role, rota in plan.roles.items():
        for place, shift in enumerate(rota.shifts):
            for number, person in enumerate(shift.people):
                found.append((["roles", role, "shifts", place, "people", number], person))
        for place, override in enumerate(rota.overrides):
            if override.person is not None:
                found.append((["roles", role, "overrides", place, "person"], override.person))
    return found


_YEARS = range(FIRST_YEAR + 1, LAST_YEAR)
_OUTSIDE = Fault(
    "outside_calendar", f"A rota lies between the years {FIRST_YEAR + 1} and {LAST_YEAR - 1}."
)
Placed = tuple[list[str | int], Fault]


def _faults(plan: Plan, known: Known | None) -> Iterator[Placed]:
    yield from _faults_of_levels(plan, known)
    for role, rota in plan.roles.items():
        path: list[str | int] = ["roles", role]
        if known is not None and role not in known.roles:
            told = ", ".join(sorted(known.roles)) or "none: no catalog has an escalation"
            yield (
                path,
                Fault(
                    "unknown_role",
                    f"No escalation of a catalog has the role '{role}'.",
                    write_instead=f"Roles there are: {told}.",
                ),
            )
        try:
            zone_named(rota.time_zone)
        except Invalid as error:
            yield [*path, "time_zone"], Fault("unknown_zone", error.message)
            continue
        yield from _faults_of_shifts(path, rota)
        for place, override in enumerate(rota.overrides):
            for name, at in (("start", override.start), ("end", override.end)):
                if at.year not in _YEARS:
                    yield [*path, "overrides", place, name], _OUTSIDE
            if override.end <= override.start:
                message = "This ends before it begins."
                yield [*path, "overrides", place, "end"], Fault("reversed", message)


def _faults_of_levels(plan: Plan, known: Known | None) -> Iterator[Placed]:
    for tier, rows in plan.answered_by.items():
        if known is not None and tier not in {*known.tiers, ANY}:
            message = f"No catalog has the tier '{tier}'."
            yield ["answered_by", tier], Fault("unknown_tier", message)
        for severity, levels in rows.items():
            path: list[str | int] = ["answered_by", tier, severity]
            if known is not None and severity not in {*known.severities, ANY}:
                message = f"No catalog has the severity '{severity}'."
                yield path, Fault("unknown_severity", message)
            if levels.highest < levels.lowest:
                message = "The highest level is below the lowest."
                yield [*path, "highest"], Fault("reversed", message)
            yield from _faults_of_budgets([*path, "budgets"], levels)


def _faults_of_budgets(path: list[str | int], levels: Levels) -> Iterator[Placed]:
    for level in levels.budgets:
        if not levels.lowest <= level <= levels.highest:
            message = f"Level {level} does not answer this."
            instead = f"Levels that do are {levels.lowest} to {levels.highest}."
            yield [*path, str(level)], Fault("unknown_level", message, write_instead=instead)
    for (_, lower), (level, higher) in pairwise(sorted(levels.budgets.items())):
        if higher <= lower:
            message = f"Level {level} has its turn after the level below it."
            instead = f"Write more than {lower:f}."
            yield [*path, str(level)], Fault("no_room", message, write_instead=instead)


def _faults_of_shifts(path: list[str | int], rota: Rota) -> Iterator[Placed]:
    for place, shift in enumerate(rota.shifts):
        at = [*path, "shifts", place]
        try:
            hours_of_shift(rota, shift)
        except Invalid as error:
            for fault in error.faults or (Fault(error.code, error.message),):
                yield [*at, *fault.path.split(".")], fault
        if shift.since is not None and shift.since.year not in _YEARS:
            yield [*at, "since"], _OUTSIDE
        if len(shift.people) > 1 and shift.since is None:
            yield (
                at,
                Fault(
                    "no_since",
                    "Several people take turns, and nothing says when the first begins.",
                    write_instead="Add 'since: 2026-01-05', a day on which they hand over.",
                ),
            )
