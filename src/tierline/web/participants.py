"""Forms on the page of a case: copies, following, merging and splitting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.actions import case_links as links
from tierline.actions import participants as actions
from tierline.bootstrap.cases import promise_for, seen_case
from tierline.kernel.errors import Fault, Invalid
from tierline.queries.cases import case_of_number
from tierline.web.case_forms import done_with, needed
from tierline.web.forms import sent_with, typed_in

if TYPE_CHECKING:
    from starlette.responses import Response

    from tierline.actions.occasion import Occasion
    from tierline.store.records import Records
    from tierline.web.shell import Visit
    from tierline.web.visits import Form

_ANCHOR = "people"


@sent_with(Permission.work_cases)
def add_copy(visit: Visit, form: Form) -> Response:
    """Copies go to an address."""
    return done_with(
        visit,
        lambda records, case, at: actions.add_copy(records, case, needed(form, "email", 254), at),
        typed_in(form, "email"),
        about="email",
        anchor=_ANCHOR,
    )


@sent_with(Permission.work_cases)
def remove_copy(visit: Visit, form: Form) -> Response:
    """No more copies go there."""
    return done_with(
        visit,
        lambda records, case, at: actions.remove_copy(records, case, form.get("copy", ""), at),
        anchor=_ANCHOR,
    )


@sent_with(Permission.work_cases)
def follow(visit: Visit, form: Form) -> Response:
    """Whoever asks follows the case, or does no more."""

    def act(records: Records, case: str, occasion: Occasion) -> None:
        if form.get("stop"):
            actions.unfollow(records, case, visit.caller.id)
        else:
            actions.follow(records, case, visit.caller.id, occasion)

    return done_with(visit, act, anchor=_ANCHOR)


@sent_with(Permission.work_cases)
def merge(visit: Visit, form: Form) -> Response:
    """The case goes with another one, which is named by its number."""

    def act(records: Records, case: str, occasion: Occasion) -> None:
        number = needed(form, "into", 20)
        into = case_of_number(records.snapshot, number)
        if into is None:
            fault = Fault("unknown_case", f"There is no case {number}.", "into", "Write a number.")
            raise Invalid("The case cannot be merged.", [fault])
        seen_case(records, into, visit.caller, Permission.work_cases)
        links.merge_case(records, case, into, occasion)

    return done_with(visit, act, typed_in(form, "into"), about="into", anchor=_ANCHOR)


@sent_with(Permission.work_cases)
def unmerge(visit: Visit, _: Form) -> Response:
    """The case is on its own again."""
    return done_with(visit, links.unmerge_case, anchor=_ANCHOR)


@sent_with(Permission.work_cases)
def split(visit: Visit, form: Form) -> Response:
    """A message becomes a case of its own."""

    def act(records: Records, case: str, occasion: Occasion) -> None:
        order = links.SplitOrder(needed(form, "split", 200), needed(form, "split_subject", 300))
        links.split_case(
            records, case, order,
            lambda whose, at: promise_for(visit.application, records, whose, at), occasion,
        )  # fmt: skip

    return done_with(
        visit, act, typed_in(form, "split", "split_subject"), about="split", anchor=_ANCHOR
    )


ROUTES = [
    Route(f"/cases/{{case}}/{name}", answer, methods=["POST"])
    for name, answer in (
        ("copies", add_copy),
        ("copies-end", remove_copy),
        ("followers", follow),
        ("merge", merge),
        ("merge-end", unmerge),
        ("splits", split),
    )
]
