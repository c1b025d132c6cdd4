"""A wait of a case that is noted late: the form on the case's page."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.actions.late_waits import LateWait, wait_since
from tierline.bootstrap.cases import seen_case
from tierline.calendars.local_time import resolve_local, zone_named
from tierline.kernel.errors import Fault, Invalid, TierlineError
from tierline.web.case_page import CASE_PATH, TEXT_LIMIT_CHARACTERS, Typed, shown_case
from tierline.web.forms import field, sent_with, told
from tierline.web.visits import go

if TYPE_CHECKING:
    from starlette.responses import Response

    from tierline.store.records import Reads
    from tierline.web.shell import Visit
    from tierline.web.visits import Form

_FIELDS = ("late_reason", "asked_in", "since", "until", "evidence")


@sent_with(Permission.work_cases)
def note(visit: Visit, form: Form) -> Response:
    """The case with a wait in its past, and its page again."""
    case_id, typed = visit.path_word("case"), dict.fromkeys(_FIELDS, "")
    occasion = visit.application.occasion(visit.caller.id)

    def look(reads: Reads) -> str:
        return seen_case(reads, case_id, visit.caller, Permission.work_cases).time_zone

    zone = visit.application.read(look)
    try:
        typed |= {name: field(form, name, TEXT_LIMIT_CHARACTERS) for name in _FIELDS}
        late = _late(typed, zone)
        visit.application.change(
            lambda records: wait_since(records, records.cases, case_id, late, occasion)
        )
    except TierlineError as error:
        return shown_case(visit, case_id, Typed(typed, told(error, "late_reason")))
    return go(CASE_PATH.format(case=case_id))


def _late(typed: dict[str, str], zone: str) -> LateWait:
    faults: list[Fault] = []
    since, until = (_instant(typed[name], name, zone, faults) for name in ("since", "until"))
    if faults:
        raise Invalid("The wait cannot be noted.", faults)
    return LateWait(
        reason=typed["late_reason"],
        asked_in=typed["asked_in"] or None,
        since=since,
        until=until,
        evidence=typed["evidence"] or None,
    )


def _instant(text: str, name: str, zone: str, faults: list[Fault]) -> datetime | None:
    """What was typed, on the account's own clock."""
    if not text:
        return None
    try:
        stated = datetime.fromisoformat(text)
    except ValueError:
        faults.append(Fault("not_a_time", f"'{text}' is no time.", name, "Write 2026-03-02T14:30."))
        return None
    if stated.tzinfo is not None:
        return stated
    second = stated.hour * 3600 + stated.minute * 60 + stated.second
    return resolve_local(stated.date(), second, zone_named(zone or "UTC"))


ROUTES = [Route(f"{CASE_PATH}/waits", note, methods=["POST"])]
