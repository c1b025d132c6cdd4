"""When the targets of a tier changed: the day from which the first contract was held to others.

A catalog version changes nothing by itself: a contract keeps what it was signed on until its plan
changes to another version.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tierline.accounts.contract import Contract, PlanPhase
    from tierline.catalog.clock_rules import Target


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class TargetChange:
    """From `at` (microseconds) on, contracts of a tier went over to a version; `is_other`: its
    targets are not those of the version before it."""

    at: int
    tier: str
    catalog: str
    version: str
    is_other: bool


def target_changes(
    contracts: Iterable[Contract], *, since: int, until: int
) -> tuple[TargetChange, ...]:
    """Those from `since` until before `until`, the first one first. The first version of a tier
    changes nothing."""
    first: dict[tuple[str, str, str], PlanPhase] = {}
    for contract in contracts:
        for phase in contract.plans:
            terms = phase.terms
            key = terms.tier, terms.catalog, terms.version.isoformat()
            if key not in first or phase.start < first[key].start:
                first[key] = phase
    found: list[TargetChange] = []
    before: dict[tuple[str, str], dict[str, Target]] = {}
    for tier, catalog, version in sorted(first):
        phase = first[tier, catalog, version]
        targets = {key: row.target for key, row in phase.terms.targets.items()}
        was = before.get((tier, catalog))
        before[tier, catalog] = targets
        if was is not None and since <= phase.start < until:
            found.append(
                TargetChange(
                    at=phase.start,
                    tier=tier,
                    catalog=catalog,
                    version=version,
                    is_other=was != targets,
                )
            )
    return tuple(sorted(found))
