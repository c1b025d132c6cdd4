"""The quality of metered usage: what each source sent, and what of it needs a look."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.kernel.errors import Forbidden, Invalid
from tierline.queries.usage_quality import usage_quality
from tierline.web.badges import Badge
from tierline.web.shell import Visit, shown_to

if TYPE_CHECKING:
    from starlette.responses import Response

    from tierline.queries.usage_quality import SourceQuality

PERIODS_DAYS = (1, 7, 30, 90)
_GOOD = Badge("ok", "✓", "Good")
_LOOK = Badge("warn", "!", "Needs a look")


@shown_to(Permission.read_usage)
def usage_quality_page(visit: Visit) -> Response:
    """By source over the last days; of all accounts at once, so for the vendor's people alone."""
    if visit.caller.accounts is not None:
        raise Forbidden("This page tells of all accounts at once. Your own use is with your plan.")
    days = _days(visit.asked("days", 4))
    start = visit.now - timedelta(days=days)
    found = visit.application.read(
        lambda reads: usage_quality(reads.snapshot, start=start, end=visit.now)
    )
    return visit.page(
        "pages/usage_quality.html",
        days=days,
        periods=PERIODS_DAYS,
        rows=[{"quality": each, "badge": _badge(each)} for each in found],
        accepted=sum(each.accepted for each in found),
        looks=sum(each.needs_a_look for each in found),
    )


def _days(text: str) -> int:
    if not text:
        return 30
    if not text.isdecimal() or int(text) not in PERIODS_DAYS:
        said = ", ".join(str(days) for days in PERIODS_DAYS)
        raise Invalid(f"'days' is one of {said}.", code="bad_days")
    return int(text)


def _badge(quality: SourceQuality) -> Badge:
    return _LOOK if quality.needs_a_look else _GOOD


ROUTES = [Route("/usage/quality", usage_quality_page, methods=["GET"])]
