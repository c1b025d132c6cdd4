"""The coverage audit over everything that is sold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tierline.catalog.enforcement import EnforcementCoverage, enforcement_coverage

if TYPE_CHECKING:
    from tierline.store.records import Reads


def enforcement_audit(reads: Reads) -> tuple[EnforcementCoverage, ...]:
    """Of the newest version of every catalog, each promise and where it is enforced."""
    return tuple(enforcement_coverage(catalog) for catalog in reads.catalogs.newest())


def enforcement_by_version(reads: Reads, *, limit: int) -> tuple[EnforcementCoverage, ...]:
    """The same of the last versions of every catalog, by catalog, the newest first; one query."""
    return tuple(enforcement_coverage(catalog) for catalog in reads.catalogs.last(limit))
