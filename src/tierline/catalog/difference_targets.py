"""Changes of targets: the wait by the wall clock decides, not the number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tierline.catalog.difference_change import Change, Direction, Kind, direction_of, order
from tierline.catalog.difference_remedies import remedy_relation
from tierline.catalog.difference_waits import Timed, shift_of
from tierline.catalog.lint.comparison import Relation, combined
from tierline.catalog.words import (
    joined,
    milestone_name,
    percent_in_words,
    remedy_in_words,
    severity_code,
    target_in_words,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tierline.catalog.catalog import Catalog
    from tierline.catalog.hours_statement import HoursStatement
    from tierline.catalog.price import Remedy
    from tierline.catalog.resolved import ResolvedTarget, ResolvedTier


@dataclass(frozen=True)
class TargetComparison:
    """Targets of two versions, timed side by side in the new version's first year."""

    old: Catalog
    new: Catalog

    def relation(self, old: ResolvedTarget, new: ResolvedTarget) -> tuple[Relation, str]:
        """Whether the new target is due earlier (`more`), and from how many starts not."""
        if old.statement.within is None or new.statement.within is None:
            return order(new.statement.within is not None, old.statement.within is not None), ""
        if old.statement.within == new.statement.within and self.same_hours(old, new):
            return Relation.equal, ""
        before = Timed(old.statement.within, self._hours(self.old, old))
        after = Timed(new.statement.within, self._hours(self.new, new))
        shift = shift_of(before, after, self.new.version)
        if shift is None:
            return Relation.unclear, ""
        if not shift.share_later or not shift.share_earlier:
            return order(shift.share_later, shift.share_earlier, more_is_better=False), ""
        return Relation.unclear, (
            f"due later from {shift.share_later:.0%} of starts, earlier from "
            f"{shift.share_earlier:.0%}"
        )

    def same_hours(self, old: ResolvedTarget, new: ResolvedTarget) -> bool:
        """Whether both count the same hours, whatever these are called."""
        return self._hours(self.old, old) == self._hours(self.new, new)

    def _hours(self, catalog: Catalog, target: ResolvedTarget) -> HoursStatement | None:
        return catalog.business_hours.get(target.hours) if target.hours else None


def target_changes(
    compare: TargetComparison, before: ResolvedTier, after: ResolvedTier
) -> Iterator[Change]:
    """Targets of one tier, in the order of the new version."""
    for key in [*after.targets, *(key for key in before.targets if key not in after.targets)]:
        change = _change(compare, before, after, key)
        if change is not None:
            yield change


def _change(
    compare: TargetComparison, before: ResolvedTier, after: ResolvedTier, key: tuple[str, str]
) -> Change | None:
    old, new = before.targets.get(key), after.targets.get(key)
    shown = new or old
    assert shown is not None  # noqa: S101 - the key comes from one of the two
    old_words = _words(compare.old, before, old) if old else None
    new_words = _words(compare.new, after, new) if new else None
    if old and new:
        relation, note = _relation(compare, (before, old), (after, new))
        if relation is Relation.equal and not _differs_otherwise(compare, old, new):
            return None
        direction, kind = direction_of(relation), Kind.changed
        note = note or _unseen(old, new) if old_words == new_words else note
    else:
        gives = shown.statement.within is not None
        direction = (Direction.better if new else Direction.worse) if gives else Direction.changed
        kind, note = (Kind.added if new else Kind.removed), ""
    code = severity_code(compare.new, shown.severity)
    return Change(
        direction=direction,
        kind=kind,
        holder=after.key,
        holder_name=after.tier.name,
        what=f"{code} {milestone_name(shown.milestone).lower()}",
        promise_id=shown.promise_id,
        old=old_words,
        new=new_words,
        note=note,
    )


def _relation(
    compare: TargetComparison,
    old: tuple[ResolvedTier, ResolvedTarget],
    new: tuple[ResolvedTier, ResolvedTarget],
) -> tuple[Relation, str]:
    wait, note = compare.relation(old[1], new[1])
    before, after = old[1].statement, new[1].statement
    parts = [
        wait,
        order(after.commitment, before.commitment),
        remedy_relation(_remedy(*old), _remedy(*new)),
        order(after.attainment_percent or 100, before.attainment_percent or 100),
        order(bool(after.needs), bool(before.needs), more_is_better=False),
        order(after.negotiable, before.negotiable, more_is_better=False),
    ]
    return combined(parts), note


def _remedy(tier: ResolvedTier, target: ResolvedTarget) -> Remedy | None:
    return tier.tier.remedies.get(target.statement.remedy or "")


def _differs_otherwise(compare: TargetComparison, old: ResolvedTarget, new: ResolvedTarget) -> bool:
    """Anything else that the row says, and what its hours are."""
    aside = {"hours": None, "severity": "any", "headline": None, "warn_at_percent": ()}
    same_row = old.statement.model_copy(update=aside) == new.statement.model_copy(update=aside)
    same_rest = (old.headline, old.warn_at_percent) == (new.headline, new.warn_at_percent)
    return not (same_row and same_rest and compare.same_hours(old, new))


def _unseen(old: ResolvedTarget, new: ResolvedTarget) -> str:
    """Changes that the words of a target do not show."""
    said = []
    if old.warn_at_percent != new.warn_at_percent:
        steps = [joined([percent_in_words(p) for p in t.warn_at_percent]) or "nothing"
                 for t in (old, new)]  # fmt: skip
        said.append(f"warnings at {steps[0]}, now at {steps[1]}")
    if old.headline != new.headline:
        said.append(
            f"proves the headline {new.headline or 'none'}, before {old.headline or 'none'}"
        )
    if old.hours != new.hours:
        said.append(f"on the hours {new.hours}, before {old.hours}")
    return "; ".join(said) or "its hours or details changed"


def _words(catalog: Catalog, tier: ResolvedTier, target: ResolvedTarget) -> str:
    words = target_in_words(catalog, target)
    if not target.statement.commitment:
        return words
    remedy = _remedy(tier, target)
    return f"{words}; a commitment{f' ({remedy_in_words(remedy)})' if remedy else ''}"
