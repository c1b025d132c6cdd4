"""The status page as HTML, from its document: the same on the server and as files.

Where it is read by whoever is not signed in, and as a file, a page is one file: it loads nothing,
runs nothing, and carries its own styles.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from tierline.calendars.local_time import zone_named
from tierline.kernel.instants import parse_instant
from tierline.languages.language import ENGLISH, Language, message
from tierline.status.component import Condition
from tierline.status.incident import Phase
from tierline.status.seen import DAYS
from tierline.web.badges import Badge
from tierline.web.pages import render

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

STYLES = ("app", "status")
CONDITIONS = {
    Condition.operational: Badge("ok", "✓", message("Operational")),
    Condition.under_maintenance: Badge("paused", "‖", message("Under maintenance")),
    Condition.degraded_performance: Badge("warn", "!", message("Degraded performance")),
    Condition.partial_outage: Badge("breach", "×", message("Partial outage")),
    Condition.major_outage: Badge("breach", "×", message("Major outage")),
}
_HEIGHTS = {
    Condition.operational: 16,
    Condition.under_maintenance: 20,
    Condition.degraded_performance: 22,
    Condition.partial_outage: 27,
    Condition.major_outage: 32,
}
"""Bars differ in height as well as in colour."""
_TALLEST, _STEP = 32, 4
PHASES = {
    Phase.open: Badge("breach", "×", message("Open")),
    Phase.identified: Badge("warn", "!", message("Identified")),
    Phase.monitoring: Badge("warn", "●", message("Monitoring")),
    Phase.resolved: Badge("ok", "✓", message("Resolved")),
}
_PLANNED = Badge("paused", "‖", message("Planned"))
_GOING_ON = Badge("paused", "‖", message("Going on"))
_OVER = Badge("ok", "✓", message("Over"))
_CANCELLED = Badge("paused", "–", message("Cancelled"))
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Links:
    """Where the other pages of the status page are, from the page that has the links."""

    home: str
    incidents: str
    suffix: str
    document: str
    rss: str
    json_feed: str
    uptime: str
    uptime_document: str
    uptime_table: str

    def incident(self, incident: str) -> str:
        """The page of an incident."""
        return f"{self.incidents}{quote(incident, safe='')}{self.suffix}"


SERVED = Links(
    "/status", "/status/incidents/", "", "/status.json", "/status/feed.rss", "/status/feed.json",
    "/status/uptime", "/status/uptime.json", "/status/uptime.csv",
)  # fmt: skip


def in_files(*, is_below: bool) -> Links:
    """The links of a file: of the first page, or of a page in the folder below."""
    up = "../" if is_below else ""
    return Links(
        f"{up}index.html", "" if is_below else "incidents/", ".html",
        f"{up}status.json", f"{up}feed.rss", f"{up}feed.json",
        f"{up}uptime.html", f"{up}uptime.json", f"{up}uptime.csv",
    )  # fmt: skip


def status_html(
    document: Document, links: Links, language: Language = ENGLISH, *, performance: str = ""
) -> bytes:
    """The status page as one file; `performance`: where public figures stand, empty where they are
    not published."""
    values = status_values(document, links, language)
    return file_of("pages/status.html", language, {**values, "performance": performance})


def incident_html(
    document: Document, incident: Document, links: Links, language: Language = ENGLISH
) -> bytes:
    """The page of an incident as one file."""
    values = incident_values(document, incident, links)
    return file_of("pages/status_incident.html", language, values)


def file_of(template: str, language: Language, values: dict[str, Any]) -> bytes:
    """A page that loads nothing."""
    page = render(template, language=language, frame="page.html", shell=None, **values)
    return page.encode()


def incidents_of(document: Document) -> Iterator[Document]:
    """Every incident of a document: what goes on, what is planned, what was."""
    for group in ("open", "planned", "past"):
        yield from document[group]


def status_values(document: Document, links: Links, language: Language = ENGLISH) -> dict[str, Any]:
    """What the template of the page shows."""
    zone, now = zone_named(document["time_zone"]), parse_instant(document["as_of"])
    return {
        "company": document["company"],
        "as_of": now.astimezone(zone),
        "sentence": document["sentence"],
        "badge": CONDITIONS[Condition(document["condition"])],
        "is_own": document["scope"] == "own",
        "together": _together(document["together"], language),
        "rule": document["uptime_rule"],
        "components": [_component(each, language) for each in document["components"]],
        "groups": [
            (title, [_incident(each, zone, now) for each in document[name]])
            for name, title in (
                ("open", message("Going on now")), ("planned", message("Planned maintenance")),
                ("past", message("The last 90 days")),
            )
        ],
        "links": links,
        "last_ended": _on_its_clock(document.get("last_ended_at"), zone),
    }  # fmt: skip


def _on_its_clock(text: str | None, zone: ZoneInfo) -> datetime | None:
    return None if text is None else parse_instant(text).astimezone(zone)


def incident_values(document: Document, incident: Document, links: Links) -> dict[str, Any]:
    """What the template of an incident shows."""
    zone, now = zone_named(document["time_zone"]), parse_instant(document["as_of"])
    return {
        "company": document["company"],
        "as_of": now.astimezone(zone),
        "each": _incident(incident, zone, now),
        "links": links,
    }


def _together(together: Document, language: Language) -> dict[str, Any]:
    return {
        "month": date.fromisoformat(f"{together['month']}-01"),
        "percent": together["uptime_percent"],
        **ribbon_of(together["days"], language),
    }


def _component(component: Document, language: Language) -> dict[str, Any]:
    return {
        "name": component["name"],
        "about": component["about"],
        "badge": CONDITIONS[Condition(component["condition"])],
        **ribbon_of(component["days"], language),
        "months": [
            {
                "first": date.fromisoformat(f"{each['month']}-01"),
                "percent": each["uptime_percent"],
                "down": each["down_seconds"],
                "planned": each["planned_maintenance_seconds"],
            }
            for each in reversed(component["months"])
        ],
    }


def ribbon_of(days: list[Document], language: Language, last: date | None = None) -> dict[str, Any]:
    """90 days as bars, and the same in words for who does not see them; those that end with `last`,
    else with today."""
    odd = [
        {
            "on": date.fromisoformat(each["on"]),
            "badge": CONDITIONS[Condition(each["condition"])],
            "down": each["down_seconds"],
        }
        for each in reversed(days)
        if each["condition"] != Condition.operational
    ]
    return {
        "bars": list(_bars(days)),
        "width": DAYS * _STEP,
        "tallest": _TALLEST,
        "odd": odd,
        "in_words": _in_words(days, odd, language)
        if last is None
        else _until_in_words(len(days), len(odd), last, language),
    }


def _bars(days: list[Document]) -> Iterator[dict[str, Any]]:
    first = DAYS - len(days)
    for place in range(first):
        yield {"x": place * _STEP, "y": _TALLEST - 4, "height": 4, "state": "none", "on": None}
    for place, day in enumerate(days, first):
        condition = Condition(day["condition"])
        height = _HEIGHTS[condition]
        yield {
            "x": place * _STEP,
            "y": _TALLEST - height,
            "height": height,
            "state": CONDITIONS[condition].state,
            "on": None if condition is Condition.operational else date.fromisoformat(day["on"]),
            "words": CONDITIONS[condition].words,
        }


def _in_words(days: list[Document], odd: list[dict[str, Any]], language: Language) -> str:
    """The bars for who does not see them."""
    if not days:
        return language.phrase("Not watched yet.")
    if len(days) == 1:
        known = odd[0]["badge"] if odd else CONDITIONS[Condition.operational]
        state = language.within(language.phrase(known.words))
        return language.phrase("Today: %(state)s.", state=state)
    if not odd:
        return language.phrase("The last %(days)s days: operational on every day.", days=len(days))
    return language.phrase_of(
        "The last %(days)s days: operational on all but %(number)s day.",
        "The last %(days)s days: operational on all but %(number)s days.",
        len(odd), days=len(days),
    )  # fmt: skip


def _until_in_words(days: int, odd: int, last: date, language: Language) -> str:
    on = language.day(last)
    if not odd:
        return language.phrase(
            "%(days)s days to %(last)s: operational on every day.", days=days, last=on
        )
    return language.phrase_of(
        "%(days)s days to %(last)s: operational on all but %(number)s day.",
        "%(days)s days to %(last)s: operational on all but %(number)s days.",
        odd, days=days, last=on,
    )  # fmt: skip


def _incident(incident: Document, zone: ZoneInfo, now: datetime) -> dict[str, Any]:
    started, ended = parse_instant(incident["started_at"]), incident["ended_at"]
    end = None if ended is None else parse_instant(ended)
    return {
        "id": incident["id"],
        "number": incident["number"],
        "title": incident["title"],
        "is_planned": incident["kind"] == "maintenance",
        "badge": maintenance_badge(started, end, now)
        if incident["kind"] == "maintenance"
        else PHASES[Phase(incident["phase"])],
        "started_at": started.astimezone(zone),
        "ended_at": None if end is None else end.astimezone(zone),
        "components": incident["components"],
        "updates": [_update(each, zone) for each in incident["updates"]],
    }


def _update(update: Document, zone: ZoneInfo) -> dict[str, Any]:
    at, since = parse_instant(update["at"]), parse_instant(update["since"])
    phase = update["phase"]
    return {
        "id": update["id"],
        "at": at.astimezone(zone),
        "since": since.astimezone(zone) if (at - since).total_seconds() >= 60 else None,
        "phase": "" if phase is None else PHASES[Phase(phase)].words,
        "text": update["text"],
    }


def maintenance_badge(started: datetime, ended: datetime | None, now: datetime) -> Badge:
    """Where planned work is: before, in or after its window, or called off."""
    if ended is not None and ended <= started:
        return _CANCELLED
    if started > now:
        return _PLANNED
    return _GOING_ON if ended is None or ended > now else _OVER
