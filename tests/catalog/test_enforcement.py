"""The coverage audit of what is published."""

from __future__ import annotations

from decimal import Decimal

from small_offer import offer

from tierline.catalog.catalog import Catalog
from tierline.catalog.enforcement import enforcement_coverage
from tierline.catalog.feature import EnforcedBy


def with_nowhere(*keys: str) -> Catalog:
    catalog = offer()
    features = {
        key: feature.model_copy(update={"enforced_by": EnforcedBy.nowhere})
        if key in keys
        else feature
        for key, feature in catalog.features.items()
    }
    return catalog.model_copy(update={"features": features})


def test_every_promise_is_counted_once_however_many_tiers_give_it() -> None:
    found = enforcement_coverage(offer())
    ids = [promise.id for promise in found.promises]
    assert len(ids) == len(set(ids))
    assert {"acme/sandboxes", "acme/S1.acknowledge", "acme/extra", "acme/intake"} <= set(ids)
    (sandboxes,) = [each for each in found.promises if each.id == "acme/sandboxes"]
    assert sandboxes.tiers == ("standard", "priority", "enterprise")
    assert (found.percent, found.unenforced) == (Decimal(100), ())


def test_what_nobody_keeps_lowers_the_coverage() -> None:
    found = enforcement_coverage(with_nowhere("sandboxes"))
    assert [promise.id for promise in found.unenforced] == ["acme/sandboxes"]
    count = len(found.promises)
    assert found.percent == round(Decimal(100 * (count - 1)) / count)


def test_a_feature_that_no_tier_gives_is_no_promise() -> None:
    assert enforcement_coverage(with_nowhere("on_site_days")).unenforced == ()
