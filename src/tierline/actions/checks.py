"""Asking what an account may do, with what has been counted for it so far."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

import msgspec

from tierline.accounts.contact import ContactRole
from tierline.entitlements.check import check
from tierline.entitlements.decision import Counter, Units
from tierline.kernel.instants import from_micros, to_micros
from tierline.metering.balance import carried_over

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tierline.entitlements.decision import Decision
    from tierline.entitlements.rule import Rule
    from tierline.entitlements.ruleset import Ruleset
    from tierline.entitlements.span import Span
    from tierline.metering.meter import Meter

FIRST_INSTANT = 0
LAST_INSTANT = to_micros(datetime(9999, 1, 1, tzinfo=UTC))


class Question(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """May this account use so much of this feature at this instant (microseconds)?"""

    account: str
    feature: str
    at: int
    quantity: Units = 1
    severity: str | None = None


class ReservationTotals(Protocol):
    """What reservations come to."""

    def total(self, account: str, feature: str, period_start: int) -> Decimal: ...


class FeatureMeters(Protocol):
    """What meters use up."""

    def of_feature(self, feature: str) -> Meter | None: ...


class Used(Protocol):
    """What was metered."""

    def used(self, account: str, meter: Meter, start: int, end: int) -> Decimal: ...
    def went_beyond(
        self, account: str, meter: Meter, window: tuple[int, int], limit: Decimal
    ) -> int | None: ...


class Holders(Protocol):
    """Who holds roles at accounts."""

    def number_holding(self, account: str, role: str, at: datetime) -> int: ...


class CountingBooks(Protocol):
    """Where counts come from."""

    @property
    def reservations(self) -> ReservationTotals: ...

    @property
    def meters(self) -> FeatureMeters: ...

    @property
    def usage(self) -> Used: ...

    @property
    def contacts(self) -> Holders: ...


def counted_rule(ruleset: Ruleset, question: Question) -> tuple[Span, Rule] | None:
    """The span and the rule of a question that needs a count; None where none is needed."""
    span = ruleset.accounts.get(question.account)
    if span is None:
        return None
    if not span.start <= question.at < span.end:
        span = span.at(question.at)
    try:
        rule = span.rules[question.feature]
    except KeyError:
        return None
    return None if rule.limit is None else (span, rule)


def period_of(span: Span, rule: Rule, at: int) -> tuple[int, int | None]:
    """The period of a counted rule at an instant; what never resets is counted from the start."""
    if rule.per is None:
        return FIRST_INSTANT, None
    return span.cycles[rule.per].around(at)


def counter_of(books: CountingBooks, span: Span, rule: Rule, at: int) -> Counter:
    """What is used of a rule in the period that runs at `at`: what was metered, and what
    reservations hold or have used; of the seats of a role how many people hold it."""
    role = role_of_seats(rule)
    if role is not None:
        return Counter(books.contacts.number_holding(span.account, role.value, from_micros(at)))
    start, end = period_of(span, rule, at)
    window = start, LAST_INSTANT if end is None else end
    meter = books.meters.of_feature(rule.key)
    used = _used(books, span, rule, meter, window)
    carried = _carried(books, span, rule, meter, start)
    reached_at = None
    if rule.grace_us is not None and meter is not None:
        limit = Decimal(rule.limit or 0) + carried
        reached_at = books.usage.went_beyond(span.account, meter, window, limit)
    return Counter(whole(used), whole(carried), reached_at)


def role_of_seats(rule: Rule) -> ContactRole | None:
    """The role of contacts that a rule counts."""
    if rule.kind != "seats":
        return None
    named = rule.unit.strip().lower()
    return next((role for role in ContactRole if role.words == named), None)


def _used(
    books: CountingBooks, span: Span, rule: Rule, meter: Meter | None, window: tuple[int, int]
) -> Decimal:
    reserved = books.reservations.total(span.account, rule.key, window[0])
    return reserved if meter is None else reserved + books.usage.used(span.account, meter, *window)


def _carried(
    books: CountingBooks, span: Span, rule: Rule, meter: Meter | None, start: int
) -> Decimal:
    """What the period before hands on, by the rule with which it ended; the first one of a
    contract is handed nothing."""
    if not rule.rollover or rule.per is None or start <= span.cycles.anchor:
        return Decimal(0)
    ended = span.back_to(start - 1)
    try:
        its = ended.rules[rule.key]
    except KeyError:
        return Decimal(0)
    if its.limit is None or its.per != rule.per:
        return Decimal(0)
    before = ended.cycles[its.per].around(start - 1)
    used = _used(books, span, its, meter, before)
    return carried_over(Decimal(its.limit), used, rollover=its.rollover)


def ask(books: CountingBooks, ruleset: Ruleset, question: Question) -> Decision:
    """The answer, with what has been counted until now."""
    found = counted_rule(ruleset, question)
    counters: Mapping[str, Counter] = {}
    if found is not None:
        counters = {question.feature: counter_of(books, *found, question.at)}
    return check(
        ruleset,
        question.account,
        question.feature,
        question.quantity,
        at=question.at,
        counters=counters,
        severity=question.severity,
    )


def whole(number: Decimal) -> Units:
    """A whole number as an integer, which compares several times as fast."""
    return int(number) if number == number.to_integral_value() else number.normalize()
