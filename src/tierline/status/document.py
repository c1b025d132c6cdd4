"""The status page for programs: the form of `/status.json` and `/v1/status`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tierline.kernel.instants import SECOND_US, format_instant
from tierline.languages.language import message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tierline.status.seen import Day
    from tierline.status.uptime import Uptime
    from tierline.status.view import ShownComponent, ShownIncident, StatusView

FORMAT = "tierline/status/1"
RULE = message(
    "A component is down in a partial and in a major outage, and in maintenance that was not "
    "announced before it began. Planned maintenance is not counted as downtime; it is stated "
    "beside. Slow is not down. Percentages are cut off, never rounded up."
)


def status_document(view: StatusView, company: str) -> dict[str, Any]:
    """A view as JSON values; `company` is whose status it is."""
    last = view.last_ended_at
    return {
        "format": FORMAT,
        "company": company,
        "as_of": format_instant(view.now),
        "scope": "public" if view.reader.account is None else "own",
        "time_zone": view.reader.time_zone,
        "condition": view.condition.value,
        "sentence": view.sentence,
        "uptime_rule": RULE,
        "together": {
            "month": f"{view.month.first:%Y-%m}",
            **measured(view.month.uptime),
            "days": days_of(view.together),
        },
        "components": [_component(each) for each in view.components],
        "open": [_incident(each) for each in view.open],
        "planned": [_incident(each) for each in view.planned],
        "past": [_incident(each) for each in view.past],
        "last_ended_at": None if last is None else format_instant(last),
    }


def _component(shown: ShownComponent) -> dict[str, Any]:
    return {
        "id": shown.component.id,
        "name": shown.component.name,
        "about": shown.component.about,
        "condition": shown.condition.value,
        "months": [
            {"month": f"{each.first:%Y-%m}", **measured(each.uptime)} for each in shown.months
        ],
        "days": days_of(shown.days),
    }


def measured(uptime: Uptime) -> dict[str, Any]:
    """A figure with what it is made of."""
    return {
        "uptime_percent": None if uptime.percent is None else str(uptime.percent),
        "watched_seconds": uptime.watched_us // SECOND_US,
        "down_seconds": uptime.down_us // SECOND_US,
        "planned_maintenance_seconds": uptime.planned_us // SECOND_US,
    }


def days_of(days: Sequence[Day]) -> list[dict[str, Any]]:
    """Days that were watched."""
    return [
        {
            "on": each.on.isoformat(),
            "condition": each.condition.value,
            "down_seconds": each.uptime.down_us // SECOND_US,
        }
        for each in days
        if each.condition is not None
    ]


def _incident(shown: ShownIncident) -> dict[str, Any]:
    incident, ended = shown.incident, shown.ended_at
    return {
        "id": incident.id,
        "number": incident.number,
        "kind": incident.kind.value,
        "title": incident.title,
        "phase": shown.phase.value,
        "started_at": format_instant(shown.started_at),
        "ended_at": None if ended is None else format_instant(ended),
        "components": list(shown.touched),
        "updates": [
            {
                "id": each.update.id,
                "at": format_instant(each.at),
                "since": format_instant(each.update.since),
                "phase": None if each.update.phase is None else each.update.phase.value,
                "text": each.update.text,
            }
            for each in shown.updates
        ],
    }
