from __future__ import annotations

from decimal import Decimal

from tierline.entitlements.decision import Counter
from tierline.entitlements.limit_notice import NEVER, levels_of
from tierline.entitlements.rule import Rule

EIGHTY, WHOLE = Decimal(80), Decimal(100)
RULE = Rule(key="hours", name="Hours", limit=10, warn_at_percent=(EIGHTY,))


def test_a_level_is_due_where_it_is_reached_and_was_not_told() -> None:
    found = levels_of(RULE, Counter(9), {})
    assert (found.due, found.next) == ((EIGHTY,), Decimal(10))
    assert levels_of(RULE, Counter(9), {EIGHTY: Decimal(10)}).due == ()
    assert levels_of(RULE, Counter(12), {}).due == (EIGHTY, WHOLE)


def test_exactly_the_share_has_reached_it() -> None:
    assert levels_of(RULE, Counter(8), {}).due == (EIGHTY,)
    found = levels_of(RULE, Counter(Decimal("7.999999")), {})
    assert (found.due, found.next) == ((), Decimal(8))


def test_only_a_higher_limit_is_worth_telling_again() -> None:
    assert levels_of(RULE, Counter(10), {WHOLE: Decimal(20), EIGHTY: Decimal(20)}).next == NEVER
    assert levels_of(RULE, Counter(10), {WHOLE: Decimal(5)}).due == (EIGHTY, WHOLE)


def test_what_was_carried_over_is_included() -> None:
    rule = Rule(key="h", name="H", limit=10, rollover=True, warn_at_percent=(EIGHTY,))
    assert levels_of(rule, Counter(10, carried=10), {}).next == Decimal(16)


def test_nothing_included_is_no_limit_to_reach() -> None:
    nothing = Rule(key="h", name="H", limit=0, warn_at_percent=(EIGHTY,))
    assert levels_of(nothing, Counter(3), {}) == levels_of(Rule(key="h", name="H"), Counter(3), {})
