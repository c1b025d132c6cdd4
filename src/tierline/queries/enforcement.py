"""The coverage audit over everything that is sold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tierline.catalog.enforcement import EnforcementCoverage, enforcement_coverage

if TYPE_CHECKING:
    from tierline.store.records import Reads


def enforcement_audit(reads: Reads) -> tuple[EnforcementCoverage, ...]:
    """Of the newest version of every catalog, each promise and where it is enforced."""
    return tuple(enforcement_coverage(catalog) for catalog in reads.catalogs.newest())
