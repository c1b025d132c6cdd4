"""What is concluded from use: declines, activation, and what precedes an upgrade."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tierline.scorecards.activation import Right, by_account, by_feature
from tierline.scorecards.decline import declines
from tierline.scorecards.intervals import Evidence
from tierline.scorecards.upgrade_trigger import Followed, UpgradeTrigger, upgrade_trigger

TODAY = date(2026, 1, 5)
DAY = date(2025, 6, 1)


def people(before: int, now: int, *, days: int = 130) -> dict[date, int]:
    return {TODAY - timedelta(back): now if back <= 60 else before for back in range(1, days + 1)}


def test_half_of_the_people_gone_is_a_decline() -> None:
    (found,) = declines({"quiet": people(100, 37), "steady": people(100, 60)}, TODAY)
    assert (found.account, found.before, found.now, found.percent) == (
        "quiet",
        Decimal(100),
        Decimal(37),
        Decimal(63),
    )


def test_the_deepest_fall_comes_first() -> None:
    found = declines({"a": people(100, 40), "b": people(10, 1)}, TODAY)
    assert [each.account for each in found] == ["b", "a"]


def test_days_without_a_number_are_no_decline() -> None:
    gap = {day: users for day, users in people(100, 100).items() if (TODAY - day).days > 20}
    assert declines({"gap": gap}, TODAY) == ()
    assert declines({"new": people(100, 10, days=60)}, TODAY) == ()


def right(account: str, feature: str, used: bool, yearly: int | None = None) -> Right:
    return Right(
        account=account,
        feature=feature,
        is_used=used,
        yearly=None if yearly is None else Decimal(yearly),
    )


def test_the_promise_with_the_most_wasted_value_comes_first() -> None:
    rights = [right(f"a{n}", "review", n == 0, 12_000) for n in range(6)]
    rights += [right(f"a{n}", "sandbox", n > 2, 3_000) for n in range(6)]
    review, sandbox = by_feature(rights)
    assert (review.feature, review.entitled, review.used) == ("review", 6, 1)
    assert review.wasted == 60_000
    assert review.is_unused
    assert review.evidence is Evidence.weak
    assert sandbox.wasted == 9_000
    assert not sandbox.is_unused


def test_an_account_that_uses_a_tenth_is_idle_and_one_with_few_rights_is_not_judged() -> None:
    rights = [right("idle", f"f{n}", n == 0) for n in range(10)]
    rights += [right("small", f"f{n}", used=False) for n in range(2)]
    by_name = {each.account: each for each in by_account(rights)}
    assert by_name["idle"].percent == 10
    assert by_name["idle"].is_idle
    assert not by_name["small"].is_idle


def followed(account: str, *days: int | None, rose: int | None = None) -> Followed:
    signs = tuple(None if day is None else DAY + timedelta(day) for day in days)
    return Followed(
        account=account, signs=signs, rose_on=None if rose is None else DAY + timedelta(rose)
    )


@pytest.mark.parametrize(
    ("account", "group"),
    [
        (followed("both, rose in time", 0, 10, rose=60), "rose_with"),
        (followed("both, rose too late", 0, 10, rose=101), "with_signs"),
        (followed("rose before the second sign", 0, 10, rose=5), "rose_without"),
        (followed("one sign only", 0, None, rose=60), "rose_without"),
    ],
    ids=lambda each: each.account if isinstance(each, Followed) else "",
)
def test_whoever_rose_counts_with_the_signs_it_had_shown_by_then(
    account: Followed, group: str
) -> None:
    found = upgrade_trigger([account])
    assert getattr(found, group) == 1
    assert found.rose_with == (group == "rose_with")


def test_newcombes_own_example_of_a_difference() -> None:
    """Newcombe (1998), table II, (a): 56/70 - 48/80 is 0.0524 to 0.3339 by method 10."""
    trigger = UpgradeTrigger(with_signs=70, rose_with=56, without_signs=80, rose_without=48)
    assert trigger.difference is not None
    assert trigger.difference.low == pytest.approx(0.0524, abs=5e-5)
    assert trigger.difference.high == pytest.approx(0.3339, abs=5e-5)
    assert trigger.is_trigger


def test_a_difference_that_chance_explains_is_no_trigger() -> None:
    few = UpgradeTrigger(with_signs=5, rose_with=1, without_signs=50, rose_without=3)
    assert not few.is_trigger
    none = UpgradeTrigger(with_signs=0, rose_with=0, without_signs=50, rose_without=3)
    assert not none.is_trigger
