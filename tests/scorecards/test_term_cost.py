"""What a tier costs over a term: the catalog's prices and overages, and nothing guessed."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from small_offer import offer

import tierline
from tierline.catalog.catalog import Catalog
from tierline.catalog.lint.fees import Computable, fee_for
from tierline.catalog.load import load_catalog
from tierline.catalog.resolved import resolve_tiers
from tierline.kernel.money import Money
from tierline.scorecards.term_cost import (
    TERMS_MONTHS,
    CostLine,
    LineState,
    TermCost,
    measures_of,
    term_costs,
)

SAMPLE = Path(tierline.__file__).parent / "sample" / "halyard-2025-07-01.yaml"
SEATS = {"model": "per_unit", "amount": "9.50", "unit": "seats", "minimum_units": 5}
SHARE = {"model": "percent_of_spend", "brackets": [{"percent": 10}], "minimum": 1000}


def priced(price: dict[str, Any] | None, **tier: Any) -> Catalog:
    """The small offer with a price on Priority."""
    stated = yaml.safe_load(yaml.safe_dump(offer().model_dump(mode="json", exclude_none=True)))
    stated["tiers"]["priority"] |= {**({"price": price} if price else {}), **tier}
    return Catalog.model_validate(stated)


def costs(catalog: Catalog, tier: str = "priority", **quantities: str) -> dict[int, TermCost]:
    tiers = resolve_tiers(catalog)
    measures = measures_of(catalog, tiers)
    stated = {measures[key]: Decimal(number) for key, number in quantities.items()}
    return {each.months: each for each in term_costs(catalog, tiers[tier], stated)}


def line(cost: TermCost, key: str) -> CostLine:
    (found,) = (each for each in cost.lines if each.key == key)
    return found


def minor(money: Money | None) -> int | None:
    return None if money is None else money.minor


@pytest.mark.parametrize(
    ("price", "quantities", "year"),
    [
        ({"model": "flat", "amount": 490}, {}, 588_000),
        ({"model": "flat", "amount": 900, "per": "quarter"}, {}, 360_000),
        ({"model": "flat", "amount": 5000, "per": "year"}, {}, 500_000),
        ({"model": "flat", "amount": 700, "per": "once"}, {}, 70_000),
        ({"model": "flat", "amount": 0}, {}, 0),
        (SEATS, {"seat": "2"}, 57_000),
        (SEATS, {"seat": "10"}, 114_000),
        (SHARE, {"spend": "5000"}, 1_200_000),
        (SHARE, {"spend": "20000"}, 2_400_000),
    ],
)
def test_the_fee_is_paid_as_often_as_its_period_comes(
    price: dict[str, Any], quantities: dict[str, str], year: int
) -> None:
    found = costs(priced(price), **quantities)
    assert minor(found[12].total) == year
    is_once = price.get("per") == "once"
    assert minor(found[36].total) == (year if is_once else 3 * year)


@pytest.mark.parametrize(
    ("price", "state"),
    [
        (None, LineState.on_request),
        ({"model": "quoted"}, LineState.on_request),
        ({"model": "bundled", "included_in": "the platform"}, LineState.on_request),
        ({"model": "flat", "amount": 3, "per": "week"}, LineState.on_request),
        (SEATS, LineState.not_stated),
        (SHARE, LineState.not_stated),
    ],
)
def test_what_the_catalog_has_no_price_for_has_no_amount_and_no_total(
    price: dict[str, Any] | None, state: LineState
) -> None:
    found = costs(priced(price))[24]
    assert line(found, "plan").state is state
    assert (line(found, "plan").amount, found.total, found.known.minor) == (None, None, 0)


def test_use_beyond_a_limit_costs_what_the_catalog_charges_up_to_its_cap() -> None:
    catalog = priced({"model": "flat", "amount": 490})
    within, beyond, capped = (
        line(costs(catalog, hours=used)[12], "hours") for used in ("10", "12", "40")
    )
    assert (within.state, minor(within.amount), within.beyond) == (LineState.included, 0, None)
    assert (beyond.state, minor(beyond.amount)) == (LineState.priced, 12 * 36_000)
    assert (capped.beyond, minor(capped.amount)) == (30, 12 * 45_000)


def test_a_cap_is_a_share_of_the_fee_that_is_paid() -> None:
    hours = {
        "kind": "service_units",
        "amount": 10,
        "unit": "hour",
        "per": "month",
        "at_limit": {"behaviour": "cap", "overage_amount": 180, "cap_percent_of_fee": 50},
    }
    terms = {"hours": hours}
    flat = {"model": "flat", "amount": 400}
    assert minor(line(costs(priced(flat, terms=terms), hours="20")[12], "hours").amount) == 240_000
    committed = [{"years": 1, "discount_percent": 10}]
    found = costs(priced(flat, terms=terms, commitments=committed), hours="20")
    assert minor(line(found[12], "hours").amount) == 216_000
    assert minor(line(found[24], "hours").amount) == 480_000
    unknown = costs(priced({"model": "quoted"}, terms=terms), hours="20")[12]
    assert line(unknown, "hours").state is LineState.on_request


@pytest.mark.parametrize("tiers", [("priority", "enterprise"), ("enterprise", "priority")])
@pytest.mark.parametrize(("limit", "unit", "per"), [(20, "hour", "year"), (20, "day", "month")])
def test_a_limit_of_another_period_or_unit_is_on_request_and_never_within(
    tiers: tuple[str, str], limit: int, unit: str, per: str
) -> None:
    stated = priced({"model": "flat", "amount": 490}).model_dump(mode="json", exclude_none=True)
    counted = {"kind": "service_units", "amount": limit, "unit": unit, "per": per}
    stated["tiers"]["enterprise"]["terms"]["hours"] = counted
    catalog = Catalog.model_validate(stated)
    resolved = resolve_tiers(catalog)
    measure = measures_of(catalog, {key: resolved[key] for key in tiers})["hours"]
    first, other = (
        line(term_costs(catalog, resolved[key], {measure: Decimal(6)})[0], "hours") for key in tiers
    )
    assert (first.state, minor(first.amount)) == (LineState.included, 0)
    assert (other.state, other.amount, other.beyond) == (LineState.on_request, None, None)
    unused = term_costs(catalog, resolved[tiers[1]], {measure: Decimal(0)})[0]
    assert line(unused, "hours").state is LineState.included


def test_what_is_paid_each_period_is_rounded_before_it_is_added_up() -> None:
    price = {"model": "per_unit", "amount": "0.0125", "unit": "seat"}
    committed = [{"years": 1, "discount_percent": 10}]
    found = costs(priced(price, commitments=committed), seat="50")[12]
    assert minor(line(found, "plan").amount) == 12 * 62
    assert minor(line(found, "commitment").amount) == 12 * -6
    assert minor(found.total) == 12 * 56


def test_what_is_stopped_or_counted_for_good_is_on_request_and_what_is_not_given_is_said() -> None:
    catalog = priced({"model": "flat", "amount": 490})
    found = costs(catalog, sandboxes="6")[12]
    assert line(found, "sandboxes").state is LineState.on_request
    assert (found.total, found.known.minor) == (None, 588_000)
    states = [
        line(costs(catalog, "standard", hours=used)[12], "hours").state for used in ("2", "0")
    ]
    assert states == [LineState.not_included, LineState.included]


def test_a_commitment_counts_in_the_term_of_its_own_length() -> None:
    found = costs(
        priced({"model": "flat", "amount": 100}, commitments=[{"years": 2, "discount_percent": 8}])
    )
    assert [minor(found[months].total) for months in TERMS_MONTHS] == [120_000, 220_800, 360_000]
    assert minor(line(found[24], "commitment").amount) == -19_200


@pytest.mark.parametrize(
    "price",
    [
        {"model": "flat", "amount": 100, "per": "once"},
        {"model": "flat", "amount": 0},
    ],
)
def test_a_commitment_takes_nothing_off_a_fee_that_is_paid_once_or_is_none(
    price: dict[str, Any],
) -> None:
    found = costs(priced(price, commitments=[{"years": 1, "discount_percent": 10}]))[12]
    assert [each.key for each in found.lines] == ["plan"]
    assert minor(found.total) == price["amount"] * 100


def test_a_total_is_the_fee_that_the_worked_examples_of_the_sample_state() -> None:
    catalog = load_catalog(SAMPLE)
    for example in catalog.worked_examples:
        found = costs(catalog, example.tier, spend=str(example.spend))[12]
        assert line(found, "plan").each == example.fee
        price = catalog.tiers[example.tier].price
        assert isinstance(price, Computable)
        assert line(found, "plan").each == fee_for(price, Decimal(example.spend))


def test_prices_of_any_size_stay_exact() -> None:
    price = {"model": "flat", "amount": "99999999999999.9999"}
    assert minor(costs(priced(price))[36].total) == 360_000_000_000_000_000
    per_seat = {"model": "per_unit", "amount": "0.0015", "unit": "seat"}
    found = costs(priced(per_seat), seat="1000000000000")[36]
    assert minor(found.total) == 36 * 150_000_000_000
