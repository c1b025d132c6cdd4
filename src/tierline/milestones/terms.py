"""A catalog's clock promises, compiled: what each tier allows at each severity, on which hours."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from tierline.calendars.calendar import calendar_for
from tierline.calendars.local_time import zone_named
from tierline.catalog.clock_rules import ClockRules
from tierline.catalog.hours import business_day_seconds, hours_of
from tierline.catalog.resolved import ANY, remedy_behind, resolve_tiers
from tierline.kernel.errors import Fault, Invalid
from tierline.kernel.instants import SECOND_US

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tierline.calendars.business_hours import BusinessHours
    from tierline.calendars.calendar import Calendar
    from tierline.catalog.catalog import Catalog
    from tierline.catalog.clock_rules import Target
    from tierline.catalog.resolved import ResolvedTier
    from tierline.catalog.statement import MilestoneKind

OwnTarget = tuple[str, "Target"]
"""A promise's id, and what it says."""
DEFAULT_RULES = ClockRules()
"""For a case of a tier that the catalog does not know: nothing is promised, and it has rules."""


@dataclass(frozen=True, slots=True)
class Acceleration:
    """What is owed for a miss beside money: for so many days the next case of one of these
    severities goes first."""

    severities: tuple[str, ...]
    within_days: int


@dataclass(frozen=True, slots=True)
class PromisedTarget:
    """One target as the clock reads it."""

    promise_id: str
    allowance_us: int
    hours: str
    commitment: bool = False
    warn_at_percent: tuple[Decimal, ...] = field(default=(), compare=False)
    """Shares of the target at which somebody is warned; another one is the same promise."""
    attainment_percent: Decimal | None = field(default=None, compare=False)
    """The share of the cases of a month that is promised; None where each case is."""
    acceleration: Acceleration | None = field(default=None, compare=False)
    """What a miss owes beside money; another one is the same promise of time."""


@dataclass(frozen=True)
class Terms:
    """Everything that judging a case needs of a catalog version, and nothing else."""

    catalog: str
    version: str
    digest: str
    tiers: tuple[str, ...]
    """The ladder, lowest first."""
    severities: tuple[str, ...]
    targets: Mapping[tuple[str, str, MilestoneKind], PromisedTarget]
    """By tier, severity and kind; what is not listed is not promised."""
    rules: Mapping[str, ClockRules]
    """By tier."""
    hours: Mapping[str, BusinessHours]
    local_hours: frozenset[str] = frozenset()
    """Keys of the hours that are kept in the customer's own time zone where it is known."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Names for people, by tier and severity key."""
    _in_zones: dict[str, Terms] = field(init=False, default_factory=dict, compare=False, repr=False)
    """The same terms in zones that were asked for: a case is folded after each of its facts."""
    _calendars: dict[str, Calendar] = field(
        init=False, default_factory=dict, compare=False, repr=False
    )

    def in_zone(self, time_zone: str) -> Terms:
        """The same terms for a customer of this zone (an empty text: not known)."""
        if not time_zone or not self.local_hours:
            return self
        if time_zone not in self._in_zones:
            hours = dict(self.hours) | self.hours_in(time_zone)
            self._in_zones[time_zone] = replace(self, hours=hours)
        return self._in_zones[time_zone]

    def calendar(self, hours: str) -> Calendar:
        """The calendar of hours by their key, compiled once."""
        if hours not in self._calendars:
            self._calendars[hours] = calendar_for(self.hours[hours])
        return self._calendars[hours]

    def hours_in(self, time_zone: str) -> dict[str, BusinessHours]:
        """The hours that follow the customer, in the customer's zone. Raises Invalid for a zone
        that does not exist."""
        zone_named(time_zone)
        return {
            key: replace(hours, time_zone=time_zone)
            for key, hours in self.hours.items()
            if key in self.local_hours
        }

    @cached_property
    def accelerated(self) -> frozenset[str]:
        """The severities of which a case may be owed an accelerated response."""
        owing = (each.acceleration for each in self.targets.values())
        return frozenset(key for each in owing if each for key in each.severities)

    def rules_of(self, tier: str) -> ClockRules:
        """The clock rules of a tier; the default ones for a tier that the catalog lacks."""
        return self.rules.get(tier, DEFAULT_RULES)

    def target(self, tier: str, severity: str, kind: MilestoneKind) -> PromisedTarget | None:
        """The target, or None where the tier promises nothing."""
        return self.targets.get((tier, severity, kind))


def terms_of(catalog: Catalog, digest: str = "") -> Terms:
    """Compile the targets of every tier. Raises Invalid where a target names unknown hours or
    severities, or names no hours at all."""
    targets: dict[tuple[str, str, MilestoneKind], PromisedTarget] = {}
    faults: list[Fault] = []
    hours = hours_of(catalog)
    days = {key: business_day_seconds(stated) for key, stated in catalog.business_hours.items()}
    resolved = resolve_tiers(catalog)
    for tier in resolved.values():
        targets.update(_targets_of(tier, days, catalog, faults))
    if faults:
        raise Invalid(f"The targets of {catalog.catalog} cannot be timed.", faults)
    severity_names = {key: severity.name for key, severity in catalog.severities.items()}
    return Terms(
        catalog=catalog.catalog,
        version=catalog.version.isoformat(),
        digest=digest,
        tiers=tuple(catalog.tiers),
        severities=tuple(catalog.severities),
        targets=targets,
        rules={key: tier.clock_rules for key, tier in resolved.items()},
        hours=hours,
        local_hours=frozenset(
            key for key, stated in catalog.business_hours.items() if stated.follows_customer
        ),
        names={key: tier.tier.name for key, tier in resolved.items()} | severity_names,
    )


def with_own_targets(
    terms: Terms, catalog: Catalog, tier: str, own: Mapping[tuple[str, MilestoneKind], OwnTarget]
) -> Terms:
    """The terms of one account: on its tier nothing is promised but these targets, by severity and
    kind. One on hours that the catalog lacks cannot be timed, and is left out."""
    days = {key: business_day_seconds(stated) for key, stated in catalog.business_hours.items()}
    targets = {key: target for key, target in terms.targets.items() if key[0] != tier}
    for (severity, kind), (promise_id, stated) in own.items():
        if stated.within is None or stated.hours not in days:
            continue
        seconds = stated.within.open_seconds(days[stated.hours])
        if seconds > 0:
            targets[tier, severity, kind] = PromisedTarget(
                promise_id,
                seconds * SECOND_US,
                stated.hours,
                stated.commitment,
                stated.warn_at_percent,
                stated.attainment_percent,
                _acceleration(catalog, tier, promise_id, stated),
            )
    return replace(terms, targets=targets)


def _targets_of(
    tier: ResolvedTier,
    day_seconds: Mapping[str, int],
    catalog: Catalog,
    faults: list[Fault],
) -> dict[tuple[str, str, MilestoneKind], PromisedTarget]:
    found: dict[tuple[str, str, MilestoneKind], PromisedTarget] = {}
    for row in tier.targets.values():
        if row.statement.within is None:
            continue
        if row.severity not in catalog.severities:
            message = f"Severity '{row.severity}' is not one of the catalog's."
            faults.append(Fault("unknown_severity", message, row.promise_id))
        elif row.hours is None or row.hours not in day_seconds:
            message = f"Business hours '{row.hours}' are not in the catalog."
            faults.append(Fault("unknown_hours", message, row.promise_id))
        else:
            seconds = row.statement.within.open_seconds(day_seconds[row.hours])
            if seconds == 0:
                message = "A target of no length can never be met."
                faults.append(Fault("no_length", message, row.promise_id, "Write null for none."))
                continue
            found[tier.key, row.severity, row.milestone] = PromisedTarget(
                row.promise_id,
                seconds * SECOND_US,
                row.hours,
                row.statement.commitment,
                row.warn_at_percent,
                row.statement.attainment_percent,
                _acceleration(catalog, tier.key, row.promise_id, row.statement),
            )
    return found


def _acceleration(
    catalog: Catalog, tier: str, promise_id: str, stated: Target
) -> Acceleration | None:
    """Only a commitment owes anything for a miss, and only where each case is promised."""
    if not stated.commitment or stated.attainment_percent is not None:
        return None
    remedy = remedy_behind(catalog, tier, promise_id, stated.remedy)
    faster = remedy.accelerated_response if remedy else None
    if faster is None:
        return None
    named = tuple(catalog.severities) if ANY in faster.severities else faster.severities
    return Acceleration(named, faster.within_days)
