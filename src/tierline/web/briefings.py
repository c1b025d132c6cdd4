"""The pack of an item of care: as a page, on paper, and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.bootstrap.briefings import briefing_of
from tierline.web.briefing import briefing_json, briefing_view
from tierline.web.care import key_in_path
from tierline.web.care_list import PATH
from tierline.web.documents import briefing_pdf
from tierline.web.forms import download
from tierline.web.shell import Visit, shown_to

if TYPE_CHECKING:
    from starlette.responses import Response

    from tierline.scorecards.briefing import Briefing


@shown_to(Permission.read_contracts)
def pack_page(visit: Visit) -> Response:
    """As it is known now, from a month before the day of its item on, until that was held."""
    pack = _pack(visit)
    places = [("PDF", f"{visit.request.url.path}.pdf"), ("JSON", f"{visit.request.url.path}.json")]
    return visit.page(
        "briefing.html", view=briefing_view(pack, visit.language), pack=pack, places=places
    )


@shown_to(Permission.read_contracts)
def pack_pdf(visit: Visit) -> Response:
    """The same on paper, in the reader's language."""
    pack = _pack(visit)
    return download(_name(pack, "pdf"), briefing_pdf(pack, visit.language), "application/pdf")


@shown_to(Permission.read_contracts)
def pack_json(visit: Visit) -> Response:
    """The same for programs."""
    pack = _pack(visit)
    return download(_name(pack, "json"), briefing_json(pack), "application/json")


def _pack(visit: Visit) -> Briefing:
    return briefing_of(visit.application, key_in_path(visit), visit.caller)


def _name(pack: Briefing, ending: str) -> str:
    return f"briefing-{pack.report.account}-{pack.due_on}.{ending}"


_PACK = PATH + "/{contract}/{feature}/{due_on}/briefing"
ROUTES: list[Any] = [
    Route(f"{_PACK}.pdf", pack_pdf, methods=["GET"]),
    Route(f"{_PACK}.json", pack_json, methods=["GET"]),
    Route(_PACK, pack_page, methods=["GET"]),
]
