"""A decision: the answer to "may this account do this now?", with everything that led to it.

What can be worked out from the rule and the counter (remaining, charge, reset) is a property and
not a field, so that a decision is small, quick to make and cannot contradict itself.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from tierline.entitlements.amounts import cap_of, charge_between

if TYPE_CHECKING:
    from tierline.entitlements.rule import Rule
    from tierline.entitlements.span import Span

Units = Decimal | int
ZERO = Decimal(0)


class Outcome(StrEnum):
    """What the caller does. Only `deny` means no."""

    __hash__ = str.__hash__  # an enum's own is slow, and answers are looked up by it

    allow = "allow"
    allow_with_overage = "allow_with_overage"
    """Yes, and it costs extra."""
    warn = "warn"
    """Yes, and somebody should know."""
    deny = "deny"


class Reason(StrEnum):
    """Why, as a code that never changes its meaning."""

    __hash__ = str.__hash__

    included = "included"
    unlimited = "unlimited"
    value_stated = "value_stated"
    stated_in_words = "stated_in_words"
    within_limit = "within_limit"
    near_limit = "near_limit"
    limit_grace = "limit_grace"
    over_limit_served = "over_limit_served"
    overage = "overage"
    cap_reached = "cap_reached"
    limit_reached = "limit_reached"
    limit_grace_over = "limit_grace_over"
    not_included = "not_included"
    add_on_needed = "add_on_needed"
    severity_not_included = "severity_not_included"
    counter_unknown = "counter_unknown"
    safety_floor = "safety_floor"
    payment_past_due = "payment_past_due"
    payment_suspended = "payment_suspended"
    contract_in_grace = "contract_in_grace"
    contract_ended = "contract_ended"
    contract_not_started = "contract_not_started"
    no_contract = "no_contract"
    unknown_account = "unknown_account"
    unknown_feature = "unknown_feature"


# The members by themselves: finding one on its enum costs more than a comparison.
_DENY, _OVERAGE = Outcome.deny, Outcome.allow_with_overage


class Counter(msgspec.Struct, frozen=True, gc=False):
    """What is known of the running period when the question is asked."""

    used: Units
    carried: Units = 0
    """Units brought over from the period before, where the term lets them."""
    reached_at: int | None = None
    """When use first went beyond the limit (microseconds); the grace runs from then."""


class Decision(msgspec.Struct, frozen=True, gc=False):
    """An answer. `at` is the instant asked about, in microseconds since 1970."""

    span: Span
    rule: Rule
    at: int
    quantity: Units
    outcome: Outcome
    reason: Reason
    counter: Counter | None = None
    severity: str | None = None
    resets_at: int | None = None
    """End of the running period; None where nothing ever resets."""

    @property
    def is_allowed(self) -> bool:
        """Everything but `deny`."""
        return self.outcome is not _DENY

    @property
    def account(self) -> str:
        """Who asked."""
        return self.span.account

    @property
    def feature(self) -> str:
        """What was asked for."""
        return self.rule.key

    @property
    def promise_id(self) -> str:
        """The promise that decided; empty where none was made."""
        return self.rule.promise_id

    @property
    def catalog_version(self) -> str:
        """The version that the promise was signed on."""
        return self.rule.version or self.span.standing.version

    @property
    def layer(self) -> str:
        """The layer that won, e.g. `plan:priority`."""
        return self.rule.layer

    @property
    def included(self) -> Units | None:
        """Units that cost nothing extra, with what was carried over; None: not counted."""
        return None if self.rule.limit is None else included_units(self.rule, self.counter)

    @property
    def used(self) -> Units | None:
        """Units used before this question; None where nobody could tell."""
        return self.counter.used if self.counter else None

    @property
    def remaining(self) -> Units | None:
        """Units left when this one has been served (or has not, where it is denied)."""
        counter, rule = self.counter, self.rule
        if counter is None or rule.limit is None:
            return None
        left = included_units(rule, counter) - counter.used
        if self.outcome is not _DENY:
            left -= self.quantity
        return left if left > 0 else ZERO

    @property
    def cap(self) -> Decimal | None:
        """The most that overage may cost in the period; None where no cap is known."""
        return cap_of(self.rule, self.span.standing.fee)

    @property
    def charge(self) -> Decimal | None:
        """What serving this costs, exact; None where the price is not stated."""
        if self.outcome is not _OVERAGE or self.counter is None:
            return ZERO
        if self.rule.price is None:
            return None
        before = self.counter.used - included_units(self.rule, self.counter)
        return charge_between(before, before + self.quantity, price=self.rule.price, cap=self.cap)


def included_units(rule: Rule, counter: Counter | None) -> Units:
    """The limit of a counted rule with the units that were carried over to this period."""
    limit = rule.limit or ZERO
    return limit + counter.carried if rule.rollover and counter else limit
