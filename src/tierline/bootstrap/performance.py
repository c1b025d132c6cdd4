"""The months of public figures: who works out what is due, and what the public reads."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from tierline.actions.performance import publish_month, published_since
from tierline.bootstrap.status import company_of
from tierline.calendars.months import month_after, month_stated
from tierline.queries.performance import figures_of
from tierline.scorecards.performance import Edition, due_months
from tierline.scorecards.performance_document import performance_document

if TYPE_CHECKING:
    from datetime import datetime

    from tierline.actions.occasion import Occasion
    from tierline.bootstrap.application import Application
    from tierline.store.records import Reads

MONTHS = 12
"""So many are read at once."""


def has_due_months(reads: Reads, now: datetime) -> bool:
    """Whether a month is over of which nobody was told: asked often, so it reads two small rows."""
    found = reads.performance.publication()
    if found is None or found.since is None:
        return False
    return not reads.performance.months().issuperset(due_months(_first(found.since), now))


def publish_due_months(application: Application, occasion: Occasion) -> None:
    """Tell what is due, the oldest month first, and on the way what is otherwise by now of those
    that were told before. Whoever is cut off leaves the newest to be told, and begins again."""
    since = application.read(lambda reads: published_since(reads.performance))
    for month in due_months(_first(since), occasion.now):
        _publish(application, month, occasion)


def _publish(application: Application, month: str, occasion: Occasion) -> None:
    figures = application.read(lambda reads: figures_of(reads, _first(month), occasion.now))
    application.change(lambda records: publish_month(records, month, figures, occasion))


def public_performance(application: Application, until: str = "") -> dict[str, Any]:
    """What the public reads: the twelve months that end with `until` (`2025-12`), or with the last
    that was told. Raises NotFound where nothing is published, and Invalid for what is no month."""
    now = application.now()

    def work(reads: Reads) -> dict[str, Any]:
        since = published_since(reads.performance)
        known = sorted(each for each in reads.performance.months() if each >= since)
        stated = month_stated(until)
        last = stated or (_first(known[-1]) if known else now.date().replace(day=1))
        wanted = {f"{month_after(last, -back):%Y-%m}" for back in range(MONTHS)}
        editions = reads.performance.editions(sorted(wanted & set(known)))
        return performance_document(
            editions, company=company_of(reads), since=since, until=f"{last:%Y-%m}", now=now
        )

    return application.read(work)


def next_performance(application: Application) -> dict[str, Any]:
    """What would be told of the last month that is over, for us: nobody was told of it."""
    now = application.now()
    last = month_after(now.date().replace(day=1), -1)

    def work(reads: Reads) -> dict[str, Any]:
        month = f"{last:%Y-%m}"
        edition = Edition(month=month, number=1, at=now, figures=figures_of(reads, last, now))
        return performance_document(
            [edition], company=company_of(reads), since=month, until=month, now=now
        )

    return application.read(work)


def is_performance_public(reads: Reads) -> bool:
    """Whether there is anything to lead to."""
    found = reads.performance.publication()
    return found is not None and found.since is not None


def _first(month: str) -> date:
    return date.fromisoformat(f"{month}-01")
