"""The public grid on the server, for everybody without sign-in: as a page, for programs, on paper,
and in a frame of somebody's own site. What is published never changes, so each form is made once.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from tierline.bootstrap.kept_answers import kept
from tierline.catalog.canonical import catalog_digest
from tierline.catalog.grid import grid_of
from tierline.queries.choice_packs import newest_in_force, version_in_force
from tierline.web.documents import grid_pdf
from tierline.web.grid import grid_html, grid_json
from tierline.web.pages import policy
from tierline.web.shell import HEADERS
from tierline.web.status import shown_to_everybody
from tierline.web.visits import application_of, go

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request

    from tierline.bootstrap.callers import Visitor
    from tierline.catalog.catalog import Catalog
    from tierline.catalog.grid_document import Grid

PATH = "/grid"
_STYLES = ("app", "grid")
_FORMS: Mapping[str, tuple[Callable[[Grid], bytes], str]] = {
    "html": (grid_html, "text/html"),
    "json": (grid_json, "application/json"),
    "pdf": (grid_pdf, "application/pdf"),
}
_made_forms: dict[tuple[str, str], bytes] = {}
"""By the digest of the catalog and the form."""


def snippet(address: str, catalog: str, title: str) -> str:
    """What somebody puts into a page of theirs, so that the grid in force stands there."""
    source = f"{address}{PATH}/{quote(catalog)}/embed"
    return (
        f'<iframe src="{escape(source)}" title="{escape(title)}" loading="lazy" '
        'style="width: 100%; height: 60rem; border: 0"></iframe>'
    )


def _first(request: Request, _: Visitor | None) -> Response:
    """The way to the grid; of several catalogs to the one whose version came into force last."""
    application = application_of(request)
    today = application.now().date()
    return go(f"{PATH}/{application.read(lambda reads: newest_in_force(reads, today))}")


def _page(request: Request, _: Visitor | None) -> Response:
    """The grid in force, or of `?version=`."""
    rules = f"{policy(*_STYLES)}; frame-ancestors 'none'"
    return HTMLResponse(_made(request, "html"), headers=_headers(rules))


def _embedded(request: Request, _: Visitor | None) -> Response:
    """The same page, which others may show in a frame: it loads nothing and asks for nothing."""
    return HTMLResponse(_made(request, "html"), headers=_headers(policy(*_STYLES)))


def _document(request: Request, _: Visitor | None) -> Response:
    """The same for programs, wherever they were loaded from."""
    headers = _headers(HEADERS["Content-Security-Policy"]) | {"Access-Control-Allow-Origin": "*"}
    return Response(_made(request, "json"), media_type=_FORMS["json"][1], headers=headers)


def _paper(request: Request, _: Visitor | None) -> Response:
    """The same on paper."""
    headers = _headers(HEADERS["Content-Security-Policy"])
    return Response(_made(request, "pdf"), media_type=_FORMS["pdf"][1], headers=headers)


def _headers(rules: str) -> dict[str, str]:
    return HEADERS | {"Content-Security-Policy": rules, "Cache-Control": "public, max-age=60"}


def _made(request: Request, form: str) -> bytes:
    catalog = _asked(request)
    key = catalog_digest(catalog), form
    return kept(_made_forms, key, lambda: _FORMS[form][0](grid_of(catalog)))


def _asked(request: Request) -> Catalog:
    """The version that is asked for, else the one that is in force today. Nobody is shown what is
    not in force yet."""
    application = application_of(request)
    name, today = request.path_params["catalog"], application.now().date()
    version = request.query_params.get("version", "")[:40]
    return application.read(lambda reads: version_in_force(reads, name, today, version))


ROUTES = [
    Route(path, shown_to_everybody(view), methods=["GET"])
    for path, view in (
        (PATH, _first),
        (f"{PATH}/{{catalog}}.json", _document),
        (f"{PATH}/{{catalog}}.pdf", _paper),
        (f"{PATH}/{{catalog}}", _page),
        (f"{PATH}/{{catalog}}/embed", _embedded),
    )
]
