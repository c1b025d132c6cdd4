"""What an account has used of what it may use, feature by feature, as every check counts it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from tierline.accounts.coverage import CoverageState
from tierline.actions.checks import FIRST_INSTANT, Question, period_of
from tierline.care.schedule import HEALTH_REPORT
from tierline.entitlements.decision import included_units
from tierline.metering.balance import DAY_US, Forecast, forecast

if TYPE_CHECKING:
    from tierline.entitlements.decision import Decision, Units
    from tierline.entitlements.rule import Rule
    from tierline.entitlements.span import Span
    from tierline.queries.usage_recent import RecentUse

WARN_FROM = Decimal("0.8")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureBalance:
    """One counted feature in the period [start, end), in microseconds; without an `end` it never
    resets. `used` is None where nobody can tell; `included` has what was carried over."""

    feature: str
    name: str
    unit: str
    included: Units
    used: Units | None
    start: int
    end: int | None
    behaviour: str
    """The word of what happens beyond the limit."""
    promise_id: str
    forecast: Forecast | None = None
    """When the rest will be used up; None where what is counted is not used up by use, or nobody
    can tell what is used."""

    @property
    def left(self) -> Units | None:
        """What may still be used; 0 where more was used."""
        return None if self.used is None else max(self.included - self.used, 0)

    @property
    def share(self) -> Decimal:
        """What is used of what is included; 1 where nothing is included and something used."""
        if not self.used:
            return Decimal(0)
        return Decimal(self.used) / Decimal(self.included) if self.included else Decimal(1)

    @property
    def state(self) -> str:
        """`ok`, from 80% on `warn`, and `breach` where nothing is left."""
        if self.share >= 1:
            return "breach"
        return "warn" if self.share >= WARN_FROM else "ok"


def balances_of(
    span: Span | None,
    ask: Callable[[Question], Decision],
    at: int,
    recent: RecentUse,
    *,
    without: Collection[str] = (),
) -> tuple[FeatureBalance, ...]:
    """The balances of an account at an instant, by name. `ask` answers as for any check, so that
    a page and a check never differ; `recent` is what the forecasts rest on. Rules of the kinds
    `without` are left out."""
    if span is None:
        return ()
    keys = [
        key
        for key in sorted(span.all_keys())
        if _is_balance(span.rules[key]) and span.rules[key].kind not in without
    ]
    found = [
        _balance(
            span, ask(Question(account=span.account, feature=key, at=at, quantity=0)), at, recent
        )
        for key in keys
    ]
    return tuple(sorted(found, key=lambda balance: (balance.name.lower(), balance.feature)))


def _is_balance(rule: Rule) -> bool:
    """Rates flow and seats are held: neither is used up in a period. A health report comes by
    itself, and nobody uses it up."""
    return (
        rule.limit is not None and rule.kind not in ("rate", "seats") and rule.key != HEALTH_REPORT
    )


def _balance(span: Span, decision: Decision, at: int, recent: RecentUse) -> FeatureBalance:
    rule = decision.rule
    start, end = period_of(span, rule, at)
    start = _covered_since(span) if start == FIRST_INSTANT else start
    included = included_units(rule, decision.counter)
    rest = None
    if decision.used is not None and rule.key not in recent.not_adding_up:
        # What nothing meters is known by its reservations, of this period alone.
        used, days = recent.metered.get(rule.key, (decision.used, max(0, (at - start) // DAY_US)))
        left = Decimal(included) - Decimal(decision.used)
        rest = forecast(left, Decimal(used), days, now=at, end=end)
    return FeatureBalance(
        feature=rule.key,
        name=rule.name,
        unit=rule.unit,
        included=included,
        used=decision.used,
        start=start,
        end=end,
        behaviour=rule.behaviour,
        promise_id=rule.promise_id,
        forecast=rest,
    )


def _covered_since(span: Span) -> int:
    """Since when the account has been covered without a gap; before its first contract since
    ever."""
    while span.before is not None and span.before.standing.coverage is CoverageState.covered:
        span = span.before
    return max(span.start, FIRST_INSTANT)
