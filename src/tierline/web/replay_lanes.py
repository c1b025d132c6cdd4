"""Clock lanes of one case: the picture of what ran, stood still, was due and stopped, and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tierline.milestones.table import NEVER
from tierline.scorecards.misses import milestones_of_case
from tierline.web import replay_words as words

if TYPE_CHECKING:
    from tierline.actions.replay import Replay
    from tierline.milestones.fold import Milestone, Span
    from tierline.scorecards.misses import Miss
    from tierline.web.replay_pictures import View

_MOST_LANES = 14


@dataclass(frozen=True)
class Lanes:
    """Clock lanes of one case: when each clock ran, stood still, was due and stopped."""

    miss: Miss
    lanes: tuple[View, ...]
    first: str
    last: str


def case_lanes(replay: Replay) -> Lanes | None:
    """The lanes of the worst case that has stopped, if one has; of these rather of one in which a
    clock stood still, because it shows more."""
    worst = replay.scorecard.worst
    if not worst:
        return None
    stopped = [each for each in worst if each.milestone.stopped != NEVER] or list(worst)
    miss = next((each for each in stopped if each.pauses), stopped[0])
    milestones = milestones_of_case(miss.case_id, replay.log, replay.terms)
    start = min(each.started for each in milestones)
    end = max(max(each.spans[-1].end, each.due) for each in milestones)
    zone = replay.scorecard.zone
    return Lanes(
        miss,
        tuple(_lane(each, start, end) for each in milestones[:_MOST_LANES]),
        words.day(start, zone),
        words.day(end, zone),
    )


def _lane(milestone: Milestone, start: int, end: int) -> View:
    def place(at: int) -> float:
        return round(100 * (at - start) / max(1, end - start), 2)

    number_ = f" {milestone.cycle + 1}" if milestone.cycle else ""
    over = milestone.used - milestone.allowance
    verdict = milestone.verdict.name
    margin = f", over by {words.open_time(over)}" if over > 0 else ""
    return {
        "label": f"{words.kind_words(milestone.kind.value)}{number_}",
        "verdict": verdict,
        "text": f"{verdict}{margin}",
        "due": None if milestone.due == NEVER else place(milestone.due),
        "spans": [_span(span, place(span.start), place(span.end)) for span in milestone.spans],
    }


def _span(span: Span, start: float, end: float) -> View:
    reason = f": {words.kind_words(span.reason)}" if span.reason else ""
    return {
        "start": start,
        "end": end,
        "runs": span.state == "running",
        "says": f"{words.kind_words(span.state)}{reason} {words.elapsed(span.end - span.start)}",
    }
