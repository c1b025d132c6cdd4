"""Service schedules: the annex of a contract as a page and as files, and what two of them say
differently."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.bootstrap.care import seen_contract
from tierline.catalog.difference_change import Direction
from tierline.queries.service_schedules import schedule_of, schedules_compared
from tierline.web.documents import service_schedule_pdf
from tierline.web.forms import download
from tierline.web.service_schedule import service_schedule_json
from tierline.web.shell import Visit, shown_to
from tierline.web.whose import may_with

if TYPE_CHECKING:
    from starlette.responses import Response

    from tierline.accounts.service_schedule_document import ScheduleDifference, ServiceSchedule
    from tierline.store.records import Reads

_DIRECTIONS = (
    (Direction.worse, "Worse", "breach", "×"),
    (Direction.changed, "Changed", "warn", "!"),
    (Direction.better, "Better", "ok", "✓"),
)


@shown_to(Permission.read_contracts)
def schedule_page(visit: Visit) -> Response:
    """What the contract promises now, or `?at=` any instant of it."""
    schedule = _schedule(visit)
    path = f"/contracts/{schedule.contract}/service-schedule"
    at = visit.asked("at", 40)
    asked = f"?{urlencode({'at': at})}" if at else ""
    places = [
        (name, f"{path}{ending}{asked}")
        for name, ending in (("PDF", ".pdf"), ("JSON", ".json"), ("Compare", "/differences"))
    ]
    return visit.page("service_schedule.html", schedule=schedule, places=places)


@shown_to(Permission.read_contracts)
def schedule_pdf(visit: Visit) -> Response:
    """The same on paper."""
    schedule = _schedule(visit)
    return download(_name(schedule, "pdf"), service_schedule_pdf(schedule), "application/pdf")


@shown_to(Permission.read_contracts)
def schedule_json(visit: Visit) -> Response:
    """The same for programs."""
    schedule = _schedule(visit)
    return download(_name(schedule, "json"), service_schedule_json(schedule), "application/json")


@shown_to(Permission.read_contracts)
def schedule_differences(visit: Visit) -> Response:
    """From `?before=` (else this contract) at `?before_at=` to this contract at `?at=`."""
    id_, before = visit.path_word("contract"), visit.asked("before")
    instants = (visit.instant("before_at"), visit.instant("at"))
    now = visit.now

    def work(reads: Reads) -> ScheduleDifference:
        new = seen_contract(reads, id_, visit.caller, Permission.read_contracts)
        old = new
        if before and before != id_:
            old = seen_contract(reads, before, visit.caller, Permission.read_contracts)
        return schedules_compared(reads, (old, new), now=now, at=instants)

    found = visit.application.read(work)
    return visit.page(
        "pages/service_schedule_differences.html",
        found=found,
        asked={key: visit.asked(key) for key in ("before", "before_at", "at")},
        groups=[
            {"title": title, "state": state, "mark": mark, "changes": changes}
            for direction, title, state, mark in _DIRECTIONS
            if (changes := [each for each in found.changes if each.direction is direction])
        ],
    )


def _schedule(visit: Visit) -> ServiceSchedule:
    id_, at, now = visit.path_word("contract"), visit.instant(), visit.now

    def work(reads: Reads) -> ServiceSchedule:
        contract = seen_contract(reads, id_, visit.caller, Permission.read_contracts)
        may_see = may_with(visit, Permission.read_people, contract.account)
        return schedule_of(reads, contract, now=now, at=at, with_contacts=may_see)

    return visit.application.read(work)


def _name(schedule: ServiceSchedule, ending: str) -> str:
    return f"service-schedule-{schedule.contract}-{schedule.on}.{ending}"


_PATH = "/contracts/{contract}/service-schedule"
ROUTES: list[Any] = [
    Route(_PATH, schedule_page, methods=["GET"]),
    Route(f"{_PATH}.pdf", schedule_pdf, methods=["GET"]),
    Route(f"{_PATH}.json", schedule_json, methods=["GET"]),
    Route(f"{_PATH}/differences", schedule_differences, methods=["GET"]),
]
