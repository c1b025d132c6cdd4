"""Chats: starting one, the page where both sides read and write, and what is left of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.responses import PlainTextResponse
from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.actions.case_clocks import next_due
from tierline.actions.case_opening import CaseOrder
from tierline.actions.cases import Speaker, say
from tierline.actions.chats import end_chat, start_chat
from tierline.bootstrap.cases import instead_of_channel, promise_now, seen_case
from tierline.cases.channel import Channel
from tierline.cases.event import EventKind
from tierline.cases.standing import ENDED, CaseState
from tierline.kernel.errors import Fault, Invalid, NotFound, TierlineError
from tierline.languages.language import message
from tierline.queries import cases as queries
from tierline.queries.actors import users_named
from tierline.web.case_page import CASE_PATH, TEXT_LIMIT_CHARACTERS, local
from tierline.web.chat_presence import presence_of
from tierline.web.chat_stream import events
from tierline.web.forms import field, sent_with, told
from tierline.web.shell import HEADERS, shown_to
from tierline.web.visits import go
from tierline.web.whose import actor_in_words, is_staff, may_with

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response

    from tierline.queries.actors import NamedUser
    from tierline.store.records import Reads
    from tierline.web.shell import Visit
    from tierline.web.visits import Form

PATH = "/chat"
_CHAT_PATH = CASE_PATH + "/chat"
_THEIRS = (EventKind.opened, EventKind.customer_message)


@shown_to(Permission.open_cases)
def new_page(visit: Visit) -> Response:
    """The form that starts a chat."""
    return _form(visit, {})


@sent_with(Permission.open_cases)
def start(visit: Visit, form: Form) -> Response:
    """A new chat, and its page. Our own people start none: it is the customer's way in."""
    typed = {"text": form.get("text", "").strip()[:TEXT_LIMIT_CHARACTERS]}
    occasion = visit.application.occasion(visit.caller.id)
    try:
        account = _own_account(visit)
        if not field(form, "text", TEXT_LIMIT_CHARACTERS):
            fault = Fault("missing", message("Nothing is written here."), "text")
            raise Invalid(message("The chat cannot begin without words."), [fault])
        order = CaseOrder(channel=Channel.chat, subject="", text=typed["text"], account=account)
        case = visit.application.change(
            lambda records: start_chat(
                records, order,
                promise_now(visit.application, records, account, occasion), occasion,
            )
        )  # fmt: skip
    except TierlineError as error:
        return _form(visit, typed, told(error, "text"))
    return go(_CHAT_PATH.format(case=case.id))


@shown_to(Permission.read_cases)
def chat_page(visit: Visit) -> Response:
    """A chat, as it stands; with scripts it goes on by itself."""
    return _chat(visit, {})


@shown_to(Permission.read_cases)
def news(visit: Visit) -> Response:
    """What was said after the `?after=` public messages that its reader has, and who is there."""
    return _chat(visit, {}, template="pages/chat_news.html")


@sent_with(Permission.open_cases)
def speak(visit: Visit, form: Form) -> Response:
    """Something said in a chat, by either side."""
    case_id, occasion = visit.path_word("case"), visit.application.occasion(visit.caller.id)
    permission = Permission.work_cases if is_staff(visit) else Permission.open_cases
    visit.application.read(lambda reads: seen_case(reads, case_id, visit.caller, permission))
    speaker = Speaker(is_customer=not is_staff(visit))
    try:
        text = field(form, "text", TEXT_LIMIT_CHARACTERS)
        if not text:
            fault = Fault("missing", message("Nothing is written here."), "text")
            raise Invalid(message("Nothing was said."), [fault])
        visit.application.change(lambda records: say(records, case_id, text, speaker, occasion))
    except TierlineError as error:
        typed = {"text": form.get("text", "")[:TEXT_LIMIT_CHARACTERS]}
        return _chat(visit, typed, told(error, "text"))
    return go(_CHAT_PATH.format(case=case_id))


@sent_with(Permission.open_cases)
def end(visit: Visit, _: Form) -> Response:
    """The chat is over, and its case goes on."""
    case_id, occasion = visit.path_word("case"), visit.application.occasion(visit.caller.id)
    permission = Permission.work_cases if is_staff(visit) else Permission.open_cases
    visit.application.read(lambda reads: seen_case(reads, case_id, visit.caller, permission))
    visit.application.change(lambda records: end_chat(records, case_id, occasion))
    return go(CASE_PATH.format(case=case_id))


@shown_to(Permission.read_cases)
def transcript(visit: Visit) -> Response:
    """What was said in public, to keep."""
    case_id = visit.path_word("case")

    def work(reads: Reads) -> tuple[queries.WholeCase, dict[str, NamedUser]]:
        case = seen_case(reads, case_id, visit.caller, Permission.read_cases)
        whole = queries.whole_case(reads.cases, case, now=visit.now)
        return whole, users_named(reads.snapshot, {each.author for each in whole.messages})

    whole, users = visit.application.read(work)
    title = visit.language.phrase(
        "Case %(number)s: %(subject)s", number=whole.case.number, subject=whole.case.subject
    )
    lines = [title, ""]
    for each in _said(visit, whole, users):
        lines += [f"{each['at']:%Y-%m-%d %H:%M %Z}  {each['by']}", each["text"], ""]
    headers = HEADERS | {
        "Content-Disposition": f'attachment; filename="case-{whole.case.number}.txt"'
    }
    return PlainTextResponse("\n".join(lines), headers=headers)


def _form(visit: Visit, typed: dict[str, str], faults: tuple[Fault, ...] = ()) -> Response:
    return visit.page(
        "pages/chat_new.html",
        status=422 if faults else 200,
        typed=typed,
        faults=faults,
        is_staff=is_staff(visit),
    )


def _chat(
    visit: Visit,
    typed: dict[str, str],
    faults: tuple[Fault, ...] = (),
    *,
    template: str = "pages/chat.html",
) -> Response:
    case_id = visit.path_word("case")

    def work(reads: Reads) -> dict[str, Any]:
        case = seen_case(reads, case_id, visit.caller, Permission.read_cases)
        if case.channel is not Channel.chat:
            raise NotFound(message("This case is no chat."))
        whole = queries.whole_case(reads.cases, case, now=visit.now)
        mark = reads.chats.marks([case_id], visit.now)[case_id]
        known = {*mark.ours, *mark.theirs, *(each.author for each in whole.messages)}
        users = users_named(reads.snapshot, known)
        due = next_due(whole.milestones)
        return {
            "case": case,
            "said": _said(visit, whole, users),
            "is_ended": mark.is_ended or whole.standing.state in ENDED,
            "is_closed": whole.standing.state is CaseState.closed,
            "presence": presence_of(visit, reads, mark, users),
            "due": None if due is None else local(due, case.time_zone),
            "is_overdue": due is not None and due < visit.now,
            "is_promised": bool(whole.milestones),
            "instead": instead_of_channel(reads, case),
        }

    values = visit.application.read(work)
    after = visit.asked("after", 10)
    values["said"] = values["said"][int(after) if after.isdigit() else 0 :]
    case = values["case"]
    may_say = visit.caller.may(Permission.open_cases) and may_with(
        visit, Permission.open_cases, case.account or ""
    )
    return visit.page(
        template,
        status=422 if faults else 200,
        time_zone=case.time_zone,
        typed=typed,
        faults=faults,
        is_staff=is_staff(visit),
        may_say=may_say and not values["is_closed"],
        first=int(after) if after.isdigit() else 0,
        **values,
    )


def _said(
    visit: Visit, whole: queries.WholeCase, users: Mapping[str, NamedUser]
) -> list[dict[str, Any]]:
    """What was said in public, in the order in which it was written down: what is new stands last,
    so that a page that has the first ones asks for the rest."""
    events = whole.case.events
    return [
        {
            "at": local(events[each.place].at, whole.case.time_zone),
            "by": actor_in_words(visit, each.author, users),
            "text": each.text,
            "is_theirs": events[each.place].kind in _THEIRS,
        }
        for each in whole.messages
        if each.is_public
    ]


def _own_account(visit: Visit) -> str:
    own = sorted(visit.caller.accounts or ())
    if not own:
        raise Invalid("A customer starts a chat. Answer one on the page of its case.", code="ours")
    visit.caller.require(Permission.open_cases, own[0])
    return own[0]


ROUTES = [
    Route(PATH, new_page, methods=["GET"]),
    Route(PATH, start, methods=["POST"]),
    Route(_CHAT_PATH, chat_page, methods=["GET"]),
    Route(_CHAT_PATH, speak, methods=["POST"]),
    Route(f"{_CHAT_PATH}/news", news, methods=["GET"]),
    Route(f"{_CHAT_PATH}/events", events, methods=["GET"]),
    Route(f"{_CHAT_PATH}/end", end, methods=["POST"]),
    Route(f"{CASE_PATH}/transcript", transcript, methods=["GET"]),
]
