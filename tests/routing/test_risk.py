"""The top reason why a case is at risk: what stands nearest in the way, then what history says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tierline.cases.standing import CaseState
from tierline.routing.risk import top_reason

NOW = datetime(2025, 4, 1, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
AGAIN = "the one of its kind before it was missed"


@pytest.mark.parametrize(
    ("state", "is_held", "due_at", "history", "reason"),
    [
        (CaseState.open, True, NOW + HOUR, AGAIN, "The one of its kind before it was missed"),
        (CaseState.open, True, NOW + HOUR, "", "The next step is due"),
        (CaseState.new, True, NOW + HOUR, AGAIN, "Nobody has answered yet"),
        (CaseState.open, False, NOW + HOUR, AGAIN, "Nobody has it"),
        (CaseState.open, True, NOW - HOUR, AGAIN, "A target is missed already"),
    ],
)
def test_what_stands_nearest_in_the_way_is_the_reason_and_history_where_nothing_does(
    state: CaseState, is_held: bool, due_at: datetime, history: str, reason: str
) -> None:
    said = top_reason(
        due_at=due_at, state=state, holder=None, is_held=is_held, now=NOW, history=history
    )
    assert said == reason
