"""Care: what is due by the calendar and what came of it, for us and for the customer."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from starlette.responses import Response
from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.actions import care as actions
from tierline.bootstrap.care import seen_contract
from tierline.care.item import CareEventKind, CareState
from tierline.care.schedule import Key
from tierline.kernel.errors import Fault, Invalid, NotFound, TierlineError
from tierline.web import care_calendars
from tierline.web.care_list import PATH, shown_care
from tierline.web.forms import field, sent_with, told, whole_number
from tierline.web.shell import Visit, shown_to
from tierline.web.visits import go

if TYPE_CHECKING:
    from tierline.store.records import Records
    from tierline.web.visits import Form

TEXT_LIMIT_CHARACTERS = 10_000
_REPORTS = {
    "found": CareEventKind.found,
    "agreed": CareEventKind.agreed,
    "finished": CareEventKind.finished,
    "done": CareEventKind.done,
    "undone": CareEventKind.undone,
    "excused": CareEventKind.excused,
    "mine": CareEventKind.assigned,
}


@shown_to(Permission.read_contracts)
def care_page(visit: Visit) -> Response:
    """A quarter back and half a year ahead, of all accounts that one sees, or of `?account=`."""
    return shown_care(visit, ())


@sent_with(Permission.work_cases)
def report(visit: Visit, form: Form) -> Response:
    """What one of us says of an item: that they have it, that it was done, or is excused."""
    occasion = visit.application.occasion(visit.caller.id)
    try:
        kind = _REPORTS.get(form.get("what", ""))
        if kind is None:
            raise Invalid("Say what happened.", [Fault("missing", "Say what happened.", "what")])
        key, text = key_in_path(visit), field(form, "text", TEXT_LIMIT_CHARACTERS)
        if kind is CareEventKind.excused and not text:
            told_why = "Write why it is excused."
            raise Invalid(told_why, [Fault("missing", told_why, "")])
        stated = _stated(visit, form, kind, text)

        def work(records: Records) -> None:
            seen_contract(records, key.contract, visit.caller, Permission.work_cases)
            actions.report_care(records, key, stated, occasion)

        visit.application.change(work)
    except NotFound:
        raise
    except TierlineError as error:
        return shown_care(visit, told(error, ""))
    shown = {"account": form.get("account", "")}
    if form.get("state") in set(CareState):
        shown["state"] = form["state"]
    query = urlencode({name: value for name, value in shown.items() if value})
    return go(f"{PATH}?{query}" if query else PATH)


def _stated(visit: Visit, form: Form, kind: CareEventKind, text: str) -> actions.CareReport:
    """What the form says. Raises Invalid for a finding that is not there, and for no day."""
    is_mine = kind in (CareEventKind.assigned, CareEventKind.agreed)
    has_findings = kind in (CareEventKind.done, CareEventKind.found)
    found = field(form, "findings", TEXT_LIMIT_CHARACTERS) if has_findings else ""
    lines = [line.strip() for line in found.splitlines()]
    report = actions.CareReport(
        kind=kind,
        about=visit.caller.id if is_mine else "",
        text=text,
        findings=tuple(actions.NewFinding(line) for line in lines if line),
        finding=whole_number(form.get("finding", "")),
        due_on=_day(form.get("due_on", "")) if kind is CareEventKind.agreed else None,
    )
    if kind in (CareEventKind.agreed, CareEventKind.finished) and report.finding is None:
        raise NotFound("There is no such finding.")
    if kind is CareEventKind.found and not report.findings:
        raise Invalid("Write what was found.", [Fault("missing", "Write what was found.", "")])
    return report


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        told_day = "Write the day by which it is done, as in 2026-01-31."
        raise Invalid(told_day, [Fault("bad_day", told_day, "")]) from None


def key_in_path(visit: Visit) -> Key:
    """The key of the item in a path. Raises NotFound for what is no date."""
    try:
        due_on = date.fromisoformat(visit.path_word("due_on"))
    except ValueError:
        raise NotFound("There is no such date.") from None
    return Key(visit.path_word("contract"), visit.path_word("feature"), due_on)


ROUTES = [
    Route(PATH, care_page, methods=["GET"]),
    *care_calendars.ROUTES,
    Route(PATH + "/{contract}/{feature}/{due_on}", report, methods=["POST"]),
]
