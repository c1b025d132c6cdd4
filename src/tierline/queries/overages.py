"""What accounts used beyond their limits: period by period, charged and waived, and rates that were
exceeded for days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING

from tierline.accounts.coverage import CoverageState
from tierline.calendars.local_time import zone_named
from tierline.entitlements.overage import PeriodOverage, overage_of
from tierline.entitlements.ruleset import Ruleset, with_contracts
from tierline.kernel.instants import from_micros, to_micros
from tierline.queries.feature_use import HIGHEST_RATE, METERS_OF_FEATURES, ByDay, Use

if TYPE_CHECKING:
    from tierline.entitlements.rule import Rule
    from tierline.entitlements.span import Span
    from tierline.store.records import Reads

LEAST_DAYS_OVER = 14
"""A rate that is exceeded for less is a busy day, and not a plan that is too small."""
RATE = "api_rate"
_COUNTED = ("day", "week", "month", "quarter", "year")
"""Periods of whole days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountOverage:
    """One period of one feature; `start` is its first day on the customer's clock."""

    account: str
    feature: str
    start: date
    overage: PeriodOverage


@dataclass(frozen=True, slots=True, kw_only=True)
class RateExceeded:
    """`days` on which more came in a second than is allowed, with the first and the last of them;
    and the highest of it."""

    account: str
    feature: str
    limit: Decimal
    highest: Decimal
    days: int
    first: date
    last: date

    @property
    def highest_percent(self) -> Decimal:
        """The highest in whole percent of the limit."""
        return (self.highest * 100 / self.limit).quantize(Decimal(1), rounding=ROUND_HALF_EVEN)


def waived_overages(reads: Reads, use: Use, start: date, end: date) -> tuple[AccountOverage, ...]:
    """Periods of the days in [start, end) in which the cap waived something, the most first."""
    ruleset = with_contracts(Ruleset(), reads.contracts.all())
    found = [
        overage
        for feature, meter in METERS_OF_FEATURES.items()
        for account, by_day in use.daily(meter, start, end).items()
        for overage in _overages(ruleset, account, feature, by_day)
        if overage.overage.waived > 0
    ]
    return tuple(sorted(found, key=lambda each: (-each.overage.waived, each.account)))


def rates_exceeded(reads: Reads, use: Use, start: date, end: date) -> tuple[RateExceeded, ...]:
    """Accounts that exceeded their requests a second on many days of [start, end)."""
    ruleset = with_contracts(Ruleset(), reads.contracts.all())
    found = []
    for account, by_day in sorted(use.daily(HIGHEST_RATE, start, end).items()):
        over = [
            (peak, limit, day)
            for day, peak in sorted(by_day.items())
            if (limit := limit_on(ruleset, account, RATE, day)) is not None and peak > limit
        ]
        if len(over) >= LEAST_DAYS_OVER:
            highest, limit, _ = max(over, key=lambda each: each[0] / each[1])
            exceeded = RateExceeded(
                account=account,
                feature=RATE,
                limit=limit,
                highest=highest,
                days=len(over),
                first=over[0][2],
                last=over[-1][2],
            )
            found.append(exceeded)
    return tuple(found)


def limit_on(ruleset: Ruleset, account: str, feature: str, day: date) -> Decimal | None:
    """The limit of a feature at noon (UTC) of a day; None where there is none."""
    found = _rule_at(ruleset, account, feature, noon_us(day))
    return None if found is None or found[1].limit is None else Decimal(found[1].limit)


def noon_us(day: date) -> int:
    """Noon UTC of a day, in microseconds: the same day in most of the world."""
    return to_micros(datetime.combine(day, time(12), UTC))


def _overages(
    ruleset: Ruleset, account: str, feature: str, by_day: ByDay
) -> Iterator[AccountOverage]:
    """One for each period in which there was use, by the rule at its last use."""
    periods: dict[int, tuple[Span, Rule, Decimal]] = {}
    for day, value in sorted(by_day.items()):
        found = _rule_at(ruleset, account, feature, noon_us(day))
        if found is None:
            continue
        span, rule = found
        if rule.per is None or rule.per not in _COUNTED:
            continue
        start, _ = span.cycles[rule.per].around(noon_us(day))
        used = periods[start][2] if start in periods else Decimal(0)
        periods[start] = span, rule, used + value
    for start, (span, rule, used) in periods.items():
        overage = overage_of(rule, used, span.standing.fee)
        if overage is not None:
            zone = zone_named(span.cycles.zone)
            first = from_micros(start).astimezone(zone).date()
            yield AccountOverage(account=account, feature=feature, start=first, overage=overage)


def _rule_at(ruleset: Ruleset, account: str, feature: str, at: int) -> tuple[Span, Rule] | None:
    known = ruleset.accounts.get(account)
    if known is None:
        return None
    span = known.at(at)
    if span.standing.coverage is not CoverageState.covered:
        return None
    try:
        return span, span.rules[feature]
    except KeyError:
        return None
