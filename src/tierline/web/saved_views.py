"""Which cases a list shows: narrowed by its address, or as a saved view says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from pydantic import ValidationError
from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.actions import saved_views as actions
from tierline.cases.saved_view import CaseFilter
from tierline.kernel.errors import Fault, Invalid, NotFound, TierlineError
from tierline.queries.routing import CaseView
from tierline.web.forms import field, sent_with
from tierline.web.offered import severities_offered, tiers_offered
from tierline.web.shell import error_page
from tierline.web.visits import go
from tierline.web.whose import is_staff

if TYPE_CHECKING:
    from starlette.responses import Response

    from tierline.cases.saved_view import SavedView
    from tierline.store.records import Reads
    from tierline.web.shell import Visit
    from tierline.web.visits import Form

_NAMES = ("severity", "tier", "channel")
_SAVED = (*_NAMES, "state", "view", "account")


def filter_asked(visit: Visit) -> CaseFilter:
    """What the address narrows the list down to beside its state, view and account, for our own
    people. Raises NotFound for what there is not."""
    if not is_staff(visit):
        return CaseFilter()
    stated = {name: visit.asked(name) for name in _NAMES}
    return _filter(stated)


def saved_asked(visit: Visit, reads: Reads) -> SavedView | None:
    """The view that `?saved=` names. Raises NotFound."""
    asked = visit.asked("saved")
    if not asked or not may_save(visit):
        return None
    return actions.seen_view(reads, asked, visit.caller.id)


def may_save(visit: Visit) -> bool:
    """Whether a visitor keeps views."""
    return is_staff(visit) and visit.caller.may(Permission.work_cases)


def views_panel(visit: Visit, reads: Reads, chosen: SavedView | None) -> dict[str, Any] | None:
    """The saved views, and what would be saved now."""
    if not may_save(visit):
        return None
    known = reads.saved_views.seen_by(visit.caller.id)
    may_lead = visit.caller.may(Permission.manage_desk)
    asked = {name: visit.asked(name) for name in _SAVED}
    return {
        "views": known,
        "chosen": chosen,
        "may_remove": chosen is not None and (chosen.owner is not None or may_lead),
        "may_share": may_lead,
        "asked": asked,
        "severities": _choices(severities_offered(reads), asked["severity"]),
        "tiers": _choices(tiers_offered(reads), asked["tier"]),
        "is_narrowed": any(asked.values()),
    }


@sent_with(Permission.work_cases)
def save(visit: Visit, form: Form) -> Response:
    """The view of the open list, under a name."""
    try:
        name = field(form, "name", 200)
        if not name:
            raise Invalid("A view needs a name.", [Fault("missing", "Name it.", "name")])
        if form.get("is_shared"):
            visit.caller.require(Permission.manage_desk)
        chosen = _filter({each: form.get(each, "")[:200] for each in _SAVED})
        if chosen.account:
            visit.caller.require(Permission.read_cases, chosen.account)
        owner = None if form.get("is_shared") else visit.caller.id
        occasion = visit.application.occasion(visit.caller.id)
        view = visit.application.change(
            lambda records: actions.save_view(records, name, chosen, owner, occasion)
        )
    except TierlineError as error:
        return error_page(visit.request, error, visit.visitor)
    return go("/cases?" + urlencode({"saved": view.id}))


@sent_with(Permission.work_cases)
def remove(visit: Visit, form: Form) -> Response:
    """The view goes; the cases stay."""
    view = form.get("saved", "")[:200]

    def work(records: Any) -> None:
        if actions.seen_view(records, view, visit.caller.id).owner is None:
            visit.caller.require(Permission.manage_desk)
        records.saved_views.remove(view)

    visit.application.change(work)
    return go("/cases")


def _choices(offered: dict[str, str], asked: str) -> dict[str, str]:
    """What is offered, and what was asked for where that is several, or no longer there."""
    every = {"": "Any", **offered}
    return every | {asked: every.get(asked, asked)}


def _filter(stated: dict[str, str]) -> CaseFilter:
    def words(name: str) -> list[str]:
        return [word.strip() for word in stated.get(name, "").split(",") if word.strip()]

    view = stated.get("view", "")
    if view and view not in set(CaseView):
        raise NotFound(f"There is no view '{view}' of cases.")
    try:
        return CaseFilter.model_validate(
            {
                "states": words("state"),
                "severities": words("severity"),
                "tiers": words("tier"),
                "channels": words("channel"),
                "account": stated.get("account", ""),
                "view": view,
            }
        )
    except ValidationError:
        raise NotFound("There are no cases like that.") from None


ROUTES = [
    Route("/cases/views", save, methods=["POST"]),
    Route("/cases/views-end", remove, methods=["POST"]),
]
