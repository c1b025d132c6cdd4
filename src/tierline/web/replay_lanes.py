"""The clock lanes of the case that shows most of a replay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tierline.milestones.table import NEVER
from tierline.scorecards.misses import milestones_of_case
from tierline.web import replay_words as words
from tierline.web.clock_lanes import Frame, clock_lane

if TYPE_CHECKING:
    from tierline.actions.replay import Replay
    from tierline.scorecards.misses import Miss
    from tierline.web.clock_lanes import Lane

_MOST_LANES = 14


@dataclass(frozen=True)
class Lanes:
    """Clock lanes of one case: when each clock ran, stood still, was due and stopped."""

    miss: Miss
    lanes: tuple[Lane, ...]
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
    frame, zone = Frame.around(milestones), replay.scorecard.zone
    return Lanes(
        miss,
        tuple(clock_lane(each, frame) for each in milestones[:_MOST_LANES]),
        words.day(frame.start, zone),
        words.day(frame.end, zone),
    )
