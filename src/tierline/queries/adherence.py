"""Adherence of the live desk: kept cases judged together, and the milestones behind a figure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from tierline.kernel.errors import Invalid
from tierline.kernel.instants import format_instant, from_micros, parse_instant
from tierline.queries.case_columns import kept_cases
from tierline.queries.pages import PAGE_ROWS, Page, cursor_of, key_of
from tierline.scorecards.desk import Stretch, judged_desk, milestone_rows

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from zoneinfo import ZoneInfo

    from tierline.scorecards.desk import DeskAdherence, MilestoneRow
    from tierline.store.unit_of_work import Snapshot

MOST_DAYS = 800
_USUAL = timedelta(365)
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""No desk kept its cases in a computer before, and a year before that there still are dates."""


def stretch(
    now: datetime, since: datetime | None, until: datetime | None, as_of: datetime | None
) -> Stretch:
    """What was stated; else the year before what was known last, as it was known then. Raises
    Invalid where it ends before it begins, or is longer than MOST_DAYS."""
    known = min(as_of or now, now)
    end = until or known
    start = since or max(end, EARLIEST) - _USUAL
    if not timedelta() < end - start <= timedelta(MOST_DAYS):
        raise Invalid(
            f"A report is about a stretch of up to {MOST_DAYS} days that ends after it begins.",
            code="bad_stretch",
        )
    return Stretch(start, end, known)


def desk_adherence(
    snapshot: Snapshot,
    during: Stretch,
    *,
    accounts: Collection[str] | None = None,
    zone: ZoneInfo | None = None,
) -> DeskAdherence:
    """How the desk did, for all accounts or some. Every case is in it, so that its counts come out
    at the list of cases. Months are those of UTC, or of a zone."""
    return judged_desk(kept_cases(snapshot, during, accounts=accounts), zone)


def milestone_page(
    desk: DeskAdherence, rows: Sequence[int], after: str | None, limit: int = PAGE_ROWS
) -> Page[MilestoneRow]:
    """Some of them; the cursor holds the instant as of which they were counted."""
    start = 0 if after is None else place_of(after)[1]
    shown = milestone_rows(desk, rows[start : start + limit])
    as_of = format_instant(from_micros(desk.cases.as_of))
    is_last = start + limit >= len(rows)
    return Page(tuple(shown), None if is_last else cursor_of((as_of, str(start + limit))))


def place_of(cursor: str) -> tuple[datetime, int]:
    """As of when the page before was counted, and how many rows were shown. Raises Invalid."""
    as_of, shown = key_of(cursor, 2)
    if not shown.isdecimal():
        raise Invalid("This is not a cursor of this list.", code="bad_cursor")
    return parse_instant(as_of), int(shown)
