"""What the forms on the page of a case share."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tierline.access.permission import Permission
from tierline.bootstrap.cases import seen_case
from tierline.cases.news import no_news_words, plainly_has_news, told_so_far
from tierline.kernel.errors import Fault, Invalid, TierlineError
from tierline.web.case_page import CASE_PATH, Typed, shown_case
from tierline.web.forms import field, told, whole_number
from tierline.web.visits import go

if TYPE_CHECKING:
    from starlette.responses import Response

    from tierline.actions.occasion import Occasion
    from tierline.store.records import Records
    from tierline.web.shell import Visit
    from tierline.web.visits import Form

Act = Callable[["Records", str, "Occasion"], object]
LIMIT_CHARACTERS = 10_000


def done_with(
    visit: Visit,
    act: Act,
    typed: dict[str, str] | None = None,
    *,
    about: str = "",
    anchor: str = "",
) -> Response:
    """What one of us does with a case that they see, and the page of the case again, at `anchor`.
    What was `typed` is not lost where it is refused; a fault without a place is told at `about`."""
    case, occasion = visit.path_word("case"), visit.application.occasion(visit.caller.id)
    visit.application.read(
        lambda reads: seen_case(reads, case, visit.caller, Permission.work_cases)
    )
    try:
        visit.application.change(lambda records: act(records, case, occasion))
    except TierlineError as error:
        return shown_case(visit, case, Typed(typed or {}, told(error, about)))
    return go(CASE_PATH.format(case=case) + (f"#{anchor}" if anchor else ""))


def seen_of(form: Form) -> int | None:
    """How many facts of the case the page showed from which a form was sent; None where it does not
    say."""
    return whole_number(form.get("seen", ""))


def ask_for_news(records: Records, case_id: str, text: str) -> None:
    """Raise Invalid for an update that says nothing: whoever writes it is asked once more."""
    case, messages = records.cases.get(case_id), records.cases.messages(case_id)
    if plainly_has_news(text, [case.subject, *(each.text for each in messages if each.is_public)]):
        return
    updates, _ = told_so_far(case, messages)
    if updates.take(text, is_reply=True):
        instead = "Say what was found, what comes next or when, or send it all the same."
        fault = Fault("no_news", no_news_words(updates.empty), "text", instead)
        raise Invalid("It was not sent.", [fault])


def needed(form: Form, name: str, limit_characters: int = LIMIT_CHARACTERS) -> str:
    """What was typed. Raises Invalid where nothing was, or too much."""
    typed = field(form, name, limit_characters)
    if not typed:
        fault = Fault("missing", "Nothing is written here.", name)
        raise Invalid("The form is not filled in.", [fault])
    return typed
