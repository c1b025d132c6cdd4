"""Choice packs: up to three plans side by side, for everybody beside the public grid, and for the
people of an account with the plans that it has itself. Each is a page and files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.bootstrap.choice_packs import drawn_up, offer_for, pack_for
from tierline.bootstrap.kept_answers import OneAtATime, kept
from tierline.catalog.resolved import resolve_tier
from tierline.catalog.words_amount import capitalised
from tierline.catalog.words_amount import each as each_period
from tierline.kernel.errors import Fault, Invalid, LimitReached
from tierline.kernel.media_types import WORKBOOK
from tierline.languages.choice import first_language
from tierline.queries.choice_packs import PackAsked
from tierline.scorecards.choosing import MOST_OPTIONS
from tierline.scorecards.term_cost import measures_of
from tierline.web.choice_pack import pack_json, pack_view
from tierline.web.choice_pack_book import pack_workbook
from tierline.web.documents import choice_pack_pdf
from tierline.web.forms import download
from tierline.web.pages import policy, render
from tierline.web.shell import HEADERS, Visit, error_page, shown_to
from tierline.web.status import shown_to_everybody
from tierline.web.visits import application_of, language_of
from tierline.web.whose import account_of_path

if TYPE_CHECKING:
    from starlette.requests import Request

    from tierline.bootstrap.application import Application
    from tierline.bootstrap.callers import Visitor
    from tierline.languages.language import Language
    from tierline.queries.choice_packs import Offer
    from tierline.scorecards.choice_pack import SignedPack
    from tierline.scorecards.term_cost import Measure

_QUANTITY = "quantity."
_LIMIT_CHARACTERS = 200
_STYLES = ("app", "grid", "shell")
_TEMPLATE = "choice_pack.html"
_FILES: Mapping[str, tuple[Callable[[SignedPack], bytes], str]] = {
    "pdf": (choice_pack_pdf, "application/pdf"),
    "xlsx": (pack_workbook, WORKBOOK),
    "json": (pack_json, "application/json"),
}
_strangers = OneAtATime(waiting=0, seconds=0)
"""Held while a file is written for somebody who is not signed in."""
_made_files: dict[tuple[str, str], bytes] = {}
"""By the digest of the pack and the form: setting type takes a tenth of a second, and the same
pack is the same bytes."""


def _public_page(request: Request, visitor: Visitor | None) -> Response:
    """What everybody may compare, in the language of who looks."""
    language = language_of(request, visitor)
    try:
        values, status = _values(request, language, None, for_stranger=visitor is None)
    except LimitReached as error:
        return _come_again(request, error)
    if visitor is not None:
        return Visit(request, visitor).page(_TEMPLATE, status=status, **values)
    page = render(
        _TEMPLATE, language=language, frame="page.html", shell=None, styles=list(_STYLES), **values
    )
    rules = policy(*_STYLES).replace("form-action 'none'", "form-action 'self'")
    headers = HEADERS | {"Content-Security-Policy": f"{rules}; frame-ancestors 'none'"}
    return HTMLResponse(page, status_code=status, headers=headers)


@shown_to(Permission.read_contracts)
def account_page(visit: Visit) -> Response:
    """What an account may compare."""
    account = account_of_path(visit, Permission.read_contracts)
    values, status = _values(visit.request, visit.language, account)
    return visit.page(_TEMPLATE, status=status, **values)


def _public_file(request: Request, visitor: Visitor | None) -> Response:
    """The same to keep. Whoever is not signed in waits for nobody and keeps nobody waiting: one of
    their files is written at a time."""
    language = language_of(request, visitor)
    if visitor is not None:
        return _file(request, language, None)
    try:
        return _file(request, language, None, _strangers)
    except LimitReached as error:
        return _come_again(request, error)


def _come_again(request: Request, error: LimitReached) -> Response:
    """A stranger asks while others are served."""
    answer = error_page(request, error, None)
    answer.headers["Retry-After"] = "1"
    return answer


@shown_to(Permission.read_contracts)
def account_file(visit: Visit) -> Response:
    """The same to keep: PDF, workbook or JSON."""
    account = account_of_path(visit, Permission.read_contracts)
    return _file(visit.request, visit.language, account)


def _file(
    request: Request, language: Language, account: str | None, turn: OneAtATime | None = None
) -> Response:
    asked = _asked(request, first_language([_query(request, "language")], language))
    pack = pack_for(application_of(request), account, asked, for_stranger=turn is not None)
    ending = request.url.path.rpartition(".")[2]
    kind = _FILES[ending][1]
    content = kept(_made_files, (pack.pack_digest, ending), lambda: _written(pack, ending, turn))
    return download(f"choice-pack-{pack.catalog}-{pack.on}.{ending}", content, kind)


def _written(pack: SignedPack, ending: str, turn: OneAtATime | None) -> bytes:
    """The file. Raises LimitReached where it is somebody else's turn."""
    with turn.taken() if turn else nullcontext():
        return _FILES[ending][0](pack)


def _values(
    request: Request, language: Language, account: str | None, *, for_stranger: bool = False
) -> tuple[dict[str, Any], int]:
    """What the template shows; without a pack where what was asked for has faults."""
    application, asked = application_of(request), _asked(request, language)
    offer = offer_for(application, account, asked)
    form = _form(request, application, offer, language)
    # What was typed for other plans is sent along by the form, which has no field for it any more.
    fields = {each["key"] for each in form["quantities"]}
    quantities = {key: typed for key, typed in asked.quantities.items() if key in fields}
    asked = replace(asked, quantities=quantities)
    faults: tuple[Fault, ...] = ()
    view, places = None, []
    try:
        pack = drawn_up(application, offer, asked, for_stranger=for_stranger)
        view = pack_view(pack, language)
        query = urlencode(_question(pack))
        places = [(e.upper(), f"{request.url.path}.{e}?{query}") for e in _FILES]
    except Invalid as error:
        faults = tuple(_at_its_field(each) for each in error.faults)
    trail = None
    if offer.account is not None:
        trail = (offer.account.name, f"/accounts/{quote(offer.account.id)}")
    values = {
        "view": view,
        "places": places,
        "form": form | {"faults": faults},
        "trail": trail,
    }
    return values, 422 if faults else 200


def _at_its_field(fault: Fault) -> Fault:
    """Where on the form it is told."""
    path = fault.path
    if fault.code in ("no_such_quantity", "bad_quantity"):
        path = f"quantity-{path}"
    return Fault(fault.code, fault.message, "tier-1" if path == "tier" else path)


def _form(
    request: Request, application: Application, offer: Offer, language: Language
) -> dict[str, Any]:
    """What may be asked for, with what was."""
    catalog = offer.catalog
    chosen = [key for key in offer.asked if key in offer.tiers][:MOST_OPTIONS]
    measures = measures_of(catalog, {key: resolve_tier(catalog, key) for key in chosen})
    return {
        "path": request.url.path,
        "catalog": catalog.catalog if offer.account else "",
        "version": catalog.version.isoformat(),
        "tiers": [(key, catalog.tiers[key].name) for key in offer.tiers],
        "chosen": (*chosen, *[""] * (MOST_OPTIONS - len(chosen))),
        "on": _query(request, "on") or application.now().date().isoformat(),
        "quantities": [
            {
                "key": each.key,
                "name": _name(each, catalog.currency, language),
                "typed": _query(request, _QUANTITY + each.key),
            }
            for each in measures.values()
        ],
    }


def _name(measure: Measure, currency: str, language: Language) -> str:
    """`Engineering hours a month`; of spend with its currency."""
    words = capitalised(measure.name if measure.unit else f"{measure.name}, {currency}")
    return f"{words} {each_period(measure.per, language)}" if measure.per else words


def _asked(request: Request, language: Language) -> PackAsked:
    """What the address asks for."""
    stated = request.query_params
    return PackAsked(
        catalog=str(request.path_params.get("catalog", "")) or _query(request, "catalog"),
        version=_query(request, "version"),
        tiers=tuple(each.strip()[:_LIMIT_CHARACTERS] for each in stated.getlist("tier") if each),
        quantities={
            name.removeprefix(_QUANTITY): typed
            for name in stated
            if name.startswith(_QUANTITY) and (typed := _query(request, name))
        },
        on=_query(request, "on"),
        language=language,
    )


def _question(pack: SignedPack) -> list[tuple[str, str]]:
    """The query that makes the same pack again, whenever it is asked."""
    return [
        ("catalog", pack.catalog),
        ("version", pack.version),
        *(("tier", each.column.key) for each in pack.options),
        *((_QUANTITY + each.key, each.quantity) for each in pack.quantities),
        ("on", pack.on),
        ("language", pack.language),
    ]


def _query(request: Request, name: str) -> str:
    return request.query_params.get(name, "").strip()[:_LIMIT_CHARACTERS]


_PUBLIC = "/grid/{catalog}/choice-pack"
_OF_ACCOUNT = "/accounts/{account}/choice-pack"
ROUTES: list[Any] = [
    Route(_PUBLIC, shown_to_everybody(_public_page), methods=["GET"]),
    Route(_OF_ACCOUNT, account_page, methods=["GET"]),
    *(
        Route(f"{path}.{ending}", view, methods=["GET"])
        for ending in _FILES
        for path, view in (
            (_PUBLIC, shown_to_everybody(_public_file)),
            (_OF_ACCOUNT, account_file),
        )
    ),
]
