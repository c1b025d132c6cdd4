"""Whether an action after a post-mortem helped, as the page shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tierline.scorecards.recurrence import STRETCHES
from tierline.web.badges import Badge
from tierline.web.formats import signed_percent

if TYPE_CHECKING:
    from tierline.scorecards.recurrence import Recurrence

FEWER, MORE = Badge("ok", "✓", "Clearly fewer since"), Badge("breach", "×", "Clearly more since")
UNCLEAR = Badge("info", "?", "Not clear yet")
_STRETCHES = (
    "before: 61–90",
    "before: 31–60",
    "before: 1–30",
    "after: 1–30",
    "after: 31–60",
    "after: 61–90",
)


def helped(counted: Recurrence) -> dict[str, Any]:
    """Whether an action helped, with the six stretches of 30 days as a chart has them."""
    interval = counted.interval
    badge = UNCLEAR
    if counted.is_clear and interval is not None:
        badge = FEWER if interval.high < 0 else MORE
    return {
        "badge": badge,
        "counted": counted,
        "low": "" if interval is None else signed_percent(interval.low),
        "high": "" if interval is None else signed_percent(interval.high),
        "change": "" if counted.change is None else signed_percent(counted.change),
        "rows": [
            {
                "label": _STRETCHES[place],
                "value": count,
                "text": str(count),
                "class": "s6" if place < STRETCHES // 2 else "s1",
            }
            for place, count in enumerate(counted.by_stretch)
        ],
    }
