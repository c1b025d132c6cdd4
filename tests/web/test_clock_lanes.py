"""The clock lanes of a case: a lane for each kind, from the first start to the last end."""

from __future__ import annotations

from tierline.catalog.statement import MilestoneKind
from tierline.milestones.fold import Milestone, Span
from tierline.milestones.table import NEVER, Verdict
from tierline.web.clock_lanes import case_lanes

MINUTE = 60_000_000


def clock(
    kind: MilestoneKind, start: int, end: int, due: int, verdict: Verdict, cycle: int = 0
) -> Milestone:
    """Of minutes; it stood still in its last one."""
    spans = (
        Span(start * MINUTE, (end - 1) * MINUTE, "running", "", "always", "p", 0),
        Span((end - 1) * MINUTE, end * MINUTE, "paused", "waiting_on_customer", "always", "p", 0),
    )
    is_open = verdict is Verdict.running
    return Milestone(
        kind=kind, cycle=cycle, promise_id="p", tier="t", severity="S1", hours="always",
        started=start * MINUTE, stopped=NEVER if is_open else end * MINUTE,
        used=(end - start) * MINUTE, allowance=10 * MINUTE, due=due * MINUTE, verdict=verdict,
        spans=spans,
    )  # fmt: skip


ACKNOWLEDGE = clock(MilestoneKind.acknowledge, 0, 5, 10, Verdict.met)
UPDATES = [
    clock(MilestoneKind.periodic_update, 5, 10, 15, Verdict.met),
    clock(MilestoneKind.periodic_update, 10, 30, 20, Verdict.missed, 1),
    clock(MilestoneKind.periodic_update, 30, 40, 50, Verdict.running, 2),
]
POST_MORTEM = clock(MilestoneKind.post_mortem, 40, 10_000, 10_000, Verdict.running)


def test_rounds_of_a_kind_share_a_lane_and_show_when_they_were_due_that_matters() -> None:
    drawn = case_lanes([ACKNOWLEDGE, *UPDATES])
    assert drawn is not None
    first, updates = drawn[1]
    assert (first.label, first.verdict, first.dues) == ("acknowledgement", "met", (20.0,))
    assert (updates.label, updates.verdict) == ("update", "missed")
    assert updates.text == "1 of 3 met, 1 missed"
    assert updates.dues == (40.0, 100.0)  # the round that was missed, and the one that runs
    assert len(updates.spans) == 6
    assert [span.runs for span in updates.spans[:2]] == [True, False]
    assert updates.spans[1].says == "paused: waiting on customer 1\N{NARROW NO-BREAK SPACE}min"


def test_a_post_mortem_does_not_squeeze_the_rest() -> None:
    drawn = case_lanes([ACKNOWLEDGE, POST_MORTEM])
    assert drawn is not None
    frame, lanes = drawn
    assert [lane.label for lane in lanes] == ["acknowledgement"]
    assert frame.end == 10 * MINUTE
    assert case_lanes([POST_MORTEM]) is None
