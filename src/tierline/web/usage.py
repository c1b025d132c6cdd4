"""The quality of metered usage: what each source sent, and what of it needs a look."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.kernel.errors import Forbidden, Invalid
from tierline.queries.usage_quality import last_heard, usage_quality
from tierline.web.badges import Badge
from tierline.web.shell import Visit, shown_to

if TYPE_CHECKING:
    from starlette.responses import Response

    from tierline.queries.usage_quality import SourceQuality
    from tierline.store.records import Reads

PERIODS_DAYS = (1, 7, 30, 90)
_GOOD = Badge("ok", "✓", "Good")
_LOOK = Badge("warn", "!", "Needs a look")


@shown_to(Permission.read_usage)
def usage_quality_page(visit: Visit) -> Response:
    """By source over some days until now or an instant; of all accounts at once, so for the
    vendor's people alone."""
    if visit.caller.accounts is not None:
        raise Forbidden("This page tells of all accounts at once. Your own use is with your plan.")
    days = _days(visit.asked("days", 4))
    asked = visit.instant()
    end = asked or visit.now

    def work(reads: Reads) -> tuple[tuple[SourceQuality, ...], datetime | None]:
        found = usage_quality(reads.snapshot, start=end - timedelta(days=days), end=end)
        return found, None if found else last_heard(reads.snapshot)

    found, last = visit.application.read(work)
    return visit.page(
        "pages/usage_quality.html",
        days=days,
        at=asked,
        stated=visit.asked("at", 40),
        last_day=None if last is None else (last + timedelta(days=1)).date(),
        last=last,
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
