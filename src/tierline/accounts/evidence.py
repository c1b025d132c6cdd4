"""What speaks for two records being of one and the same: a weight, and what it is made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum, auto

RecordKey = tuple[str, str]
"""The system that holds a record, and its id there."""


class FieldKind(StrEnum):
    """What a column of records holds; everything about comparing it follows from this."""

    full_name = auto()
    given_name = auto()
    surname = auto()
    address = auto()
    house_number = auto()
    place = auto()
    postcode = auto()
    date = auto()
    phone = auto()
    email = auto()
    domain = auto()
    identifier = auto()
    category = auto()


@dataclass(frozen=True, slots=True)
class Agreement:
    """How one field of the two compares, and the hundredths of a bit that it adds or takes."""

    field: str
    words: str
    weight: int


@dataclass(frozen=True, slots=True)
class MatchEvidence:
    """Two records, and how much more likely their fields are if they are one than if they are two:
    `weight` in hundredths of a bit (1,000 is about 1,000 to 1), the share of true pairs counted in.

    `contradictions` are the fields that speak against it so clearly that a person must look: each
    name has a word that the other lacks, or the tax ids differ.
    """

    first: RecordKey
    second: RecordKey
    weight: int
    agreements: tuple[Agreement, ...] = ()
    contradictions: tuple[str, ...] = ()


MERGE_WEIGHT = 800
"""From this weight on a pair is merged without a person: fixed on the historical set and reported
on the others (`benchmarks/record_linkage.py`)."""
REVIEW_WEIGHT = -300
"""Pairs below this weight are not worth anybody's time."""


def in_order(pairs: Iterable[MatchEvidence]) -> list[MatchEvidence]:
    """The pairs with the most evidence first; in one order, whatever order they came in."""
    return sorted(pairs, key=lambda each: (-each.weight, each.first, each.second))


def groups_of(pairs: Iterable[MatchEvidence], *, at_least: int) -> dict[RecordKey, RecordKey]:
    """The first record of the group of each record that some pair joins to another. Two records may
    come into one group through a third."""
    above: dict[RecordKey, RecordKey] = {}
    for pair in pairs:
        if pair.weight >= at_least and not pair.contradictions:
            join(above, pair.first, pair.second)
    return {key: top(above, key) for key in above}


def top(above: Mapping[RecordKey, RecordKey], key: RecordKey) -> RecordKey:
    """The first record of a record's group."""
    while above.get(key, key) != key:
        key = above[key]
    return key


def join(above: dict[RecordKey, RecordKey], first: RecordKey, second: RecordKey) -> None:
    """Make one group of the groups of two records."""
    one, other = sorted((top(above, first), top(above, second)))
    above[one] = above[other] = one
    above[first] = above[second] = one
