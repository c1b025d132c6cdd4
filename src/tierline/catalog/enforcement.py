"""The coverage audit: every promise of a published catalog, and where it is enforced."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING

from tierline.catalog.feature import EnforcedBy

if TYPE_CHECKING:
    from tierline.catalog.catalog import Catalog


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedPromise:
    """A row of the grid. `id` is the catalog and the key; the tiers give it, each in its own
    measure."""

    id: str
    name: str
    kind: str
    """feature, target, add_on or remedy."""
    enforced_by: EnforcedBy
    tiers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EnforcementCoverage:
    """All promises of one catalog version, in the order of its grid."""

    catalog: str
    version: str
    promises: tuple[PublishedPromise, ...]

    @property
    def unenforced(self) -> tuple[PublishedPromise, ...]:
        """Those that nobody and nothing keeps."""
        return tuple(each for each in self.promises if each.enforced_by is EnforcedBy.nowhere)

    @property
    def percent(self) -> Decimal:
        """Enforced of published, in whole percent; 100 where nothing is promised."""
        kept = len(self.promises) - len(self.unenforced)
        share = Decimal(100 * kept) / (len(self.promises) or 1) if self.promises else Decimal(100)
        return share.quantize(Decimal(1), rounding=ROUND_HALF_EVEN)


def enforcement_coverage(catalog: Catalog) -> EnforcementCoverage:
    """Features say where they are kept; targets are timed on every case, remedies follow from the
    clocks, and an add-on is answered for by the check of what it gives."""
    return EnforcementCoverage(
        catalog.catalog,
        catalog.version.isoformat(),
        (*_features(catalog), *_targets(catalog), *_add_ons(catalog), *_remedies(catalog)),
    )


def _features(catalog: Catalog) -> Iterator[PublishedPromise]:
    for key, feature in catalog.features.items():
        tiers = _giving(catalog, key)
        if tiers:
            yield PublishedPromise(
                id=f"{catalog.catalog}/{key}",
                name=feature.name,
                kind="feature",
                enforced_by=feature.enforced_by,
                tiers=tiers,
            )


def _giving(catalog: Catalog, feature: str) -> tuple[str, ...]:
    if feature in catalog.every_plan:
        return tuple(catalog.tiers)
    return tuple(key for key, tier in catalog.tiers.items() if feature in tier.terms)


def _targets(catalog: Catalog) -> Iterator[PublishedPromise]:
    tiers: dict[str, list[str]] = {}
    for key, tier in catalog.tiers.items():
        for target in tier.targets:
            if target.within is not None:
                tiers.setdefault(f"{target.severity}.{target.milestone.value}", []).append(key)
    for key, giving in tiers.items():
        yield PublishedPromise(
            id=f"{catalog.catalog}/{key}",
            name=key,
            kind="target",
            enforced_by=EnforcedBy.workflow,
            tiers=tuple(giving),
        )


def _add_ons(catalog: Catalog) -> Iterator[PublishedPromise]:
    for key, add_on in catalog.add_ons.items():
        yield PublishedPromise(
            id=f"{catalog.catalog}/{key}",
            name=add_on.name,
            kind="add_on",
            enforced_by=EnforcedBy.platform,
            tiers=add_on.available_for or tuple(catalog.tiers),
        )


def _remedies(catalog: Catalog) -> Iterator[PublishedPromise]:
    for tier_key, tier in catalog.tiers.items():
        for key, remedy in tier.remedies.items():
            yield PublishedPromise(
                id=f"{catalog.catalog}/{tier_key}/{key}",
                name=remedy.name,
                kind="remedy",
                enforced_by=EnforcedBy.workflow,
                tiers=(tier_key,),
            )
