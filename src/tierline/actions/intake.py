"""How a log was read: what each column became, and what could not become a fact."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tierline.scorecards.coverage import ListedCase


class Rejection(Protocol):
    """A row of the file that could not become a fact, or one of several faults of a row."""

    @property
    def line(self) -> int:
        """In the file, from 1, the header included."""

    @property
    def column(self) -> str:
        """The column at fault."""

    @property
    def value(self) -> str:
        """What stands there, shortened."""

    @property
    def reason(self) -> str:
        """Why it cannot be used, in words."""


class Rejections(Protocol):
    """All rejections in the order of the file. They may be many, so they are made one by one."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[Rejection]: ...


@dataclass(frozen=True, slots=True)
class RowsRead:
    """Rows of the file; the four last add up to the first."""

    read: int
    used: int
    without_effect: int
    rejected: int
    of_listed_cases: int


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """A column of the file and what it is read as; an empty text where it is not used."""

    column: str
    used_as: str


@dataclass(frozen=True)
class Intake:
    """The reading of one file."""

    source: str
    rows: RowsRead
    rejections: Rejections = ()
    refused: tuple[ListedCase, ...] = ()
    """Cases that could not be understood."""
    columns: tuple[ColumnUse, ...] = ()
