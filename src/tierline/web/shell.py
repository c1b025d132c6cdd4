"""The shell: who is there, where they may go, and how a page behind sign-in is answered.

A page is a plain function of a `Visit`. It says which permission it needs; who is not signed in is
led to the sign-in page and back, and an error becomes a page of words.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import cached_property
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, Response

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.access.role import Role
from tierline.calendars.local_time import zone_named
from tierline.kernel.errors import Invalid, TierlineError
from tierline.kernel.instants import parse_instant, to_micros
from tierline.languages.language import SOURCE, message
from tierline.languages.locales import languages, name_of_language
from tierline.web.page_errors import status_of
from tierline.web.pages import render
from tierline.web.places import Place, groups_of, places_of, row_of
from tierline.web.reading import words_of
from tierline.web.theme_choice import theme_of
from tierline.web.visits import application_of, go_to_sign_in, language_of, visitor_of, word_of

if TYPE_CHECKING:
    from starlette.requests import Request

    from tierline.access.user import User
    from tierline.bootstrap.application import Application
    from tierline.bootstrap.callers import Visitor
    from tierline.languages.language import Language

POLICY = (
    "default-src 'self'; style-src 'self'; script-src 'self'; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_LOG = logging.getLogger("tierline.web")
_TITLES = {
    403: message("You may not see this"),
    404: message("There is no such page"),
    409: message("This contradicts what is recorded"),
    413: message("This is too large"),
    422: message("This address is not right"),
    429: message("Too many tries"),
    503: message("Not available at this moment"),
}

_MEANINGS = {
    403: message("Ask an admin of your company if you need it."),
    404: message("Nothing is kept at this address. It may have been mistyped, or been removed."),
    409: message("Something has changed meanwhile. Open the page again, and look."),
    413: message("Send less at a time."),
    422: message("What was stated cannot be right. Go back and correct it."),
    429: message("Wait a little, and try again."),
    503: message("Try again in a moment."),
}
_ROLES = {
    Role.customer_contact: message("customer contact"),
    Role.partner: message("partner"),
}
"""What those who read other languages than ours may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell:
    """What the frame of a page shows. `here` is the address with its query."""

    path: str
    here: str
    theme: str
    user: User | None = None
    roles: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()
    form_word: str | None = None
    now: datetime | None = None
    may_search: bool = False
    has_notices: bool = False
    """Whether they are one of ours who chooses how to be told."""
    languages: tuple[tuple[str, str], ...] = ()
    """What its reader may choose to read, by code and name; nothing for our own people."""
    chosen: str = ""
    """The code of what they chose."""

    @property
    def row(self) -> tuple[Place, ...]:
        """The places of the bar."""
        return row_of(self.places)

    @property
    def groups(self) -> tuple[tuple[str, tuple[Place, ...]], ...]:
        """All places by their headings."""
        return groups_of(self.places)

    @property
    def rest(self) -> tuple[tuple[str, tuple[Place, ...]], ...]:
        """The places that are not in the bar, by their headings."""
        return groups_of(self.places[len(self.row) :])


class Visit:
    """One request for a page, by somebody who is signed in."""

    def __init__(self, request: Request, visitor: Visitor) -> None:
        self.request = request
        self.visitor = visitor
        self.application: Application = application_of(request)
        self.now = self.application.now()

    @cached_property
    def language(self) -> Language:
        """What the page is said in."""
        return language_of(self.request, self.visitor)

    @property
    def caller(self) -> Caller:
        """What they may do."""
        return self.visitor.caller

    @property
    def sees_many(self) -> bool:
        """Whether a list of accounts is worth showing."""
        visible = self.caller.visible_accounts
        return visible is None or len(visible) > 1

    @property
    def own_clock(self) -> tzinfo:
        """The clock of a customer, as their contract states it; UTC for our own people, and for who
        is under no contract."""
        account = self.visitor.user.account
        span = account and self.application.rulebook.span_of(account, to_micros(self.now))
        return zone_named(span.cycles.zone) if span else UTC

    def path_word(self, name: str) -> str:
        """A part of the path."""
        return str(self.request.path_params[name])

    def asked(self, name: str, limit_characters: int = 200) -> str:
        """A part of the query, without blanks around it; empty where it is not stated."""
        stated = self.request.query_params.get(name, "").strip()
        if len(stated) > limit_characters:
            words = f"'{name}' has more than {limit_characters} characters."
            raise Invalid(words, code="too_long")
        return stated

    def instant(self, name: str = "at") -> datetime | None:
        """A stated instant; a day is its beginning in UTC. Raises Invalid."""
        stated = self.asked(name, 40)
        if not stated:
            return None
        is_day = len(stated) == len("2026-01-01")
        return parse_instant(f"{stated}T00:00:00Z" if is_day else stated)

    def page(
        self, template: str, *, status: int = 200, time_zone: str = "", **values: Any
    ) -> Response:
        """The page that a template makes of the values. Instants are shown by the clock of a time
        zone that is stated, else by the reader's own."""
        values |= {"clock": zone_named(time_zone) if time_zone else self.own_clock}
        return _page(self.request, template, status, self.visitor, self.now, values)


View = Callable[[Visit], Response]
Endpoint = Callable[["Request"], Coroutine[Any, Any, Response]]


def shown_to(permission: Permission) -> Callable[[View], Endpoint]:
    """A page for who is signed in and has the permission; whose data it is, the page asks."""

    def decorated(view: View) -> Endpoint:
        async def answered(request: Request) -> Response:
            return await run_in_threadpool(_answer, request, view, permission)

        return answered

    return decorated


def _answer(request: Request, view: View, permission: Permission) -> Response:
    visitor = visitor_of(request)
    if visitor is None:
        return go_to_sign_in(request)
    try:
        visitor.caller.require(permission)
        return view(Visit(request, visitor))
    except TierlineError as error:
        return error_page(request, error, visitor)
    except Exception as error:  # noqa: BLE001 - the page that says so is all that a browser sees
        return failed_page(request, error)


def error_page(request: Request, error: TierlineError, visitor: Visitor | None) -> Response:
    """An error of ours in words."""
    status = status_of(error)
    values = {
        "title": _TITLES.get(status, message("This could not be done")),
        "message": _told(error, status, language_of(request, visitor)),
        "faults": error.faults if isinstance(error, Invalid) else (),
    }
    return _page(request, "pages/error.html", status, visitor, None, values)


def _told(error: TierlineError, status: int, language: Language) -> str:
    """What an error says in the reader's language; where it says nothing in it, what its status
    means, so that nobody is told in words that are not theirs."""
    said = words_of(error.message, language)
    if language.tag.startswith(SOURCE) or said != error.message:
        return said
    return language.phrase(_MEANINGS.get(status, _MEANINGS[422]))


async def not_found_page(request: Request) -> Response:
    """For an address that is nobody's."""
    visitor = await run_in_threadpool(visitor_of, request)
    values = {"title": _TITLES[404], "message": _MEANINGS[404], "faults": ()}
    return _page(request, "pages/error.html", 404, visitor, None, values)


def failed_page(request: Request, error: Exception) -> Response:
    """For a fault of ours: logged with its trace, told without it; needs no database."""
    _LOG.error("unforeseen error at %s %s", request.method, request.url.path, exc_info=error)
    words = message(
        "It was logged. Nothing was changed. Try again; if it stays, tell who runs Tierline."
    )
    values = {"title": message("A fault of ours"), "message": words, "faults": ()}
    return _page(request, "pages/error.html", 500, None, None, values)


def _page(
    request: Request,
    template: str,
    status: int,
    visitor: Visitor | None,
    now: datetime | None,
    values: dict[str, Any],
) -> Response:
    return HTMLResponse(
        render(
            template,
            language=language_of(request, visitor),
            shell=_shell(request, visitor, now),
            frame="shell.html",
            **values,
        ),
        status_code=status,
        headers=HEADERS,
    )


def _shell(request: Request, visitor: Visitor | None, now: datetime | None) -> Shell:
    path, query = request.url.path, request.url.query
    return Shell(
        path=path,
        here=f"{path}?{query}" if query else path,
        theme=theme_of(request),
        user=visitor.user if visitor else None,
        roles=_roles(visitor.caller) if visitor else (),
        places=places_of(visitor.caller, path) if visitor else (),
        form_word=word_of(request),
        now=now,
        may_search=visitor is not None and visitor.caller.may(Permission.read_articles),
        has_notices=visitor is not None and visitor.caller.may(Permission.work_cases),
        languages=_languages() if visitor and visitor.user.account is not None else (),
        chosen=language_of(request, visitor).tag.partition("-")[0] if visitor else "",
    )


def _languages() -> tuple[tuple[str, str], ...]:
    return tuple((code, name_of_language(code)) for code in languages())


def _roles(caller: Caller) -> tuple[str, ...]:
    return tuple(sorted(_ROLES.get(role, role.value.replace("_", " ")) for role in caller.roles))
