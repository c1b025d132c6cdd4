"""What happens beyond a limit, exactly as the grid's sentence says it (0081)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from tierline.catalog.term import LimitBehaviour
from tierline.entitlements.amounts import cap_of
from tierline.entitlements.decision import (
    ZERO,
    Counter,
    Decision,
    Outcome,
    Reason,
    Units,
    included_units,
)

if TYPE_CHECKING:
    from tierline.accounts.contract import Fee
    from tierline.entitlements.rule import Rule

Ground = tuple[Outcome, Reason]
_SERVED = Outcome.warn, Reason.over_limit_served
_CHARGED = Outcome.allow_with_overage, Reason.overage
_CAPPED = Outcome.warn, Reason.cap_reached
_STOPPED = Outcome.deny, Reason.limit_reached
_WARN, _GRACE = LimitBehaviour.warn.value, LimitBehaviour.grace.value
_PRICED = frozenset({LimitBehaviour.overage.value, LimitBehaviour.cap.value})

CAP = "cap"
"""The notice that overage has reached its cap."""


def beyond_limit(
    rule: Rule, counter: Counter, *, at: int, included: Units, fee: Fee | None
) -> Ground:
    """The answer where what is used with what is asked is more than is included."""
    behaviour = rule.behaviour
    if behaviour in _PRICED:
        return _overage(rule, counter.used - included, fee)
    if behaviour == _GRACE:
        return _grace(rule, counter, at=at, included=included, fee=fee)
    return _SERVED if behaviour == _WARN else _STOPPED


def _grace(rule: Rule, counter: Counter, *, at: int, included: Units, fee: Fee | None) -> Ground:
    """Served for a time from the first use beyond the limit; then priced, or no more."""
    reached_at = at if counter.reached_at is None else counter.reached_at
    if rule.grace_us is None or at < reached_at + rule.grace_us:
        return Outcome.warn, Reason.limit_grace
    if rule.price is not None:
        return _overage(rule, counter.used - included, fee)
    return Outcome.deny, Reason.limit_grace_over


def _overage(rule: Rule, beyond: Units, fee: Fee | None) -> Ground:
    """Charged for each unit beyond; a cap ends the charging and not the service."""
    cap = cap_of(rule, fee)
    if rule.price is None:
        return _SERVED if cap is None and rule.cap_percent is None else _CHARGED
    if not rule.price:
        return _SERVED
    so_far = rule.price * beyond if beyond > 0 else ZERO
    return _CHARGED if cap is None or so_far < cap else _CAPPED


def notices_of(decision: Decision) -> tuple[str, ...]:
    """The thresholds that serving this crosses (`80`, `100`, `cap`): each is crossed once a period,
    so each is told once."""
    rule, counter = decision.rule, decision.counter
    if not decision.is_allowed or counter is None or rule.limit is None:
        return ()
    included, before = included_units(rule, counter), counter.used
    after = before + decision.quantity
    if decision.reason is Reason.within_limit and after < included:
        return ()  # most answers: below the first threshold
    crossed = [
        f"{share:f}"
        for share in sorted({*rule.warn_at_percent, Decimal(100)})
        if included and before * 100 < included * share <= after * 100
    ]
    if _crosses_cap(rule, before - included, after - included, decision.cap):
        crossed.append(CAP)
    return tuple(crossed)


def _crosses_cap(rule: Rule, before: Units, after: Units, cap: Decimal | None) -> bool:
    if cap is None or rule.price is None:
        return False
    return before * rule.price < cap <= after * rule.price
