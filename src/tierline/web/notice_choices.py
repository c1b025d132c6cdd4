"""One's own choice of notices: at once, in a daily digest, or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.actions import notice_choices as actions
from tierline.kernel.errors import Fault, Invalid, TierlineError
from tierline.routing.notice_choice import (
    KINDS,
    WAYS,
    NoticeChoice,
    NoticeKind,
)
from tierline.web.forms import sent_with, told, typed_in, whole_number
from tierline.web.shell import Visit, shown_to
from tierline.web.visits import go

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.responses import Response

    from tierline.store.records import Reads
    from tierline.web.visits import Form

PATH = "/me/notices"
_HOURS = [(str(hour), f"{hour:02}:00") for hour in range(24)]
_WAYS = [(way.value, words) for way, words in WAYS.items()]
_ZONE_LIMIT_CHARACTERS = 60


@shown_to(Permission.work_cases)
def notices_page(visit: Visit) -> Response:
    """What one chose, and the form that changes it."""
    choice, next_at = visit.application.read(lambda reads: _chosen(visit, reads))
    typed = {kind.value: choice.way(kind).value for kind in NoticeKind}
    typed |= {"hour": str(choice.hour), "time_zone": choice.time_zone}
    return _page(visit, typed, next_at=next_at)


@sent_with(Permission.work_cases)
def keep(visit: Visit, form: Form) -> Response:
    """How one is told from now on."""
    typed = typed_in(form, *NoticeKind, "hour", "time_zone")
    occasion = visit.application.occasion(visit.caller.id)
    try:
        order = _order(typed)
        visit.application.change(
            lambda records: actions.choose_notices(records, visit.caller.id, order, occasion)
        )
    except TierlineError as error:
        _, next_at = visit.application.read(lambda reads: _chosen(visit, reads))
        return _page(visit, typed, told(error, "time_zone"), next_at)
    return go(PATH)


def _order(typed: dict[str, str]) -> actions.ChoiceOrder:
    """What was typed. Raises Invalid."""
    hour = whole_number(typed["hour"])
    if hour is None:
        fault = Fault("bad_hour", "This is no hour.", "hour", "Write a number from 0 to 23.")
        raise Invalid("This cannot be kept as stated.", [fault])
    return actions.ChoiceOrder(
        ways={kind: typed[kind] for kind in NoticeKind if typed[kind]},
        hour=hour,
        time_zone=typed["time_zone"][:_ZONE_LIMIT_CHARACTERS],
    )


def _chosen(visit: Visit, reads: Reads) -> tuple[NoticeChoice, datetime | None]:
    choice = actions.chosen_by(reads, visit.caller.id)
    return choice, actions.next_digest_of(reads, choice, visit.now)


def _page(
    visit: Visit,
    typed: dict[str, str],
    faults: tuple[Fault, ...] = (),
    next_at: datetime | None = None,
) -> Response:
    return visit.page(
        "pages/notice_choices.html",
        status=422 if faults else 200,
        kinds=list(KINDS.items()),
        ways=_WAYS,
        hours=_HOURS,
        typed=typed,
        next_at=next_at,
        faults=tuple(_placed(each) for each in faults),
    )


def _placed(fault: Fault) -> Fault:
    """At the field that was typed: `ways.care` is `care`."""
    path = fault.path.removeprefix("ways.")
    return Fault(fault.code, fault.message, path, fault.write_instead)


ROUTES = [
    Route(PATH, notices_page, methods=["GET"]),
    Route(PATH, keep, methods=["POST"]),
]
