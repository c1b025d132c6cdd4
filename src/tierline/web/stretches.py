"""The stretch of time that a report is asked for, on a page and for its file."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from tierline.queries.adherence import stretch

if TYPE_CHECKING:
    from tierline.scorecards.desk import Stretch
    from tierline.web.shell import Visit


def asked_stretch(visit: Visit) -> Stretch:
    """From `?since=` until before `?until=`, as it was known `?at=`. Raises Invalid."""
    return stretch(visit.now, visit.instant("since"), visit.instant("until"), visit.instant("at"))


def stated_stretch(visit: Visit) -> dict[str, str]:
    """The stretch of time as it was typed."""
    return {name: visit.asked(name, 40) for name in ("since", "until", "at")}


def stated_query(visit: Visit, **more: str) -> str:
    """The stretch of time, to be carried along."""
    stated = {name: value for name, value in stated_stretch(visit).items() if value}
    return urlencode(stated | more)


def table_name(report: str, during: Stretch) -> str:
    """What the file of a report is called."""
    return f"{report}-{during.since.date()}-{during.until.date()}.csv"
