"""The same milestone in two judgements of one log: same case, same kind, same start."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tierline.milestones.table import MilestoneTable

ABSENT = -1
"""Stands for the row of a milestone that the other judgement does not have."""


def matched_rows(
    before: MilestoneTable, after: MilestoneTable
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Row of each milestone in both tables, ABSENT where one lacks it.

    Cycles are matched by their start and not by their number: under another promise a case may
    have more or fewer of them, and their numbers shift.
    """
    if _is_aligned(before, after):
        same = np.arange(len(before))
        return same, same
    columns = [
        np.concatenate([left, right])
        for left, right in zip(_identity(before), _identity(after), strict=True)
    ]
    side = np.repeat(np.array([0, 1]), [len(before), len(after)])
    order = np.lexsort((side, *columns))
    same_as_next = np.ones(max(len(order) - 1, 0), dtype=np.bool_)
    for column in columns:
        ranked = column[order]
        same_as_next &= ranked[1:] == ranked[:-1]
    starts = np.ones(len(order), dtype=np.bool_)
    starts[1:] = ~same_as_next
    place = np.cumsum(starts) - 1
    found = np.full((2, int(starts.sum())), ABSENT, dtype=np.int64)
    row = np.concatenate([np.arange(len(before)), np.arange(len(after))])
    found[side[order], place] = row[order]
    return found[0], found[1]


def _is_aligned(before: MilestoneTable, after: MilestoneTable) -> bool:
    return len(before) == len(after) and all(
        np.array_equal(left, right)
        for left, right in (
            (before.case, after.case),
            (before.kind, after.kind),
            (before.started, after.started),
        )
    )


def _identity(table: MilestoneTable) -> tuple[NDArray[np.int64], ...]:
    """Least important column first, as `lexsort` wants them."""
    return (
        _place_among_equals(table),
        table.started,
        table.case,
        table.kind.astype(np.int64),
    )


def _place_among_equals(table: MilestoneTable) -> NDArray[np.int64]:
    """0, 1, ... for cycles of one case and kind that start at the same instant."""
    differs = np.ones(len(table), dtype=np.bool_)
    differs[1:] = (
        (table.case[1:] != table.case[:-1])
        | (table.kind[1:] != table.kind[:-1])
        | (table.started[1:] != table.started[:-1])
    )
    rows = np.arange(len(table))
    place: NDArray[np.int64] = rows - np.maximum.accumulate(np.where(differs, rows, 0))
    return place
