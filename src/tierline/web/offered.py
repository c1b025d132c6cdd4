"""What the newest catalogs offer, as choices of a form."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tierline.catalog.catalog import Catalog
    from tierline.store.records import Reads


def severities_offered(reads: Reads) -> dict[str, str]:
    """`S1: Production stands` by `S1`."""
    return {
        key: f"{key}: {severity.name}"
        for catalog in reads.catalogs.newest()
        for key, severity in catalog.severities.items()
    }


def reasons_offered(catalogs: Iterable[Catalog]) -> dict[str, str]:
    """Why a case may wait: the names of the reasons by their keys."""
    return {
        key: pause.name
        for catalog in catalogs
        for rules in (catalog.clock_rules, *(each.clock_rules for each in catalog.tiers.values()))
        if rules is not None
        for key, pause in rules.pauses.items()
    }


def topics_offered(reads: Reads) -> dict[str, str]:
    """The names of the playbooks' topics by their keys."""
    return {key: each.name for key, each in reads.guides.newest()[1].topics.items()}


def choices_of(offered: Mapping[str, str], chosen: str, none: str) -> list[tuple[str, str]]:
    """The choices of a field that may stay empty; what was chosen once and is offered no more
    stays until somebody chooses otherwise."""
    gone = [(chosen, f"{chosen} (offered no more)")] if chosen and chosen not in offered else []
    return [("", none), *offered.items(), *gone]


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
