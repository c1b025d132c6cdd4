"""Rows and cases that are not judged, each with the reason."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import polars as pl
    from numpy.typing import NDArray

_SHOWN_CHARACTERS = 80


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that was not used, and why. A row with two faults is listed twice."""

    line: int
    """In the file, from 1; in Parquet the row after a header that stands on line 1."""
    column: str
    value: str
    reason: str


@dataclass
class RowRejects:
    """Faults of rows as they are found; kept as columns, because a bad file can have millions."""

    rows: int
    is_rejected: NDArray[np.bool_] = field(init=False)
    _found: list[tuple[NDArray[np.int64], str, pl.Series | None, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.is_rejected = np.zeros(self.rows, dtype=np.bool_)

    def add(
        self,
        rows: NDArray[np.bool_] | NDArray[np.int64],
        values: pl.Series | None,
        *,
        column: str,
        reason: str,
    ) -> None:
        """Reject rows (a mask, or places) for one reason; `values` is the whole column."""
        places = np.flatnonzero(rows) if rows.dtype == np.bool_ else rows.astype(np.int64)
        if len(places) == 0:
            return
        self.is_rejected[places] = True
        shown = None if values is None else values.gather(places)
        self._found.append((places, column, shown, reason))

    def listed(self, line_of: Callable[[NDArray[np.int64]], NDArray[np.int64]]) -> RejectedRows:
        """The finished list, in the order of the file."""
        return RejectedRows(int(self.is_rejected.sum()), tuple(self._found), line_of)


@dataclass(frozen=True)
class RejectedRows:
    """All rejected rows; iterate for each fault in the order of the file."""

    rows: int
    """Rows that were rejected; a row with two faults counts once."""
    _found: tuple[tuple[NDArray[np.int64], str, pl.Series | None, str], ...]
    _line_of: Callable[[NDArray[np.int64]], NDArray[np.int64]]

    def __len__(self) -> int:
        return sum(len(places) for places, *_ in self._found)

    def __iter__(self) -> Iterator[RejectedRow]:
        if not self._found:
            return
        places = np.concatenate([places for places, *_ in self._found])
        groups = np.repeat(np.arange(len(self._found)), [len(p) for p, *_ in self._found])
        within = np.concatenate([np.arange(len(p)) for p, *_ in self._found])
        lines = self._line_of(places)
        for place in np.lexsort((groups, places)):
            _, column, values, reason = self._found[groups[place]]
            value = None if values is None else values[int(within[place])]
            yield RejectedRow(int(lines[place]), column, _short(value), reason)

    def by_reason(self) -> dict[tuple[str, str], int]:
        """Number of faults by column and reason, the most frequent first."""
        counts: Counter[tuple[str, str]] = Counter()
        for places, column, _, reason in self._found:
            counts[column, reason] += len(places)
        return dict(counts.most_common())


def _short(value: object) -> str:
    text = "" if value is None else str(value)
    if len(text) <= _SHOWN_CHARACTERS:
        return text
    return f"{text[:_SHOWN_CHARACTERS]}... ({len(text):,} characters)"
