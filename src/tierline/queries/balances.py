"""What an account has used of what it may use, feature by feature, as every check counts it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from tierline.actions.checks import FIRST_INSTANT, Question, period_of
from tierline.entitlements.decision import included_units

if TYPE_CHECKING:
    from tierline.entitlements.decision import Decision, Units
    from tierline.entitlements.rule import Rule
    from tierline.entitlements.span import Span

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
    span: Span | None, ask: Callable[[Question], Decision], at: int
) -> tuple[FeatureBalance, ...]:
    """The balances of an account at an instant, by name. `ask` answers as for any check, so that
    a page and a check never differ."""
    if span is None:
        return ()
    keys = [key for key in sorted(span.all_keys()) if _is_balance(span.rules[key])]
    found = [
        _balance(span, ask(Question(account=span.account, feature=key, at=at, quantity=0)), at)
        for key in keys
    ]
    return tuple(sorted(found, key=lambda balance: (balance.name.lower(), balance.feature)))


def _is_balance(rule: Rule) -> bool:
    """Rates flow and seats are held: neither is used up in a period."""
    return rule.limit is not None and rule.kind not in ("rate", "seats")


def _balance(span: Span, decision: Decision, at: int) -> FeatureBalance:
    rule = decision.rule
    start, end = period_of(span, rule, at)
    return FeatureBalance(
        feature=rule.key,
        name=rule.name,
        unit=rule.unit,
        included=included_units(rule, decision.counter),
        used=decision.used,
        start=span.start if start == FIRST_INSTANT else start,
        end=end,
        behaviour=rule.behaviour,
        promise_id=rule.promise_id,
    )
