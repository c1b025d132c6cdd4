"""The service schedule of a contract as a page of its own and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tierline.web.pages import render

if TYPE_CHECKING:
    from tierline.accounts.service_schedule_document import ServiceSchedule


def service_schedule_html(schedule: ServiceSchedule) -> bytes:
    """The schedule as one self-contained page without scripts."""
    return render("service_schedule.html", schedule=schedule, places=()).encode()


def service_schedule_json(schedule: ServiceSchedule) -> bytes:
    """The schedule in `tierline/service-schedule/1`."""
    return (schedule.model_dump_json(indent=2) + "\n").encode()
