"""What a stated price comes to."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tierline.catalog.lint.comparison import Relation
from tierline.catalog.lint.fees import cheaper, falls, fee_for
from tierline.catalog.price import Bracket, Flat, PercentOfSpend, PerUnit


def percent(*brackets: tuple[int, int | None], minimum: int = 0) -> PercentOfSpend:
    return PercentOfSpend(
        model="percent_of_spend",
        brackets=tuple(Bracket(percent=share, up_to=end) for share, end in brackets),
        minimum=minimum,
    )


def test_each_percentage_falls_on_its_own_bracket() -> None:
    price = percent((10, 150_000), (7, 500_000), (5, 1_000_000), (3, None))
    assert fee_for(price, Decimal(2_000_000)) == Decimal(94_500)


def test_a_minimum_is_charged_where_the_share_is_less() -> None:
    assert fee_for(percent((8, None), minimum=1900), Decimal(10_000)) == 1900


def test_included_units_are_free_and_a_minimum_of_units_is_charged() -> None:
    price = PerUnit(model="per_unit", amount=5, unit="seat", minimum_units=3, included_units=2)
    assert fee_for(price, Decimal(1)) == 15
    assert fee_for(price, Decimal(10)) == 40


def test_a_year_for_twelve_months_is_the_same_price() -> None:
    yearly = Flat(model="flat", amount=1200, per="year")
    assert cheaper(yearly, Flat(model="flat", amount=100)) is Relation.equal


def test_prices_that_cross_are_neither_cheaper_nor_dearer() -> None:
    share = percent((8, None), minimum=100)
    assert cheaper(share, Flat(model="flat", amount=500)) is Relation.unclear


def test_a_bracket_that_ends_before_it_begins_makes_use_cheaper() -> None:
    assert falls(percent((10, 150_000), (7, 100_000), (5, None))) is not None


@given(
    shares=st.lists(st.integers(0, 100), min_size=1, max_size=5),
    widths=st.lists(st.integers(1, 10_000), min_size=5, max_size=5),
    spends=st.tuples(st.integers(0, 60_000), st.integers(0, 60_000)),
)
def test_with_brackets_in_order_more_use_never_costs_less(
    shares: list[int], widths: list[int], spends: tuple[int, int]
) -> None:
    ends = [sum(widths[: place + 1]) for place in range(len(shares))]
    brackets = [*zip(shares[:-1], ends, strict=False), (shares[-1], None)]
    price = percent(*brackets)
    less, more = sorted(spends)
    assert falls(price) is None
    assert fee_for(price, Decimal(less)) <= fee_for(price, Decimal(more))
