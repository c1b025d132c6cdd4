"""What a subscription can cost, over every way to buy."""

from __future__ import annotations

from decimal import Decimal
from itertools import chain, combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierline.catalog.catalog import Catalog
from tierline.catalog.configurations import QuoteEstimate, subscription_prices
from tierline.kernel.errors import LimitReached


def catalog(tiers, add_ons=None):
    return Catalog.model_validate(
        {
            "format": "tierline/catalog/1",
            "catalog": "halyard",
            "version": "2025-07-01",
            "company": "Halyard Systems",
            "tiers": {key: {"name": key, "price": price} for key, price in tiers.items()},
            "add_ons": {key: {"name": key, **stated} for key, stated in (add_ons or {}).items()},
        }
    )


def flat(amount, per="month"):
    return {"model": "flat", "amount": amount, "per": per}


QUOTED = {"model": "quoted"}


def prices_of(*arguments, estimate=None):
    found = subscription_prices(catalog(*arguments), estimate)
    return found.configurations, found.lowest, found.highest


def test_tiers_alone_range_from_the_cheapest_to_the_dearest():
    assert prices_of({"low": flat(10), "high": flat(90)}) == (2, 10, 90)


def test_an_add_on_counts_only_for_the_tiers_that_may_have_it():
    extra = {"price": flat(5), "available_for": ["low"]}
    assert prices_of({"low": flat(10), "high": flat(90)}, {"extra": extra}) == (3, 10, 90)


def test_an_add_on_comes_with_what_it_requires():
    add_ons = {"one": {"price": flat(5)}, "two": {"price": flat(7), "requires": ["one"]}}
    assert prices_of({"low": flat(10)}, add_ons) == (3, 10, 22)


def test_add_ons_that_exclude_each_other_are_never_held_together():
    add_ons = {"one": {"price": flat(5)}, "two": {"price": flat(7), "excludes": ["one"]}}
    assert prices_of({"low": flat(10)}, add_ons) == (3, 10, 17)


def test_a_circle_of_requirements_is_bought_as_one():
    add_ons = {
        "one": {"price": flat(5), "requires": ["two"]},
        "two": {"price": flat(7), "requires": ["one"]},
    }
    assert prices_of({"low": flat(10)}, add_ons) == (2, 10, 22)


@pytest.mark.parametrize("broken", [{"requires": ["gone"]}, {"excludes": ["extra"]}])
def test_an_add_on_that_nobody_can_buy_changes_nothing(broken):
    assert prices_of({"low": flat(10)}, {"extra": {"price": flat(5), **broken}}) == (1, 10, 10)


def test_a_quoted_part_is_left_out_and_named():
    found = subscription_prices(catalog({"low": flat(10), "high": QUOTED}))
    assert (found.configurations, found.highest, found.quoted) == (2, 10, ("high",))


def test_a_quoted_part_is_estimated_where_that_is_asked_for():
    tiers = {"low": flat(10), "high": QUOTED, "top": QUOTED}
    add_ons = {"extra": {"price": QUOTED}}
    assert prices_of(tiers, add_ons, estimate=QuoteEstimate()) == (6, 10, 1100)


def test_without_tiers_at_least_one_add_on_is_bought():
    add_ons = {"one": {"price": flat(5)}, "two": {"price": flat(7), "requires": ["one"]}}
    assert prices_of({}, add_ons) == (2, 5, 12)


def test_prices_of_unlike_periods_are_compared_by_the_month():
    tiers = {"monthly": flat(10), "yearly": flat(60, "year")}
    assert prices_of(tiers) == (2, 5, 10)


def test_a_one_off_price_is_no_part_of_a_subscription():
    assert prices_of({"low": flat(10)}, {"pack": {"price": flat(4000, "once")}}) == (2, 10, 10)


def test_add_ons_that_hang_together_beyond_counting_are_refused():
    add_ons = {f"a{n}": {"price": flat(1), "requires": ["root"]} for n in range(24)}
    with pytest.raises(LimitReached):
        subscription_prices(catalog({"low": flat(1)}, add_ons | {"root": {"price": flat(1)}}))


def test_hundreds_of_add_ons_that_stand_alone_are_counted_at_once():
    add_ons = {f"a{n}": {"price": flat(1)} for n in range(200)}
    assert prices_of({"low": flat(1)}, add_ons) == (2**200, 1, 201)


@given(
    st.lists(
        st.tuples(
            st.integers(0, 50),
            st.sets(st.integers(0, 5), max_size=2),
            st.sets(st.integers(0, 5), max_size=1),
        ),
        max_size=5,
    )
)
def test_every_set_of_add_ons_that_the_rules_allow_is_counted_and_no_other(stated):
    add_ons = {
        f"a{n}": {
            "price": flat(price),
            "requires": [f"a{other}" for other in requires],
            "excludes": [f"a{other}" for other in excludes],
        }
        for n, (price, requires, excludes) in enumerate(stated)
    }
    sets = chain.from_iterable(combinations(add_ons, size) for size in range(len(add_ons) + 1))
    allowed = [held for held in sets if may_be_held(set(held), add_ons)]
    totals = [sum((add_ons[key]["price"]["amount"] for key in held), 10) for held in allowed]
    expected = (len(allowed), Decimal(min(totals)), Decimal(max(totals)))
    assert prices_of({"low": flat(10)}, add_ons) == expected


def may_be_held(held, add_ons):
    return all(
        set(add_ons[key]["requires"]) <= held and not set(add_ons[key]["excludes"]) & held
        for key in held
    )
