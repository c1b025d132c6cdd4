"""Over which time the use of knowledge is looked at: what was stated, else the last half-year that
has anything."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import sqlalchemy as sa

from tierline.kernel.errors import Invalid
from tierline.queries.adherence import EARLIEST, MOST_DAYS
from tierline.scorecards.desk import Stretch
from tierline.store.knowledge_use import (
    article_view_table,
    deflection_table,
    knowledge_use_table,
    search_gap_table,
)
from tierline.store.unit_of_work import Snapshot

PERIOD = timedelta(days=180)
"""So long is a stretch that nobody stated; an article whose version is older is stale."""
_DAY = timedelta(days=1)


def usual_stretch(now: datetime) -> Stretch:
    """The 180 days until now."""
    return Stretch(now - PERIOD, now, now)


def knowledge_stretch(
    snapshot: Snapshot, now: datetime, since: datetime | None, until: datetime | None
) -> Stretch:
    """What was stated; else the last 180 days, or where nothing was used in them the 180 days that
    end with the day on which something was used last. Raises Invalid for a stretch that ends
    before it begins, or is longer than MOST_DAYS."""
    if since is None and until is None:
        usual = usual_stretch(now)
        last = _last_used(snapshot)
        if last is None or last >= usual.since:
            return usual
        end = datetime.combine(last.date(), time(), UTC) + _DAY
        return Stretch(end - PERIOD, end, now)
    end = until or now
    start = since or max(end, EARLIEST) - PERIOD
    if not timedelta() < end - start <= timedelta(MOST_DAYS):
        told = f"A report is about a stretch of up to {MOST_DAYS} days that ends after it begins."
        raise Invalid(told, code="bad_stretch")
    return Stretch(start, end, now)


def within(column: sa.Column[datetime], during: Stretch) -> sa.ColumnElement[bool]:
    """Whether an instant is in a stretch; one that goes on until now has what is just written."""
    return sa.and_(column >= during.since, column <= _last(during))


def on_days(column: sa.Column[str], during: Stretch) -> sa.ColumnElement[bool]:
    """Whether a day has any part of a stretch."""
    first, last = during.since.date().isoformat(), _last(during).date().isoformat()
    return sa.and_(column >= first, column <= last)


def _last(during: Stretch) -> datetime:
    return during.until if during.until == during.as_of else during.until - timedelta.resolution


def _last_used(snapshot: Snapshot) -> datetime | None:
    by_day = article_view_table, search_gap_table
    by_instant = deflection_table, knowledge_use_table
    days = sa.union_all(*(sa.select(sa.func.max(each.c.on).label("on")) for each in by_day))
    instants = sa.union_all(*(sa.select(sa.func.max(each.c.at).label("at")) for each in by_instant))
    found = [row.at for row in snapshot.execute(instants) if row.at is not None]
    found += [
        datetime.combine(datetime.fromisoformat(row.on), time(), UTC)
        for row in snapshot.execute(days)
        if row.on is not None
    ]
    return max(found, default=None)
