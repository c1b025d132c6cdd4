"""Forms on the page of a case: time, and when it comes back."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.actions import effort as actions
from tierline.kernel.errors import Fault, Invalid
from tierline.kernel.instants import parse_instant
from tierline.web.case_forms import done_with, needed
from tierline.web.forms import field, sent_with, typed_in

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.responses import Response

    from tierline.actions.occasion import Occasion
    from tierline.store.records import Records
    from tierline.web.shell import Visit
    from tierline.web.visits import Form

_ANCHOR = "effort"


@sent_with(Permission.work_cases)
def enter(visit: Visit, form: Form) -> Response:
    """Time that was worked."""

    def act(records: Records, case: str, occasion: Occasion) -> None:
        minutes = needed(form, "minutes", 6)
        if not (minutes.isascii() and minutes.isdigit()):
            fault = Fault("no_number", "This is no whole number.", "minutes")
            raise Invalid("The time cannot be entered as stated.", [fault])
        worked = actions.Worked(
            minutes=int(minutes),
            what=needed(form, "time_what", 2_000),
            is_billable=bool(form.get("is_billable")),
            on=_day(field(form, "worked_on", 10)),
        )
        actions.enter_time(records, case, worked, occasion)

    typed = typed_in(form, "minutes", "time_what", "worked_on")
    return done_with(visit, act, typed, about="minutes", anchor=_ANCHOR)


@sent_with(Permission.work_cases)
def remove(visit: Visit, form: Form) -> Response:
    """An entry was wrong."""
    entry, may_any = form.get("entry", ""), visit.caller.may(Permission.manage_desk)
    return done_with(
        visit,
        lambda records, case, at: actions.remove_time(records, case, entry, at, may_any=may_any),
        anchor=_ANCHOR,
    )


@sent_with(Permission.work_cases)
def follow_up(visit: Visit, form: Form) -> Response:
    """The case comes back on a day, or at an instant."""

    def act(records: Records, case: str, occasion: Occasion) -> None:
        at = _instant(needed(form, "back_at", 40))
        actions.follow_up_at(records, case, at, field(form, "back_what", 2_000), occasion)

    typed = typed_in(form, "back_at", "back_what")
    return done_with(visit, act, typed, about="back_at", anchor=_ANCHOR)


@sent_with(Permission.work_cases)
def followed_up(visit: Visit, _: Form) -> Response:
    """It was looked at."""
    return done_with(visit, actions.followed_up, anchor=_ANCHOR)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        fault = Fault("bad_day", "This is no day.", "worked_on", "Write it as 2026-03-02.")
        raise Invalid("The time cannot be entered as stated.", [fault]) from None


def _instant(text: str) -> datetime:
    """An instant; a day is its beginning in UTC."""
    try:
        return parse_instant(f"{text}T00:00:00Z" if len(text) == len("2026-03-02") else text)
    except Invalid as error:
        fault = Fault("bad_instant", error.message, "back_at", "Write a day, as 2026-03-02.")
        raise Invalid("The case cannot come back then.", [fault]) from None


ROUTES = [
    Route(f"/cases/{{case}}/{name}", answer, methods=["POST"])
    for name, answer in (
        ("time-entries", enter),
        ("time-entries-end", remove),
        ("follow-up", follow_up),
        ("follow-up-end", followed_up),
    )
]
