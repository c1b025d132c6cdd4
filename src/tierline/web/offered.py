"""What the newest catalogs offer, as choices of a form."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tierline.store.records import Reads


def severities_offered(reads: Reads) -> dict[str, str]:
    """`S1: Production stands` by `S1`."""
    return {
        key: f"{key}: {severity.name}"
        for catalog in reads.catalogs.newest()
        for key, severity in catalog.severities.items()
    }


def tiers_offered(reads: Reads) -> dict[str, str]:
    """The names of tiers by their keys; where catalogs name a key otherwise, all of them."""
    names: dict[str, list[str]] = {}
    for catalog in reads.catalogs.newest():
        for key, tier in catalog.tiers.items():
            names.setdefault(key, []).append(tier.name)
    return {key: " / ".join(dict.fromkeys(found)) for key, found in names.items()}


def tiers_by_catalog(reads: Reads) -> dict[tuple[str, str], str]:
    """The names of tiers by catalog and key, with the catalog where another one has the key too."""
    found = reads.catalogs.newest()
    times = Counter(key for catalog in found for key in catalog.tiers)
    return {
        (catalog.catalog, key): f"{tier.name} ({catalog.catalog})" if times[key] > 1 else tier.name
        for catalog in found
        for key, tier in catalog.tiers.items()
    }
