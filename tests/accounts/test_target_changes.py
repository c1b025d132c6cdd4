"""When the targets of a tier changed: by contracts, not by what was published."""

from __future__ import annotations

import yaml
from small_offer import OFFER, contract, micros

from tierline.accounts.contract import PlanPhase
from tierline.accounts.signed_terms import SignedTerms, terms_signed
from tierline.accounts.target_changes import TargetChange, target_changes
from tierline.catalog.catalog import Catalog


def version(day: str, within: str = "PT4H") -> SignedTerms:
    stated = yaml.safe_load(OFFER)
    stated["version"] = day
    stated["tiers"]["standard"]["targets"][0]["within"] = within
    return terms_signed(Catalog.model_validate(stated), "standard")


def phase(terms: SignedTerms, day: str) -> PlanPhase:
    return PlanPhase(terms=terms, start=micros(day))


def test_targets_change_with_the_first_contract_of_a_version_that_has_others() -> None:
    old, same, other = (
        version("2025-01-01"), version("2025-03-01"), version("2025-06-01", "PT2H"),
    )  # fmt: skip
    contracts = [
        contract(plans=(phase(old, "2025-01-01"), phase(same, "2025-04-05"))),
        contract(plans=(phase(old, "2025-01-01"), phase(other, "2025-07-08"))),
        contract(plans=(phase(old, "2025-01-01"), phase(other, "2025-06-09"))),
    ]
    since, until = micros("2025-02-01"), micros("2025-12-01")
    found = target_changes(contracts, since=since, until=until)
    common = {"tier": "standard", "catalog": "acme"}
    assert found == (
        TargetChange(at=micros("2025-04-05"), version="2025-03-01", is_other=False, **common),
        TargetChange(at=micros("2025-06-09"), version="2025-06-01", is_other=True, **common),
    )
    assert target_changes(contracts, since=since, until=micros("2025-04-05")) == ()
