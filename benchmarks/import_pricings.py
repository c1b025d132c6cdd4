"""Do the imported catalogs say what an independent solver says of the same price pages?

Imports every Pricing2Yaml file that the solver's analytics name, counts and prices on the catalogs
(never on the source), and compares. Run: `python benchmarks/import_pricings.py [FOLDER]`, where
FOLDER holds `TSC_analytics.json` and `TSC25/`; by default $TIERLINE_FIXTURES/data/saas-pricing-isa.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections import Counter
from decimal import Decimal
from pathlib import Path

from tierline.bootstrap import import_catalog
from tierline.catalog.catalog import Catalog
from tierline.catalog.configurations import QuoteEstimate, subscription_prices

FIELDS = {
    "numberOfPlans": "plans",
    "numberOfFeatures": "features",
    "numberOfUsageLimits": "usage limits",
    "numberOfAddOns": "add-ons",
    "configurationSpaceSize": "configurations",
    "minSubscriptionPrice": "lowest price",
    "maxSubscriptionPrice": "highest price",
}


def figures(catalog: Catalog) -> dict[str, Decimal | int | None]:
    """The solver's figures, from a catalog. Where a price is only quoted the solver takes ten
    times the tier before, and 100 for an add-on."""
    prices = subscription_prices(catalog, QuoteEstimate())
    limits = sum(feature.is_limit for feature in catalog.features.values())
    return {
        "numberOfPlans": len(catalog.tiers),
        "numberOfFeatures": len(catalog.features) - limits,
        "numberOfUsageLimits": limits,
        "numberOfAddOns": len(catalog.add_ons),
        "configurationSpaceSize": prices.configurations,
        "minSubscriptionPrice": prices.lowest,
        "maxSubscriptionPrice": prices.highest,
    }


def agrees(found: Decimal | int | None, stated: float) -> bool:
    """Equal to the cent: the solver computes in floats."""
    return found is not None and abs(Decimal(found) - Decimal(str(stated))) < Decimal("0.005")


def main(folder: Path) -> int:
    """Print agreement per field, then every disagreement."""
    entries = {
        entry["yaml_path"].split("TSC'25/")[1]: entry["analytics"]
        for saas in json.loads((folder / "TSC_analytics.json").read_text()).values()
        for entry in saas
    }
    files = sorted((folder / "TSC25").glob("*/*.yml"))
    agreed: Counter[str] = Counter()
    compared, dropped, disagreements = 0, 0, []
    began = time.perf_counter()
    for file in files:
        result = import_catalog("pricing2yaml", file)
        dropped += result.counts()["dropped"]
        name = file.relative_to(folder / "TSC25").as_posix()
        if name not in entries:
            disagreements.append(f"{name}: the analytics have no entry for this file")
            continue
        compared += 1
        for field, found in figures(result.catalog).items():
            if agrees(found, entries[name][field]):
                agreed[field] += 1
            else:
                disagreements.append(f"{name}: {field} {found}, stated {entries[name][field]}")
    seconds = time.perf_counter() - began
    print(f"{len(files)} files imported, {dropped} facts dropped, {seconds:.1f} s in all")
    print(f"{'figure':<16}{'agree':>7}{'of':>6}")
    for field, title in FIELDS.items():
        print(f"{title:<16}{agreed[field]:>7}{compared:>6}")
    print("\n".join(disagreements))
    return 0 if all(agreed[field] == compared for field in FIELDS) else 1


if __name__ == "__main__":
    home = os.environ.get("TIERLINE_FIXTURES", "../shared")
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else f"{home}/data/saas-pricing-isa")))
