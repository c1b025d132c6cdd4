"""A visit to a page: who it is, the forms that they send, and how a page is answered.

Every form carries the word of its browser's cookie, so that no other site can send it. A page loads
nothing and runs nothing but the one script that asks for a passkey; its policy says so.
"""

from __future__ import annotations

import re
from typing import Any, cast
from urllib.parse import parse_qsl, quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from tierline.access.caller import Unauthenticated
from tierline.access.secret import form_word, is_form_word
from tierline.bootstrap.application import Application
from tierline.bootstrap.callers import Visitor
from tierline.bootstrap.visits import new_visit, put_visit, session_cookie, visit_cookie
from tierline.kernel.errors import Forbidden, Invalid, LimitReached
from tierline.kernel.sentences import sentence
from tierline.languages.choice import asked_language, first_language
from tierline.languages.language import ENGLISH, Language, message
from tierline.web.pages import policy, render
from tierline.web.theme_choice import theme_of

FORM_LIMIT_BYTES = 65_536
FORM_LIMIT_FIELDS = 100
WORD_FIELD = "form_word"
_STYLES = ("app", "forms")
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
Form = dict[str, str]


def application_of(request: Request) -> Application:
    """The application that this process has open."""
    return cast(Application, request.app.state.application)


def visitor_of(request: Request) -> Visitor | None:
    """The signed-in user; None for anybody else. May wait for the database."""
    cookie = session_cookie(request.headers.get("cookie"))
    try:
        return None if cookie is None else application_of(request).callers.of_session(cookie)
    except Unauthenticated:
        return None


def language_of(request: Request, visitor: Visitor | None) -> Language:
    """What a page is said in: a customer's own choice, else their account's, else what their
    browser asks for, else the installation's. Our own people's pages are in English."""
    if visitor is not None and visitor.user.account is None:
        return ENGLISH
    asked = asked_language(request.headers.get("accept-language", ""))
    called = visitor.language if visitor else ""
    return first_language([called, asked], application_of(request).language)


def word_of(request: Request) -> str | None:
    """The word that forms of this browser carry; None where it has no cookie yet."""
    cookie = _cookie(request)
    return None if cookie is None else form_word(cookie)


async def read_form(request: Request) -> Form:
    """The fields of a form that one of our pages sent. Raises Invalid, LimitReached, and Forbidden
    where it came from elsewhere."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise Invalid(message("This is not a form of ours."), code="unsupported_media_type")
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > FORM_LIMIT_BYTES:
            raise LimitReached(
                sentence("A form has at most %(number)s bytes.", number=f"{FORM_LIMIT_BYTES:,}")
            )
    try:
        fields = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            encoding="utf-8",
            errors="strict",
            max_num_fields=FORM_LIMIT_FIELDS,
        )
    except ValueError:
        raise Invalid(message("This form cannot be read."), code="malformed_form") from None
    form = dict(fields)
    return ours(request, form)


def ours(request: Request, form: Form) -> Form:
    """The fields of a form without its word. Raises Invalid, and Forbidden where it came from
    elsewhere."""
    if any(_NO_TEXT.search(value) for value in form.values()):
        raise Invalid(message("A field holds characters that are no text."), code="malformed_form")
    cookie = _cookie(request)
    if cookie is None or not is_form_word(cookie, form.pop(WORD_FIELD, "")):
        raise Forbidden(
            message(
                "This form was not sent from a page that is open in this browser. Open the page "
                "again, and send it once more."
            ),
            code="forged",
        )
    return form


def show(
    request: Request,
    template: str,
    *,
    status: int = 200,
    scripts: tuple[str, ...] = (),
    language: Language | None = None,
    **values: Any,
) -> Response:
    """A page with forms, for whoever is there; `scripts` are files of ours that it runs. It is said
    in what its `visitor` reads, where it has one, unless a language is stated."""
    cookie = _cookie(request)
    is_new = cookie is None
    cookie = cookie or new_visit()
    page = render(
        template,
        language=language or language_of(request, values.get("visitor")),
        styles=list(_STYLES),
        theme=theme_of(request),
        scripts=scripts,
        word_field=WORD_FIELD,
        form_word=form_word(cookie),
        **values,
    )
    response = HTMLResponse(page, status_code=status, headers=page_headers(scripts))
    if is_new:
        put_visit(request, response, cookie)
    return response


def page_headers(scripts: tuple[str, ...] = ()) -> dict[str, str]:
    """What every page with forms says to the browser."""
    rules = policy(*_STYLES).replace("form-action 'none'", "form-action 'self'")
    if scripts:
        rules += "; script-src 'self'"
    return {
        "Content-Security-Policy": f"{rules}; frame-ancestors 'none'",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
    }


def go(path: str) -> RedirectResponse:
    """Done: the browser goes to another page, and asks for it with GET."""
    return RedirectResponse(path, status_code=303, headers={"Cache-Control": "no-store"})


def go_to_sign_in(request: Request) -> RedirectResponse:
    """First sign in; then back to where one wanted to be."""
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return go(f"/sign-in?next={quote(wanted, safe='')}" if request.method == "GET" else "/sign-in")


def cookie_of(request: Request) -> str:
    """The cookie that forms of this browser belong to; empty where it has none."""
    return _cookie(request) or ""


def own_path(text: str) -> str:
    """Where somebody wanted to be, if that is a page of ours; else the first page."""
    is_ours = text.startswith("/") and not text.startswith("//") and "\\" not in text
    return text if is_ours and text.isprintable() and len(text) <= 2_000 else "/"


def _cookie(request: Request) -> str | None:
    """A session's cookie goes before that of a visit."""
    return session_cookie(request.headers.get("cookie")) or visit_cookie(request)
