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
    from tierline.sample.telling_cases import ToldCase

_AFTER = timedelta(hours=3)


def tell_ratings(
    books: EffortBooks,
    *,
    told: Sequence[ToldCase],
    moment: Callable[[datetime, str], Occasion],
) -> None:
    """Have the customers of these cases say it, who do."""
    for each in told:
        if each.life.score == 0:
            continue
        case = books.cases.get(each.id)
        if case.contact and case.standing.state in ENDED:
            at = from_micros(each.life.resolved * SECOND_US) + _AFTER
            rate_case(books, case.id, each.life.score, "", moment(at, case.contact))
