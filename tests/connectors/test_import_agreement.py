"""Imported catalogs agree with an independent solver's analytics of the same price pages."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from tierline.bootstrap import import_catalog
from tierline.catalog.configurations import QuoteEstimate, subscription_prices


@pytest.fixture(scope="module")
def pages(shared):
    """Catalog and analytics of every page that the analytics name and that is there."""
    folder = shared("data/saas-pricing-isa")
    entries = [
        entry
        for saas in json.loads((folder / "TSC_analytics.json").read_text()).values()
        for entry in saas
    ]
    files = [(folder / "TSC25" / e["yaml_path"].split("TSC'25/")[1], e) for e in entries]
    found = [
        (import_catalog("pricing2yaml", file).catalog, entry["analytics"])
        for file, entry in files
        if file.exists()
    ]
    assert len(found) == 174
    return found


def test_counts_of_plans_features_limits_and_add_ons_agree(pages):
    for catalog, stated in pages:
        limits = sum(feature.is_limit for feature in catalog.features.values())
        assert len(catalog.tiers) == stated["numberOfPlans"]
        assert len(catalog.features) - limits == stated["numberOfFeatures"]
        assert limits == stated["numberOfUsageLimits"]
        assert len(catalog.add_ons) == stated["numberOfAddOns"]


def test_the_ways_to_buy_and_what_they_cost_agree(pages):
    for catalog, stated in pages:
        prices = subscription_prices(catalog, QuoteEstimate())
        assert prices.configurations == stated["configurationSpaceSize"]
        assert abs(prices.lowest - to_decimal(stated["minSubscriptionPrice"])) < Decimal("0.005")
        assert abs(prices.highest - to_decimal(stated["maxSubscriptionPrice"])) < Decimal("0.005")


def to_decimal(number):
    """The solver's floats, as they print."""
    return Decimal(str(number))
