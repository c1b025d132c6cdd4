"""The status page of a reader, and incidents as lists show them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from tierline.queries.pages import PAGE_ROWS, Page, key_of, page_of
from tierline.status.seen import DAYS, MONTHS
from tierline.status.view import ShownIncident, StatusView, seen_between, view_of
from tierline.store.incidents import IncidentReads, incident_table

if TYPE_CHECKING:
    from tierline.status.incident import Incident
    from tierline.status.scope import Reader
    from tierline.store.components import ComponentReads
    from tierline.store.records import Reads, Records

_incident = incident_table.c
_LOOKED_BACK = max(timedelta(days=31 * MONTHS + 1), timedelta(days=DAYS))
INCIDENTS_LIMIT_COUNT = 2_000
"""So many of the newest incidents of twelve months go into figures."""


def status_of(
    components: ComponentReads, incidents: IncidentReads, reader: Reader, now: datetime
) -> StatusView:
    """What a reader sees now."""
    chosen = (
        sa.select(incident_table)
        .where(_incident.ended_at >= now - _LOOKED_BACK, _incident.published_at.is_not(None))
        .order_by(_incident.ended_at.desc(), _incident.id.desc())
        .limit(INCIDENTS_LIMIT_COUNT)
    )
    return view_of(components.all(), incidents.chosen(chosen), reader, now)


def incidents_between(
    reads: Reads | Records, reader: Reader, during: tuple[datetime, datetime], now: datetime
) -> tuple[ShownIncident, ...]:
    """What a reader sees of the incidents that went on in [start, end), the newest first, as they
    were known at `now`."""
    chosen = (
        sa.select(incident_table)
        .where(_incident.ended_at > during[0], _incident.published_at < during[1])
        .order_by(_incident.ended_at.desc(), _incident.id.desc())
        .limit(INCIDENTS_LIMIT_COUNT)
    )
    found = [
        replace(each, events=tuple(event for event in each.events if event.at <= now))
        for each in reads.incidents.chosen(chosen)
    ]
    return seen_between(reads.components.all(), found, reader, during, now)


def list_incidents(
    incidents: IncidentReads,
    *,
    now: datetime,
    is_over: bool | None = None,
    after: str | None = None,
    limit: int = PAGE_ROWS,
) -> Page[Incident]:
    """Incidents, published or not: the newest first; with `is_over` only those that are, or that
    are not."""
    chosen = sa.select(incident_table)
    if is_over is not None:
        edge = _incident.ended_at <= now if is_over else _incident.ended_at > now
        chosen = chosen.where(edge)
    if after is not None:
        chosen = chosen.where(_incident.id < key_of(after, 1)[0])
    found = incidents.chosen(chosen.order_by(_incident.id.desc()).limit(limit + 1))
    return page_of(found, limit, lambda each: (each.id,))
