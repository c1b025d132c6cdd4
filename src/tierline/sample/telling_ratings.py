"""Telling how customers found their cases, some hours after these were resolved for good."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tierline.actions.effort import EffortBooks, rate_case
from tierline.cases.standing import ENDED
from tierline.kernel.instants import SECOND_US, from_micros

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from tierline.actions.occasion import Occasion
    from tierline.cases.case import Case
    from tierline.sample.case_life import CaseLife

_AFTER = timedelta(hours=3)


def tell_ratings(
    books: EffortBooks,
    *,
    told: Sequence[tuple[Case, CaseLife]],
    moment: Callable[[datetime, str], Occasion],
) -> None:
    """Have the customers of these cases say it, who do."""
    for case, life in told:
        if life.score and case.contact and case.standing.state in ENDED:
            at = from_micros(life.resolved * SECOND_US) + _AFTER
            rate_case(books, case.id, life.score, "", moment(at, case.contact))
