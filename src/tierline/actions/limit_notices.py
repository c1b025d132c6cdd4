"""Telling that a count has reached a share of its limit: once a period and level, in the unit that
counts, so that the notice and the count are both there or neither."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple, Protocol

from tierline.actions.checks import (
    LAST_INSTANT,
    CountingBooks,
    counter_of,
    period_of,
)
from tierline.actions.occasion import Journal
from tierline.entitlements.decision import included_units
from tierline.entitlements.limit_notice import Levels, LimitNotice, levels_of
from tierline.kernel.instants import format_micros

if TYPE_CHECKING:
    from tierline.actions.occasion import Occasion
    from tierline.entitlements.decision import Counter
    from tierline.entitlements.rule import Rule
    from tierline.entitlements.ruleset import Ruleset
    from tierline.entitlements.span import Span
    from tierline.kernel.facts import Fact

Period = tuple[str, str, int]
"""Account, feature and start of the period in microseconds."""


class LimitNotices(Protocol):
    """The notices that there are."""

    def told(self, periods: Sequence[Period]) -> Mapping[Period, Mapping[Decimal, Decimal]]: ...
    def add(self, notices: Sequence[LimitNotice]) -> None: ...


class LimitBooks(Journal, CountingBooks, Protocol):
    """What the actions of this module need."""

    @property
    def limit_notices(self) -> LimitNotices: ...


class Limited(NamedTuple):
    """A period of a feature, with the rule that holds now, or held at its end."""

    span: Span
    rule: Rule
    start: int
    end: int
    looked_at: int
    """The instant within the period as of which it is counted."""

    @property
    def period(self) -> Period:
        """Its name."""
        return self.span.account, self.rule.key, self.start


class Looked(NamedTuple):
    """What was found: how much is used, and how much use brings the next notice."""

    used: Decimal
    next: Decimal


def limited(ruleset: Ruleset, account: str, feature: str, at: int, *, now: int) -> Limited | None:
    """The period of a feature in which an instant lies; None where nothing is limited."""
    head = ruleset.accounts.get(account)
    found = None if head is None else _counted(head, feature, at)
    if head is None or found is None:
        return None
    start, end = _window(*found, at)
    looked_at = min(max(now, start), end - 1)
    newest = _counted(head, feature, looked_at)
    if newest is None:
        return None
    return Limited(*newest, *_window(*newest, looked_at), looked_at)


def notice_limits(
    books: LimitBooks, periods: Iterable[Limited], occasion: Occasion
) -> dict[Period, Looked]:
    """Tell each level that a count has reached and that was not told; what was found."""
    by_name = {each.period: each for each in periods}
    told = books.limit_notices.told(list(by_name))
    found: dict[Period, Looked] = {}
    notices: list[LimitNotice] = []
    facts: list[Fact] = []
    # A query for each: they are few, those whose counts come near to a limit.
    for name, each in sorted(by_name.items()):
        counter = counter_of(books, each.span, each.rule, each.looked_at)
        levels = levels_of(each.rule, counter, told.get(name, {}))
        found[name] = Looked(Decimal(counter.used), levels.next)
        new = _notices(each, counter, levels, occasion)
        notices += new
        facts += [_fact(each, notice, occasion) for notice in new]
    books.limit_notices.add(notices)
    books.append(facts)
    return found


def _notices(
    each: Limited, counter: Counter, levels: Levels, occasion: Occasion
) -> list[LimitNotice]:
    return [
        LimitNotice(
            account=each.span.account,
            feature=each.rule.key,
            period_start=each.start,
            level=level,
            limit=Decimal(each.rule.limit or 0),
            included=Decimal(included_units(each.rule, counter)),
            used=Decimal(counter.used),
            noticed_at=occasion.now,
        )
        for level in levels.due
    ]


def _fact(each: Limited, notice: LimitNotice, occasion: Occasion) -> Fact:
    rule = each.rule
    body = {
        "feature": rule.key,
        "level_percent": _written(notice.level),
        "used": _written(notice.used),
        "included": _written(notice.included),
        "limit": _written(notice.limit),
        "unit": rule.unit,
        "behaviour": rule.behaviour,
        "period": rule.per,
        "period_start": format_micros(each.start) if rule.per else None,
        "period_end": format_micros(each.end) if rule.per else None,
        "contract": each.span.contract,
        "promise_id": rule.promise_id,
        "catalog_version": rule.version,
    }
    return occasion.fact("LimitNoticed", each.span.account, body)


def _counted(head: Span, feature: str, at: int) -> tuple[Span, Rule] | None:
    """Rates flow and seats are held: neither is used up in a period."""
    span = head.at(at)
    try:
        rule = span.rules[feature]
    except KeyError:
        return None
    is_counted = rule.limit is not None and rule.kind not in ("rate", "seats")
    return (span, rule) if is_counted else None


def _window(span: Span, rule: Rule, at: int) -> tuple[int, int]:
    start, end = period_of(span, rule, at)
    return start, LAST_INSTANT if end is None else end


def _written(number: Decimal) -> str:
    return f"{number.normalize():f}"
