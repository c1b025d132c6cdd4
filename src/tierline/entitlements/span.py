"""A span: a stretch of time in which an account's rules do not change.

Made for being read: what all accounts of a plan have in common is one shared object, and a span is
small, because with many accounts an answer costs what its memory costs.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

import msgspec

from tierline.accounts.contract import Fee, PaymentState
from tierline.accounts.coverage import CoverageState
from tierline.accounts.periods import Cycles, cycles_of

if TYPE_CHECKING:
    from tierline.entitlements.rule import Rule

FIRST, LAST = -(1 << 62), 1 << 62
"""Before and after every instant that can be written."""


class OwnRules(dict[str, "Rule"]):
    """Rules that differ for one account, over the plan's."""

    __slots__ = ("shared",)

    def __init__(self, own: dict[str, Rule], shared: dict[str, Rule]) -> None:
        super().__init__(own)
        self.shared = shared

    def __missing__(self, feature: str) -> Rule:
        """The plan's rule. Raises KeyError where there is none either."""
        return self.shared[feature]


class Standing(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How an account stands in a span; many accounts stand the same way."""

    coverage: CoverageState = CoverageState.covered
    payment: PaymentState = PaymentState.paid
    is_before: bool = False
    """Uncovered because the contract has not started."""
    catalog: str = ""
    version: str = ""
    worst_severity: str | None = None
    fee: Fee | None = None


class Span(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """From `start` to `end` the account is answered by `rules`."""

    account: str
    start: int
    end: int
    rules: dict[str, Rule]
    standing: Standing
    is_plain: bool = False
    """Covered and paid: nothing stands between a rule and its answer."""
    contract: str = ""
    """The one that governs, or the one that comes nearest; empty where there is none."""
    cycles: Cycles = cycles_of(0, "UTC")
    """Where its periods begin and end."""
    timeline: Timeline | None = None
    """All spans of the account; only the span that is looked at first knows them."""
    before: Span | None = None
    """The span that ends where this one starts."""

    def at(self, instant: int) -> Span:
        """The account's span in which an instant lies."""
        if self.start <= instant < self.end or self.timeline is None:
            return self
        return self.timeline.spans[bisect_right(self.timeline.starts, instant) - 1]

    def back_to(self, instant: int) -> Span:
        """The span in which an instant lies that is not after this one's end."""
        span = self
        while instant < span.start and span.before is not None:
            span = span.before
        return span

    def all_keys(self) -> set[str]:
        """Every feature and target that has a rule."""
        shared = self.rules.shared if isinstance(self.rules, OwnRules) else {}
        return {*self.rules, *shared}


class Timeline(msgspec.Struct, frozen=True, gc=False):
    """Spans from before every instant to after it, without a gap."""

    starts: tuple[int, ...]
    spans: tuple[Span, ...]
