"""The figures of a month that the public is told, from the reports that we read ourselves."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

from tierline.calendars.months import month_after
from tierline.catalog.tier import Availability
from tierline.queries.adherence import desk_adherence
from tierline.queries.uptime import public_uptime
from tierline.scorecards.desk import Stretch
from tierline.scorecards.performance_figures import month_figures

if TYPE_CHECKING:
    from datetime import date

    from tierline.scorecards.performance import Figure
    from tierline.store.records import Reads


def figures_of(reads: Reads, first: date, now: datetime) -> tuple[Figure, ...]:
    """Of the cases that were opened in a month (UTC), by its first day, as they stand now."""
    since, until = (datetime.combine(day, time(), UTC) for day in (first, month_after(first)))
    private = {
        key
        for catalog in reads.catalogs.newest()
        for key, tier in catalog.tiers.items()
        if tier.availability is Availability.private
    }
    desk = desk_adherence(reads.snapshot, Stretch(since, until, now))
    return month_figures(desk, public_uptime(reads, now, first), private)
