"""What the newest catalogs offer, as choices of a form."""

from __future__ import annotations

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
    """The names of tiers by their keys."""
    return {
        key: tier.name for catalog in reads.catalogs.newest() for key, tier in catalog.tiers.items()
    }
