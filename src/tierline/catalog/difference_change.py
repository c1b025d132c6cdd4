"""One change between two versions of a catalog."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tierline.catalog.lint.comparison import Relation


class Direction(StrEnum):
    """What a change means for the one who holds the tier; in the order in which it is told."""

    worse = "worse"
    changed = "changed"
    """Neither better nor worse, or both in different respects."""
    better = "better"


class Kind(StrEnum):
    """Whether a promise is there in both versions."""

    changed = "changed"
    added = "added"
    removed = "removed"
    renamed = "renamed"


@dataclass(frozen=True, slots=True)
class Change:
    """`what` changed from the words `old` to the words `new`, for the holders of a tier."""

    direction: Direction
    kind: Kind
    holder: str
    """Key of a tier, `+key` of an add-on, or empty for everyone."""
    holder_name: str
    what: str
    promise_id: str
    """Empty where it is no promise to a customer."""
    old: str | None
    new: str | None
    note: str = ""
    """What the words do not show: from when, for how many, how much money."""

    def to_values(self) -> dict[str, object]:
        """Plain values for JSON."""
        return {
            "direction": self.direction.value,
            "kind": self.kind.value,
            "for": self.holder or None,
            "for_name": self.holder_name or None,
            "what": self.what,
            "promise_id": self.promise_id or None,
            "old": self.old,
            "new": self.new,
            "note": self.note or None,
        }


_DIRECTIONS = {
    Relation.more: Direction.better,
    Relation.less: Direction.worse,
    Relation.equal: Direction.changed,
    Relation.unclear: Direction.changed,
}


def direction_of(relation: Relation) -> Direction:
    """What it means that the new version gives more or less than the old one."""
    return _DIRECTIONS[relation]


def order(new: object, old: object, *, more_is_better: bool = True) -> Relation:
    """The relation of two values that can be ordered: `more` where the new one is better."""
    if new == old:
        return Relation.equal
    is_more = bool(new > old)  # type: ignore[operator]  # callers give two values of one kind
    return Relation.more if is_more is more_is_better else Relation.less
