"""Rows put into named groups, so that every count is one pass over a column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

NOT_STATED = "not stated"
"""The name of a group whose rows say nothing of the dimension."""


@dataclass(frozen=True)
class Dimension:
    """One column to group by: a code for each row, -1 for not stated, and the names of the codes
    in the order in which they are shown."""

    codes: NDArray[np.integer]
    names: tuple[str, ...]


@dataclass(frozen=True)
class Groups:
    """The group of every row, and what each group is called, one name for each dimension."""

    of_row: NDArray[np.int64]
    names: tuple[tuple[str, ...], ...]

    def __len__(self) -> int:
        return len(self.names)

    def counts(self, classes: NDArray[np.integer], how_many: int) -> NDArray[np.int64]:
        """Rows by group and class: a table of len(self) by `how_many`."""
        flat = self.of_row * how_many + classes
        return np.bincount(flat, minlength=len(self) * how_many).reshape(len(self), how_many)


_SPARSE_TIMES, _FEW_ROWS = 16, 1_000
"""With so many more possible groups than rows, those that occur are found by sorting."""


def groups_of(dimensions: Sequence[Dimension], rows: int) -> Groups:
    """The groups that have rows, in the order of the dimensions' names. None is one group."""
    combined = np.zeros(rows, dtype=np.int64)
    sizes = [len(dimension.names) + 1 for dimension in dimensions]
    for dimension, size in zip(dimensions, sizes, strict=True):
        # Not stated (-1) becomes the last code of its dimension.
        combined = combined * size + dimension.codes.astype(np.int64) % size
    if not dimensions:
        return Groups(combined, ((),))
    present, of_row = _numbered(combined, int(np.prod(sizes)))
    names = [_names(int(code), dimensions, sizes) for code in present]
    return Groups(of_row, tuple(names))


def _numbered(codes: NDArray[np.int64], size: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The codes that occur, ascending, and the place of each row's code among them."""
    if size > _SPARSE_TIMES * max(len(codes), _FEW_ROWS):
        present, of_row = np.unique(codes, return_inverse=True)
        return present, of_row
    occurs = np.bincount(codes, minlength=size) > 0
    place = np.cumsum(occurs) - 1
    return np.flatnonzero(occurs), place[codes]


def _names(code: int, dimensions: Sequence[Dimension], sizes: Sequence[int]) -> tuple[str, ...]:
    names: list[str] = []
    for dimension, size in zip(reversed(dimensions), reversed(sizes), strict=True):
        code, place = divmod(code, size)
        names.append(dimension.names[place] if place < len(dimension.names) else NOT_STATED)
    return tuple(reversed(names))
