"""Percentiles of many groups at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

NOTHING = -1
"""Stands for the percentile of an empty group: lengths are never negative."""


def percentiles_by_group(
    values: NDArray[np.int64], group: NDArray[np.int64], groups: int, shares: Sequence[int]
) -> NDArray[np.int64]:
    """By group and share (50, 90): the smallest value that at least that percentage do not exceed.

    The nearest-rank definition: the answer is always a length that really occurred, and a median
    of two is the smaller one. An empty group has NOTHING.
    """
    order = np.lexsort((values, group))
    ranked = values[order]
    size = np.bincount(group, minlength=groups)
    first = np.cumsum(size) - size
    answer = np.full((groups, len(shares)), NOTHING, dtype=np.int64)
    filled = np.flatnonzero(size)
    for column, share in enumerate(shares):
        rank = -(-size[filled] * share // 100) - 1
        answer[filled, column] = ranked[first[filled] + np.maximum(rank, 0)]
    return answer
