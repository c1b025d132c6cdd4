"""Price pages in Pricing2Yaml become catalogs that say the same."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tierline.catalog.canonical import canonical_bytes
from tierline.catalog.document import parse_document
from tierline.catalog.load import parse_catalog
from tierline.connectors.facts import Form
from tierline.connectors.pricing2yaml import import_pricing
from tierline.kernel.errors import Invalid

HEAD = """
saasName: Halyard Inspect
syntaxVersion: '2.1'
version: July
createdAt: 2025-07-01
currency: USD
"""
PAGE = (
    HEAD
    + """
billing: {monthly: 1.0, annual: 0.8}
features:
  portal: {valueType: BOOLEAN, defaultValue: true, type: SUPPORT}
  24/7Help: {valueType: BOOLEAN, defaultValue: false, type: SUPPORT}
  region: {valueType: TEXT, defaultValue: any, type: GUARANTEE}
usageLimits:
  calls:
    {valueType: NUMERIC, defaultValue: 10, unit: call/minute, type: RENEWABLE,
     linkedFeatures: [portal]}
  photos: {valueType: NUMERIC, defaultValue: 1000000000, unit: photo/month, type: RENEWABLE}
plans:
  BASIC: {price: 10, unit: user/month, features: null, usageLimits: null}
  PRO:
    price: Contact Sales
    features: {24/7Help: {value: true}, missing: {value: true}}
    usageLimits: {calls: {value: .inf}}
addOns:
  moreCalls:
    price: 5
    availableFor: [PRO, GONE]
    dependsOn: [nowhere]
    usageLimitsExtensions: {calls: {value: 5}}
"""
)


def read(text):
    return import_pricing(parse_document(text, "page.yml"))


@pytest.fixture
def page():
    return read(PAGE)


def test_plans_become_tiers_in_their_order(page):
    assert list(page.catalog.tiers) == ["BASIC", "PRO"]


def test_a_default_is_written_out_into_every_plan_that_does_not_override_it(page):
    tiers = page.catalog.tiers
    assert tiers["BASIC"].terms["region"].value == "any"
    assert [tiers[key].terms["n24_7Help"].included for key in tiers] == [False, True]


def test_the_type_of_a_feature_gives_its_axis(page):
    axes = {key: feature.axis.value for key, feature in page.catalog.features.items()}
    assert axes["portal"] == "support_experience"
    assert axes["region"] == "risk_transfer"
    assert axes["calls"] == "performance_limit"


def test_a_limit_is_required_by_the_feature_that_it_bounds(page):
    assert page.catalog.features["portal"].requires == ("calls",)
    assert page.catalog.features["calls"].bounds == ("portal",)


def test_a_unit_a_minute_makes_a_rate_and_a_unit_a_month_a_quantity(page):
    terms = page.catalog.tiers["BASIC"].terms
    assert (terms["calls"].kind, terms["calls"].unit, terms["calls"].per) == (
        "rate",
        "call",
        "minute",
    )
    assert (terms["photos"].kind, terms["photos"].per) == ("quantity", "month")


@pytest.mark.parametrize(("tier", "limit"), [("BASIC", "photos"), ("PRO", "calls")])
def test_a_huge_or_infinite_limit_is_unlimited(page, tier, limit):
    assert page.catalog.tiers[tier].terms[limit].limit == "unlimited"


def test_a_million_calls_is_a_limit_that_somebody_sells():
    catalog = read(PAGE.replace("1000000000", "1000000")).catalog
    assert catalog.tiers["BASIC"].terms["photos"].limit == 1_000_000


def test_a_price_for_each_user_and_a_price_in_words(page):
    prices = [tier.price for tier in page.catalog.tiers.values()]
    assert (prices[0].model, prices[0].amount, prices[0].unit) == ("per_unit", 10, "user")
    assert (prices[1].model, prices[1].says) == ("quoted", "Contact Sales")


def test_names_that_lead_nowhere_are_kept_for_the_linter(page):
    add_on = page.catalog.add_ons["moreCalls"]
    assert "missing" in page.catalog.tiers["PRO"].terms
    assert (add_on.available_for, add_on.requires) == (("PRO", "GONE"), ("nowhere",))
    assert add_on.extends == {"calls": 5}


def test_a_yearly_payment_is_a_discount_factor(page):
    assert page.catalog.billing.discount_factors["annual"] == Decimal("0.8")


def test_a_price_may_be_worked_out_from_variables():
    text = PAGE.replace("price: 10,", "price: '#seat * 2 + 1',") + "variables: {seat: 4.5}\n"
    result = read(text)
    assert result.catalog.tiers["BASIC"].price.amount == 10
    assert not result.has_dropped


def test_an_expression_is_arithmetic_and_nothing_else():
    text = PAGE.replace("price: 10,", "price: '#x.__class__',") + "variables: {x: 1}\n"
    with pytest.raises(Invalid) as caught:
        read(text)
    assert caught.value.faults[0].code == "bad_expression"


def test_a_feature_and_a_limit_of_one_name_stay_two():
    text = PAGE.replace("photos:", "region:", 1)
    assert [key for key in read(text).catalog.features if key.startswith("region")] == [
        "region",
        "region_2",
    ]


def test_a_field_that_nobody_knows_is_dropped_by_name_and_line():
    result = read(PAGE + "colour: blue\n")
    (fact,) = result.of_form(Form.dropped)
    assert (fact.path, fact.line) == (("colour",), PAGE.count("\n") + 1)


def test_every_fault_comes_at_once_with_its_line():
    text = PAGE.replace("defaultValue: 10,", "defaultValue: '10',").replace(
        "value: true", "value: 1"
    )
    with pytest.raises(Invalid) as caught:
        read(text)
    found = [(fault.code, fault.path) for fault in caught.value.faults]
    assert found == [
        ("not_a_number", "usageLimits.calls.defaultValue"),
        ("not_a_boolean", "plans.PRO.features.24/7Help.value"),
    ]
    assert all(fault.line for fault in caught.value.faults)


def test_a_fault_of_the_catalog_is_placed_at_the_line_of_the_source():
    with pytest.raises(Invalid) as caught:
        read(PAGE.replace("currency: USD", "currency: dollars"))
    assert caught.value.faults[0].line == HEAD.count("\n")


@pytest.mark.parametrize("text", ["[]", "a: 1", "schema: vendor-support-plan/1"])
def test_another_format_is_refused_with_what_to_write(text):
    with pytest.raises(Invalid) as caught:
        read(text)
    assert "saasName" in caught.value.faults[0].write_instead


def test_every_real_page_loads_again_as_written_and_drops_nothing(shared):
    files = sorted(shared("data/saas-pricing-isa/TSC25").glob("*/*.yml"))
    assert len(files) == 175
    for file in files:
        result = import_pricing(parse_document(file.read_bytes(), file.name))
        written = canonical_bytes(result.catalog)
        assert parse_catalog(parse_document(written, "written.yaml")) == result.catalog
        assert not result.has_dropped, file
