"""Advice: the list, one piece with what was said and decided, and the form that gives it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.actions.advice import AdviceOrder, AdviceWord
from tierline.bootstrap.advice import NEEDS, given_advice, said_of_advice, seen_advice
from tierline.care.advice import AdviceEventKind, AdviceState
from tierline.care.schedule import Key
from tierline.kernel.errors import Conflict, Fault, Invalid, NotFound
from tierline.kernel.instants import format_instant
from tierline.languages.language import message
from tierline.queries.actors import users_named
from tierline.queries.advice import (
    AdviceQuestion,
    advice_rows,
    later_incidents,
    list_advice,
    reviews_without_advice,
)
from tierline.queries.pages import PAGE_LIMIT_ROWS
from tierline.web.badges import Badge
from tierline.web.forms import (
    csv_file,
    needed_text,
    needed_title,
    sent_with,
    told,
    typed_in,
)
from tierline.web.shell import shown_to
from tierline.web.visits import go
from tierline.web.whose import actor_in_words, is_staff, may_with

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from starlette.responses import Response

    from tierline.care.advice import Advice, AdviceEvent
    from tierline.care.item import CareItem
    from tierline.queries.actors import NamedUser
    from tierline.queries.advice import AdviceList, AdviceRow
    from tierline.store.records import Reads, Records
    from tierline.web.shell import Visit
    from tierline.web.visits import Form

PATH = "/advice"
_ONE = PATH + "/{advice}"
STATES = {
    AdviceState.waiting: Badge("warn", "○", message("Waits for a decision")),
    AdviceState.accepted: Badge("ok", "✓", message("Accepted")),
    AdviceState.declined: Badge("breach", "×", message("Declined")),
    AdviceState.closed: Badge("paused", "–", message("Closed")),
}
_CHOICES = [
    ("", message("Everything")),
    *((each.value, badge.words) for each, badge in STATES.items()),
]
_EVENTS = {
    AdviceEventKind.asked: message("Question"),
    AdviceEventKind.answered: message("Our answer"),
    AdviceEventKind.accepted: message("Accepted"),
    AdviceEventKind.declined: message("Declined"),
    AdviceEventKind.planned: message("To be looked at again"),
    AdviceEventKind.closed: message("What came of it"),
}
_FIELDS = ("title", "risk", "trade_off", "recommendation", "topic", "follow_up_on")
_CARE = ("contract", "feature", "due_on")
_HEAD = (
    "account", "name", "advice", "number", "title", "risk", "trade_off", "recommendation", "topic",
    "contract", "feature", "due_on", "state", "owner", "follow_up_on", "given_at", "decided_at",
    "reason", "closed_at", "outcome", "later_cases",
)  # fmt: skip


@shown_to(Permission.read_contracts)
def list_page(visit: Visit) -> Response:
    """The newest first, of all accounts that one sees, or of `?account=`; for us the reviews that
    yielded none as well."""
    account, asked = _asked(visit)
    after = visit.asked("after", 2_000) or None
    is_ours = is_staff(visit)

    def work(reads: Reads) -> tuple[AdviceList, list[CareItem], Mapping[str, str], Any]:
        found = list_advice(reads, asked, after=after)
        missing = reviews_without_advice(reads, asked.accounts, visit.now) if is_ours else []
        ids = sorted({each.promised.account for each in missing} | ({account} - {""}))
        names = {each.id: each.name for each in reads.accounts.of_ids(ids).values()}
        people = {each.advice.owner for each in found.page.items}
        people |= {each.owner for each in missing if each.owner}
        return found, missing, names, users_named(reads.snapshot, people)

    found, missing, names, users = visit.application.read(work)
    query = urlencode({k: v for k, v in (("account", account), ("state", asked.state)) if v})
    return visit.page(
        "pages/advice_list.html",
        rows=[_row(visit, each, users) | {"account": found.names.get(each.advice.given.account)}
              for each in found.page.items],
        missing=[
            {
                "item": each,
                "account": names.get(each.promised.account, ""),
                "owner": actor_in_words(visit, each.owner, users) if each.owner else "",
                "write": _new_path(each.promised.account, each.promised.key),
            }
            for each in missing
        ],
        next=found.page.next,
        is_first=after is None,
        query=query,
        account=account,
        account_name=names.get(account, ""),
        state=asked.state or "",
        choices=_CHOICES,
        sees_many=visit.sees_many,
        is_staff=is_ours,
        may_give=is_ours and visit.caller.may(Permission.work_cases),
    )  # fmt: skip


@shown_to(Permission.read_contracts)
def list_file(visit: Visit) -> Response:
    """The same for a spreadsheet, all of it."""
    _, asked = _asked(visit)

    def work(reads: Reads) -> Iterator[tuple[AdviceRow, str]]:
        after = None
        while True:
            found = list_advice(reads, asked, after=after, limit=PAGE_LIMIT_ROWS)
            for each in found.page.items:
                yield each, found.names[each.advice.given.account]
            after = found.page.next
            if after is None:
                return

    rows = visit.application.read(lambda reads: [_cells(*each) for each in work(reads)])
    return csv_file(f"advice-{visit.now.date()}.csv", _HEAD, rows)


@shown_to(Permission.read_contracts)
def one_page(visit: Visit) -> Response:
    """One piece of advice."""
    return _one(visit)


@sent_with(Permission.read_contracts)
def say(visit: Visit, form: Form) -> Response:
    """What the customer decides or asks, or what one of us answers, plans or closes."""
    advice, typed = visit.path_word("advice"), typed_in(form, "text", "follow_up_on")
    stated = form.get("what", "")
    occasion = visit.application.occasion(visit.caller.id)
    try:
        word = _word(visit, stated, typed)
        visit.application.change(
            lambda records: said_of_advice(
                visit.application, records, advice, word, visit.caller, occasion
            )
        )
    except (Invalid, Conflict) as error:
        faults = [
            replace(each, path=stated) if each.path == "text" else each
            for each in told(error, "text")
        ]
        return _one(visit, {**typed, "what": stated}, tuple(faults))
    return go(f"{PATH}/{advice}")


@shown_to(Permission.work_cases)
def new_page(visit: Visit) -> Response:
    """The form, for `?account=`, out of an item of care or not."""
    stated = {name: visit.asked(name) for name in ("account", *_CARE)}
    return _new(visit, stated)


@sent_with(Permission.work_cases)
def give(visit: Visit, form: Form) -> Response:
    """New advice, which whoever writes it sees to."""
    typed = typed_in(form, *_FIELDS, "account", *_CARE)
    occasion = visit.application.occasion(visit.caller.id)
    account = visit.application.account_of(typed["account"])
    visit.caller.require(Permission.work_cases, account)

    def work(records: Records) -> str:
        made = given_advice(visit.application, records, account, _order(visit, typed), occasion)
        return made.given.id

    try:
        made = visit.application.change(work)
    except (Invalid, Conflict) as error:
        return _new(visit, typed, told(error, "title"))
    return go(f"{PATH}/{made}")


def _asked(visit: Visit) -> tuple[str, AdviceQuestion]:
    """The account that was stated, and the question."""
    stated, state = visit.asked("account"), visit.asked("state", 20)
    if state and state not in set(AdviceState):
        raise NotFound(f"There is no state '{state}' of advice.")
    accounts, account = visit.caller.visible_accounts, ""
    if stated:
        account = visit.application.account_of(stated)
        visit.caller.require(Permission.read_contracts, account)
        accounts = frozenset({account})
    return account, AdviceQuestion(accounts=accounts, state=AdviceState(state) if state else None)


def _word(visit: Visit, stated: str, typed: Mapping[str, str]) -> AdviceWord:
    if stated not in set(AdviceEventKind):
        raise Invalid("Say what happened.", [Fault("missing", "Say what happened.", "text")])
    kind = AdviceEventKind(stated)
    if kind is AdviceEventKind.planned:
        day = _day(typed["follow_up_on"])
        return AdviceWord(kind=kind, owner=visit.caller.id, follow_up_on=day)
    return AdviceWord(kind=kind, text=needed_text(typed) if typed["text"] else "")


def _order(visit: Visit, typed: Mapping[str, str]) -> AdviceOrder:
    needed = {name: needed_text(typed, name) for name in ("risk", "trade_off", "recommendation")}
    return AdviceOrder(
        title=needed_title(typed),
        owner=visit.caller.id,
        follow_up_on=_day(typed["follow_up_on"]),
        topic=typed["topic"],
        key=_key(typed),
        **needed,
    )


def _key(typed: Mapping[str, str]) -> Key | None:
    if not typed["contract"]:
        return None
    try:
        return Key(typed["contract"], typed["feature"], date.fromisoformat(typed["due_on"]))
    except ValueError:
        raise NotFound("There is no such date.") from None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        told_day = "Write the day on which you look again, as in 2026-01-31."
        raise Invalid(told_day, [Fault("bad_day", told_day, "follow_up_on")]) from None


def _new_path(account: str, key: Key) -> str:
    stated = {"account": account, "contract": key.contract, "feature": key.feature,
              "due_on": key.due_on.isoformat()}  # fmt: skip
    return f"{PATH}/new?{urlencode(stated)}"


def _row(visit: Visit, row: AdviceRow, users: Mapping[str, NamedUser]) -> dict[str, Any]:
    return {
        "row": row,
        "advice": row.advice,
        "given": row.advice.given,
        "badge": STATES[row.advice.state],
        "owner": actor_in_words(visit, row.advice.owner, users),
        "is_overdue": row.advice.is_overdue(visit.now),
        "later": len(row.later) + row.later_more,
    }


def _one(
    visit: Visit, typed: dict[str, str] | None = None, faults: tuple[Fault, ...] = ()
) -> Response:
    id_ = visit.path_word("advice")

    def work(reads: Reads) -> tuple[Any, ...]:
        (row,) = advice_rows(reads, [seen_advice(reads, id_, visit.caller)])
        account = reads.accounts.get(row.advice.given.account)
        return row, account, later_incidents(reads, row, visit.now), _people(reads, row.advice)

    row, account, incidents, users = visit.application.read(work)
    advice, is_ours = row.advice, is_staff(visit)
    return visit.page(
        "pages/advice.html",
        status=422 if faults else 200,
        time_zone=account.time_zone,
        account=account,
        events=[_event(visit, each, users) for each in advice.events],
        by=actor_in_words(visit, advice.given.given_by, users),
        incidents=incidents,
        may_decide=advice.is_open and may_with(visit, NEEDS[AdviceEventKind.accepted], account.id),
        may_work=advice.is_open and is_ours and visit.caller.may(Permission.work_cases),
        is_staff=is_ours,
        path=f"{PATH}/{id_}",
        typed={**dict.fromkeys(("what", "text", "follow_up_on"), ""), **(typed or {})},
        faults=faults,
        **_row(visit, row, users),
    )


def _people(reads: Reads, advice: Advice) -> Mapping[str, NamedUser]:
    people = {advice.owner, advice.given.given_by}
    people |= {who for each in advice.events for who in (each.by, each.owner) if who}
    return users_named(reads.snapshot, people)


def _event(visit: Visit, event: AdviceEvent, users: Mapping[str, NamedUser]) -> dict[str, Any]:
    return {
        "event": event,
        "words": _EVENTS[event.kind],
        "by": actor_in_words(visit, event.by, users),
        "owner": actor_in_words(visit, event.owner, users) if event.owner else "",
    }


def _new(visit: Visit, typed: Mapping[str, str], faults: tuple[Fault, ...] = ()) -> Response:
    account = visit.application.account_of(typed["account"])
    visit.caller.require(Permission.work_cases, account)

    def work(reads: Reads) -> tuple[Any, Any]:
        return reads.accounts.get(account), reads.guides.newest()[1].topics

    found, topics = visit.application.read(work)
    return visit.page(
        "pages/advice_new.html",
        status=422 if faults else 200,
        account=found,
        topics=[("", "None"), *((key, topic.name) for key, topic in topics.items())],
        typed={**dict.fromkeys((*_FIELDS, *_CARE), ""), **typed},
        faults=faults,
    )


def _cells(row: AdviceRow, name: str) -> tuple[object, ...]:
    advice = row.advice
    given, decided, closing = advice.given, advice.decided, advice.closing
    key = given.key
    return (
        given.account, name, given.id, given.number, given.title, given.risk, given.trade_off,
        given.recommendation, given.topic,
        *((None, None, None) if key is None else (key.contract, key.feature, key.due_on)),
        advice.state.value, advice.owner, advice.follow_up_on, format_instant(given.given_at),
        None if decided is None else format_instant(decided.at),
        None if decided is None else decided.text,
        None if closing is None else format_instant(closing.at),
        None if closing is None else closing.text,
        len(row.later) + row.later_more,
    )  # fmt: skip


ROUTES = [
    Route(PATH, list_page, methods=["GET"]),
    Route(PATH, give, methods=["POST"]),
    Route(f"{PATH}.csv", list_file, methods=["GET"]),
    Route(f"{PATH}/new", new_page, methods=["GET"]),
    Route(_ONE, one_page, methods=["GET"]),
    Route(_ONE, say, methods=["POST"]),
]
