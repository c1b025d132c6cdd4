"""Percentiles by group, beside the definition written out."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tierline.scorecards.percentiles import NOTHING, percentiles_by_group

ROWS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 1_000)), max_size=60)


@given(ROWS)
def test_every_group_has_its_nearest_rank(rows: list[tuple[int, int]]) -> None:
    group = np.array([row[0] for row in rows], dtype=np.int64)
    values = np.array([row[1] for row in rows], dtype=np.int64)
    found = percentiles_by_group(values, group, 4, (50, 90))
    for number in range(4):
        ranked = sorted(value for of, value in rows if of == number)
        for column, share in enumerate((50, 90)):
            wanted = ranked[math.ceil(len(ranked) * share / 100) - 1] if ranked else NOTHING
            assert found[number, column] == wanted


def test_the_median_of_two_is_the_smaller() -> None:
    found = percentiles_by_group(np.array([30, 10]), np.array([0, 0]), 1, (50, 90))
    assert found.tolist() == [[10, 30]]
