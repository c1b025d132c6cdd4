"""How a log was read: what each column became, and what could not become a fact."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tierline.scorecards.coverage import ListedCase


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row of the file that could not become a fact. `line` counts from 1, the header included."""

    line: int
    column: str
    reason: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """What one column of the file is read as, and what stands in it."""

    column: str
    used_as: str
    """In words; an empty text where the mapping does not use it."""
    filled: int
    distinct: int | None = None
    example: str = ""


@dataclass(frozen=True)
class Intake:
    """The reading of one file."""

    source: str
    rows_read: int
    rejected: tuple[RejectedRow, ...] = ()
    refused: tuple[ListedCase, ...] = ()
    """Cases that could not be understood."""
    columns: tuple[ColumnUse, ...] = ()
