"""Which pairs of records are compared at all, and on which the shares are learned.

Few records are compared each with each. Many are compared where they share a strong key, or any
two of the weaker ones: a true pair that differs in everything but one thing is out of reach.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

from tierline.accounts.evidence import FieldKind

EACH_WITH_EACH_RECORDS = 2_000
_STRONG = frozenset({FieldKind.identifier, FieldKind.email, FieldKind.phone, FieldKind.domain})
_TEACHERS = frozenset(FieldKind) - {
    FieldKind.place,
    FieldKind.house_number,
    FieldKind.category,
}
_SUFFIX = {FieldKind.full_name: "_sorted", FieldKind.address: "_sorted"}
_LOOSE_SUFFIX = {
    FieldKind.full_name: "_sound",
    FieldKind.surname: "_sound",
    FieldKind.given_name: "",
    FieldKind.address: "_sorted",
}


def rules_for_pairs(kinds: Mapping[str, FieldKind], records: int) -> list[list[str]]:
    """Lists of columns; a pair is compared that has all columns of some list in common. An empty
    list stands for every pair."""
    if records <= EACH_WITH_EACH_RECORDS:
        return [[]]
    strong = [[_key(field, kind)] for field, kind in kinds.items() if _is_strong(kind)]
    weak = {
        field: f"{field}{_LOOSE_SUFFIX.get(kind, '')}"
        for field, kind in kinds.items()
        if kind not in _STRONG and kind is not FieldKind.category
    }
    together = [
        [weak[one], weak[other]]
        for one, other in combinations(weak, 2)
        if {kinds[one], kinds[other]} != {FieldKind.house_number, FieldKind.place}
    ]
    return strong + together


def rules_for_learning(kinds: Mapping[str, FieldKind]) -> list[str]:
    """Columns on which true pairs mostly agree; each teaches how the other fields compare."""
    return [_key(field, kind) for field, kind in kinds.items() if kind in _TEACHERS]


def _is_strong(kind: FieldKind) -> bool:
    return kind in _STRONG or kind is FieldKind.full_name


def _key(field: str, kind: FieldKind) -> str:
    return f"{field}{_SUFFIX.get(kind, '')}"
