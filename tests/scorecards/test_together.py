"""Cases under several promises: judged together they are what each is by itself."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
from drawn_cases import START, histories, terms
from hypothesis import given, settings
from hypothesis import strategies as st
from milestone_rows import column_rows

from tierline.cases.history import CaseHistory
from tierline.cases.log import CaseLog
from tierline.milestones.columns import judge
from tierline.milestones.terms import Terms
from tierline.scorecards.outcomes import Outcome
from tierline.scorecards.together import judged_together

NOW = START + timedelta(days=30)


@settings(max_examples=10, deadline=None)
@given(st.lists(st.tuples(histories(), terms()), max_size=3), st.integers(0, 2))
def test_each_case_comes_out_as_it_does_under_its_own_promise(
    drawn: list[tuple[list[CaseHistory], Terms]], unpromised: int
) -> None:
    parts, first = [], unpromised
    for cases, promised in drawn:
        parts.append((first, CaseLog.of(cases, NOW), promised))
        first += len(cases)
    together = judged_together(parts, np.zeros(first, dtype=np.int64))
    alone = [
        (place + row[0], *row[1:])
        for place, log, promised in parts
        for row in column_rows(judge(log, promised))
    ]
    assert sorted(column_rows(together.table)) == sorted(alone)
    excluded = together.outcomes.outcome == Outcome.excluded
    of_none = np.sort(together.outcomes.case[excluded & (together.outcomes.kind.codes < 0)])
    assert of_none.tolist() == list(range(unpromised))
    assert set(together.outcomes.case.tolist()) == set(range(first)) or not drawn
