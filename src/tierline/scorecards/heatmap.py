"""The week by the hour: when the clocks start that are missed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tierline.scorecards.local_hours import HOURS_A_WEEK, hours_of_week
from tierline.scorecards.outcomes import Outcome

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tierline.scorecards.outcomes import Outcomes


@dataclass(frozen=True)
class WeekHours:
    """Decided and missed milestones by the hour of the week in which their clock started."""

    zone: str
    decided: NDArray[np.int64]
    """168 counts; 0 is Monday from 00:00."""
    missed: NDArray[np.int64]

    def cell(self, day: int, hour: int) -> tuple[int, int]:
        """Missed and decided of one hour; day 0 is Monday."""
        place = day * 24 + hour
        return int(self.missed[place]), int(self.decided[place])


def week_hours(outcomes: Outcomes, local: NDArray[np.int64], zone: str) -> WeekHours:
    """Count by the hour; `local` are the instants of `outcomes.began` as clocks in `zone` show
    them."""
    hours = hours_of_week(local)
    missed = outcomes.outcome == Outcome.missed
    decided = missed | (outcomes.outcome == Outcome.met)
    return WeekHours(
        zone,
        np.bincount(hours[decided], minlength=HOURS_A_WEEK),
        np.bincount(hours[missed], minlength=HOURS_A_WEEK),
    )
