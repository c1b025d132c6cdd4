"""Items of care as iCalendar (RFC 5545), for the calendars that people have."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from icalendar import Calendar, Event

from tierline.care.item import CareState

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tierline.care.item import CareItem

_PRODUCT = "-//Tierline//Care//EN"
_STAMP = datetime(2020, 1, 1, tzinfo=UTC)
"""Of what nothing has happened to: a calendar that has not changed is the same bytes."""
_WORDS = {CareState.done: "done", CareState.late: "done late", CareState.missed: "missed"}


def icalendar_of(items: Iterable[CareItem], names: Mapping[str, str], title: str) -> bytes:
    """A calendar with a whole day for each item that is not excused. An item keeps its UID for
    ever; `names` are those of accounts, by id."""
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", title)
    calendar.add("refresh-interval", timedelta(hours=6), parameters={"VALUE": "DURATION"})
    for item in items:
        calendar.add_component(_event(item, names))
    return bytes(calendar.to_ical())


def uid_of(item: CareItem) -> str:
    """The UID of an item."""
    key = item.promised.key
    return f"{key.contract}-{key.feature}-{key.due_on}@care.tierline"


def _event(item: CareItem, names: Mapping[str, str]) -> Event:
    promised = item.promised
    name, state = names.get(promised.account, ""), _WORDS.get(item.state, "")
    event = Event()
    event.add("uid", uid_of(item))
    event.add("dtstamp", item.changed_at or _STAMP)
    event.add("dtstart", promised.key.due_on)
    event.add("dtend", promised.key.due_on + timedelta(days=1))
    summary = promised.what + (f": {name}" if name else "") + (f" ({state})" if state else "")
    event.add("summary", summary)
    where = "On site. " if promised.is_on_site else ""
    event.add("description", f"{where}Promised by {promised.promise_id}, due on this day.")
    event.add("transp", "TRANSPARENT")
    event.add("status", "CANCELLED" if item.state is CareState.excused else "CONFIRMED")
    return event
