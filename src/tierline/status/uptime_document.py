"""Uptime for programs: the form of `/v1/uptime`, from which the pages and files are made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tierline.kernel.instants import SECOND_US, format_instant
from tierline.languages.language import message
from tierline.status.document import RULE, days_of, measured

if TYPE_CHECKING:
    from tierline.status.budget import Budget
    from tierline.status.commitment import Commitment
    from tierline.status.outages import Outage
    from tierline.status.uptime_view import Part, UptimeMonth, UptimeView

FORMAT = "tierline/uptime/1"
TOGETHER_RULE = message(
    "All components together: their time is added up, and so is the time in which each was down. "
    "One of six that is down for an hour counts for ten minutes. What is promised is measured on "
    "each component by itself, so that no other one makes up for it."
)


def uptime_document(view: UptimeView, company: str) -> dict[str, Any]:
    """A view as JSON values; `company` is whose uptime it is."""
    return {
        "format": FORMAT,
        "company": company,
        "as_of": format_instant(view.now),
        "scope": "public" if view.reader.account is None else "own",
        "time_zone": view.reader.time_zone,
        "until": f"{view.last:%Y-%m}",
        "uptime_rule": RULE,
        "together_rule": TOGETHER_RULE,
        "days": days_of(view.days),
        "public_days": None if view.public_days is None else days_of(view.public_days),
        "months": [_month(each) for each in view.months],
    }


def promised(budget: Budget) -> dict[str, Any]:
    """A commitment against what was measured, with its budget."""
    percent = budget.uptime.percent
    return {
        **committed(budget.commitment),
        "first": budget.first.isoformat(),
        "until": budget.until.isoformat(),
        "measured_percent": None if percent is None else str(percent),
        "allowed_seconds": budget.allowed_us // SECOND_US,
        "down_seconds": budget.down_us // SECOND_US,
        "left_seconds": budget.left_us // SECOND_US,
        "state": budget.state.value,
    }


def committed(one: Commitment) -> dict[str, Any]:
    """What is promised, and where it was signed."""
    return {
        "feature": one.feature,
        "committed_percent": f"{one.percent:f}",
        "per": one.per.value,
        "scope": one.scope,
        "measure": one.measure,
        "excludes": list(one.excludes),
        "promise_id": one.promise_id,
        "catalog_version": one.version,
    }


def _month(month: UptimeMonth) -> dict[str, Any]:
    return {
        "month": f"{month.first:%Y-%m}",
        **measured(month.uptime),
        "public": None if month.public is None else measured(month.public),
        "components": [_part(each) for each in month.parts],
        "unmeasured": [committed(each) for each in month.unmeasured],
        "others": [_outage(each) for each in month.others],
    }


def _part(part: Part) -> dict[str, Any]:
    return {
        "id": part.component.id,
        "name": part.component.name,
        **measured(part.uptime),
        "commitments": [promised(each) for each in part.budgets],
        "incidents": [_outage(each) for each in part.outages],
    }


def _outage(outage: Outage) -> dict[str, Any]:
    incident = outage.incident
    return {
        "incident": incident.id,
        "number": incident.number,
        "title": incident.title,
        "kind": incident.kind.value,
        "component": outage.component.name,
        "is_public": incident.scope.is_public and outage.component.scope.is_public,
        "counted_seconds": outage.counted_us // SECOND_US,
        "planned_seconds": outage.planned_us // SECOND_US,
        "shared_seconds": outage.shared_us // SECOND_US,
    }
