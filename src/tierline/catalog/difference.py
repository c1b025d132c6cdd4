"""What changed between two versions of a catalog, in words, for whom, and whether for the worse.

Compared are resolved promises by promise id, so that a rewritten file that promises the same has
no difference, and a renamed thing is the same promise under another name.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tierline.catalog.difference_add_ons import add_on_changes
from tierline.catalog.difference_change import Change, Direction, Kind
from tierline.catalog.difference_rest import order_changes, rest_changes
from tierline.catalog.difference_targets import TargetComparison, target_changes
from tierline.catalog.difference_terms import term_changes
from tierline.catalog.difference_tiers import tier_changes
from tierline.catalog.difference_triage import triage_changes
from tierline.catalog.resolved import resolve_tiers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tierline.catalog.catalog import Catalog

_ORDER = list(Direction)


@dataclass(frozen=True, slots=True)
class Difference:
    """All changes from the old version to the new one, worse first."""

    old: Catalog
    new: Catalog
    changes: tuple[Change, ...]

    @property
    def is_worse(self) -> bool:
        """Whether anything is worse for anyone."""
        return any(change.direction is Direction.worse for change in self.changes)

    def count(self, direction: Direction) -> int:
        """Changes of a direction."""
        return sum(change.direction is direction for change in self.changes)


def difference(old: Catalog, new: Catalog) -> Difference:
    """Compare two versions. Two catalogs of different companies are compared all the same."""
    changes = sorted(_changes(old, new), key=lambda change: _place(new, old, change))
    return Difference(old, new, tuple(_in_other_catalog(old, new, changes)))


def _changes(old: Catalog, new: Catalog) -> Iterator[Change]:
    before, after = resolve_tiers(old), resolve_tiers(new)
    targets = TargetComparison(old, new)
    for key in after:
        if key not in before:
            yield _whole_tier(new, key, Kind.added)
    for key in before:
        if key not in after:
            yield _whole_tier(old, key, Kind.removed)
            continue
        yield from target_changes(targets, before[key], after[key])
        yield from term_changes(old, new, before[key], after[key])
        yield from tier_changes(old, new, before[key], after[key])
    yield from add_on_changes(old, new)
    yield from triage_changes(old, new)
    yield from order_changes(old, new)
    yield from rest_changes(old, new)


def _whole_tier(catalog: Catalog, key: str, kind: Kind) -> Change:
    added = kind is Kind.added
    name = catalog.tiers[key].name
    return Change(
        direction=Direction.better if added else Direction.worse,
        kind=kind,
        holder=key,
        holder_name=name,
        what="Tier",
        promise_id=f"{catalog.catalog}/{key}",
        old=None if added else name,
        new=name if added else None,
    )


def _place(new: Catalog, old: Catalog, change: Change) -> tuple[int, int]:
    """Worse first; inside, for everyone first, then up the ladder."""
    holders = ["", *dict.fromkeys([*new.tiers, *old.tiers])]
    known = holders.index(change.holder) if change.holder in holders else len(holders)
    return _ORDER.index(change.direction), known


def _in_other_catalog(old: Catalog, new: Catalog, changes: Iterable[Change]) -> Iterator[Change]:
    """Promise ids of the new catalog, also for what was removed from the old one."""
    for change in changes:
        start = f"{old.catalog}/"
        if old.catalog != new.catalog and change.promise_id.startswith(start):
            yield replace(change, promise_id=f"{new.catalog}/{change.promise_id[len(start) :]}")
        else:
            yield change


def difference_values(found: Difference) -> dict[str, object]:
    """The difference as plain values for JSON."""
    return {
        "format": "tierline/difference/1",
        "catalog": found.new.catalog,
        "old_version": found.old.version.isoformat(),
        "new_version": found.new.version.isoformat(),
        "counts": {direction.value: found.count(direction) for direction in Direction},
        "changes": [change.to_values() for change in found.changes],
    }
