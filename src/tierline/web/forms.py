"""Forms of pages behind sign-in, and files to download from them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from tierline.kernel.errors import Fault, Invalid, TierlineError
from tierline.kernel.sentences import sentence
from tierline.languages.language import message
from tierline.web.page_errors import faults_of
from tierline.web.shell import HEADERS, Visit, error_page, shown_to
from tierline.web.visits import Form, read_form, visitor_of

if TYPE_CHECKING:
    from starlette.requests import Request

    from tierline.access.permission import Permission
    from tierline.web.shell import Endpoint

TITLE_LIMIT_CHARACTERS, TEXT_LIMIT_CHARACTERS = 200, 10_000
_MOST_FIGURES = 9
FormView = Callable[[Visit, Form], Response]
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def sent_with(permission: Permission) -> Callable[[FormView], Endpoint]:
    """A form that one of our pages sent, from who is signed in and has the permission; whose data
    it changes, the view asks."""

    def decorated(view: FormView) -> Endpoint:
        async def answered(request: Request) -> Response:
            try:
                form = await read_form(request)
            except TierlineError as error:
                visitor = await run_in_threadpool(visitor_of, request)
                return await run_in_threadpool(error_page, request, error, visitor)
            return await shown_to(permission)(lambda visit: view(visit, form))(request)

        return answered

    return decorated


def told(error: TierlineError, about: str) -> tuple[Fault, ...]:
    """The faults of an error for the form that was sent; one without a place is told at `about`."""
    return tuple(
        Fault(fault.code, fault.message, fault.path or about, fault.write_instead)
        for fault in faults_of(error)
    )


def ticked(form: Form, name: str, among: Iterable[str]) -> frozenset[str]:
    """The ticked boxes of a group; a box is named `role.admin`."""
    return frozenset(value for value in among if form.get(f"{name}.{value}"))


def field(form: Form, name: str, limit_characters: int = 2_000) -> str:
    """What was typed, without blanks around it. Raises Invalid for what is too long."""
    typed = form.get(name, "").strip()
    if len(typed) > limit_characters:
        words = sentence(
            "This has more than %(number)s characters.", number=f"{limit_characters:,}"
        )
        raise Invalid(message("The form cannot be kept."), [Fault("too_long", words, name)])
    return typed


def typed_in(form: Form, *names: str) -> dict[str, str]:
    """What was typed, as long as it is: what is too long for its place is refused there and not
    cut, so that nobody loses an end that they do not see."""
    return {name: form.get(name, "").strip() for name in names}


def whole_number(typed: str) -> int | None:
    """A number from 0 on of at most nine figures; None where it is none."""
    is_one = typed.isascii() and typed.isdigit() and len(typed) <= _MOST_FIGURES
    return int(typed) if is_one else None


def refuse_longer(typed: Mapping[str, str], **limits_characters: int) -> None:
    """Raise Invalid with a fault at every one of these fields that is too long."""
    faults = [
        Fault("too_long", f"This has {len(typed[name]):,} characters, of at most {most:,}.", name)
        for name, most in limits_characters.items()
        if len(typed[name]) > most
    ]
    if faults:
        raise Invalid("The form cannot be kept.", faults)


def needed_title(typed: Mapping[str, str], name: str = "title") -> str:
    """What something is called, in one line. Raises Invalid."""
    return needed_text(typed, name, TITLE_LIMIT_CHARACTERS)


def needed_text(
    typed: Mapping[str, str], name: str = "text", limit_characters: int = TEXT_LIMIT_CHARACTERS
) -> str:
    """What was typed of this name. Raises Invalid where nothing was, or too much."""
    if not typed[name]:
        fault = Fault("missing", "Nothing is written here.", name)
        raise Invalid("The form is not filled in.", [fault])
    refuse_longer(typed, **{name: limit_characters})
    return typed[name]


def csv_file(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """A table to download, for a spreadsheet: a text that it would take for a formula has an
    apostrophe before it."""
    return download(name, csv_table(head, rows), "text/csv; charset=utf-8")


def csv_table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """What stands in such a file."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([_plain(cell) for cell in row] for row in rows)
    return text.getvalue().encode()


def json_file(name: str, document: dict[str, Any]) -> Response:
    """A document to download."""
    body = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    return download(name, body.encode(), "application/json")


def download(name: str, body: bytes, media_type: str) -> Response:
    """A file of this name, which a browser keeps and does not show."""
    headers = {**HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, media_type=media_type, headers=headers)


def _plain(cell: object) -> str:
    text = "" if cell is None else str(cell)
    return f"'{text}" if isinstance(cell, str) and text.startswith(_FORMULA) else text
