"""What becomes of every field that a desk publishes: read, kept, left out with the reason, or
unknown to its mapping."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, auto
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from tierline.connectors.event_log.export import fields_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tierline.connectors.event_log.mapping import EventLogMapping


class Fate(StrEnum):
    """What becomes of a field."""

    read = auto()
    """A fact, a severity, a verdict or a name is made of it."""
    kept = auto()
    """It stands beside the facts of the case."""
    left_out = auto()
    unknown = auto()


@dataclass(frozen=True, slots=True)
class PublishedField:
    """A field of a list, as its vendor publishes it."""

    list: str
    field: str
    fate: Fate
    reason: str
    """Why it is left out."""


def published_fields(mapping: EventLogMapping) -> Iterator[PublishedField]:
    """Every published field of a mapping's lists, in their order."""
    for name, stated in mapping.records.items():
        read = fields_of(name, mapping)
        for field in stated.published:
            reason = stated.left_out.get(field, "")
            if any(_holds(each, field) for each in read):
                yield PublishedField(name, field, Fate.read, "")
            elif any(_holds(each, field) for each in stated.keep):
                yield PublishedField(name, field, Fate.kept, "")
            else:
                fate = Fate.left_out if reason else Fate.unknown
                yield PublishedField(name, field, fate, reason)


def _holds(taken: str, field: str) -> bool:
    """Whether what is taken is the field, holds it, or is a part of it."""
    is_inside = field.startswith(f"{taken}.") or taken.startswith(f"{field}.")
    return is_inside or fnmatchcase(field, taken)
