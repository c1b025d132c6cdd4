"""Care: what is due by the calendar and what came of it, for us and for the customer."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.actions import care as actions
from tierline.bootstrap.care import calendar_behind, made_calendar, seen_contract
from tierline.care.advice import ARCHITECTURE_REVIEW
from tierline.care.finding import CareFinding, FindingState
from tierline.care.item import CareEventKind, CareItem, CareState
from tierline.care.schedule import Key
from tierline.kernel.errors import Fault, Invalid, NotFound, TierlineError
from tierline.languages.language import message
from tierline.queries.actors import NamedUser, users_named
from tierline.queries.briefings import is_offered
from tierline.queries.care import (
    AHEAD,
    CareAction,
    CareList,
    last_before,
    list_care,
    open_actions,
    question,
)
from tierline.web.badges import Badge
from tierline.web.forms import field, sent_with, told, whole_number
from tierline.web.shell import HEADERS, Visit, shown_to
from tierline.web.visits import application_of, go
from tierline.web.whose import actor_in_words, is_staff

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from tierline.actions.care import CareCalendar
    from tierline.languages.language import Language
    from tierline.store.records import Reads, Records
    from tierline.web.visits import Form

PATH = "/care"
TEXT_LIMIT_CHARACTERS = 10_000
_STATES = {
    CareState.due: Badge("paused", "○", message("Due")),
    CareState.done: Badge("ok", "✓", message("Done")),
    CareState.late: Badge("warn", "!", message("Done late")),
    CareState.missed: Badge("breach", "×", message("Missed")),
    CareState.excused: Badge("paused", "–", message("Excused")),
}
_COUNTED = {
    CareState.due: message("%(number)s due"),
    CareState.done: message("%(number)s done"),
    CareState.late: message("%(number)s done late"),
    CareState.missed: message("%(number)s missed"),
    CareState.excused: message("%(number)s excused"),
}
_ACTIONS = {
    FindingState.open: Badge("paused", "○", message("Action is open")),
    FindingState.done: Badge("ok", "✓", message("Done")),
}
_OVERDUE = Badge("breach", "!", message("Action is overdue"))
ACTIONS_SHOWN = 50
_CHOICES = [
    ("", message("Everything")),
    *((each.value, badge.words) for each, badge in _STATES.items()),
]
_REPORTS = {
    "found": CareEventKind.found,
    "agreed": CareEventKind.agreed,
    "finished": CareEventKind.finished,
    "done": CareEventKind.done,
    "undone": CareEventKind.undone,
    "excused": CareEventKind.excused,
    "mine": CareEventKind.assigned,
}


@shown_to(Permission.read_contracts)
def care_page(visit: Visit) -> Response:
    """A quarter back and half a year ahead, of all accounts that one sees, or of `?account=`."""
    return _shown(visit, ())


@sent_with(Permission.work_cases)
def report(visit: Visit, form: Form) -> Response:
    """What one of us says of an item: that they have it, that it was done, or is excused."""
    occasion = visit.application.occasion(visit.caller.id)
    try:
        kind = _REPORTS.get(form.get("what", ""))
        if kind is None:
            raise Invalid("Say what happened.", [Fault("missing", "Say what happened.", "what")])
        key, text = key_in_path(visit), field(form, "text", TEXT_LIMIT_CHARACTERS)
        if kind is CareEventKind.excused and not text:
            told_why = "Write why it is excused."
            raise Invalid(told_why, [Fault("missing", told_why, "")])
        stated = _stated(visit, form, kind, text)

        def work(records: Records) -> None:
            seen_contract(records, key.contract, visit.caller, Permission.work_cases)
            actions.report_care(records, key, stated, occasion)

        visit.application.change(work)
    except NotFound:
        raise
    except TierlineError as error:
        return _shown(visit, told(error, ""))
    return go(f"{PATH}?state={form['state']}" if form.get("state") in set(CareState) else PATH)


def _stated(visit: Visit, form: Form, kind: CareEventKind, text: str) -> actions.CareReport:
    """What the form says. Raises Invalid for a finding that is not there, and for no day."""
    is_mine = kind in (CareEventKind.assigned, CareEventKind.agreed)
    has_findings = kind in (CareEventKind.done, CareEventKind.found)
    found = field(form, "findings", TEXT_LIMIT_CHARACTERS) if has_findings else ""
    lines = [line.strip() for line in found.splitlines()]
    report = actions.CareReport(
        kind=kind,
        about=visit.caller.id if is_mine else "",
        text=text,
        findings=tuple(actions.NewFinding(line) for line in lines if line),
        finding=whole_number(form.get("finding", "")),
        due_on=_day(form.get("due_on", "")) if kind is CareEventKind.agreed else None,
    )
    if kind in (CareEventKind.agreed, CareEventKind.finished) and report.finding is None:
        raise NotFound("There is no such finding.")
    if kind is CareEventKind.found and not report.findings:
        raise Invalid("Write what was found.", [Fault("missing", "Write what was found.", "")])
    return report


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        told_day = "Write the day by which it is done, as in 2026-01-31."
        raise Invalid(told_day, [Fault("bad_day", told_day, "")]) from None


@sent_with(Permission.read_contracts)
def add_calendar(visit: Visit, form: Form) -> Response:
    """A new calendar: of an account, or of what one has oneself. Its address is shown once."""
    account, stated = None, form.get("account", "")[:200]
    if stated or not is_staff(visit):
        own = sorted(visit.caller.accounts or ())
        account = visit.application.account_of(stated or (own[0] if own else ""))
        visit.caller.require(Permission.read_contracts, account)
    owner = None if account is not None else visit.caller.id
    occasion = visit.application.occasion(visit.caller.id)
    try:
        _, path = made_calendar(visit.application, account, owner, occasion)
    except Invalid as error:
        return _shown(visit, told(error, ""))
    return _shown(visit, (), address=str(visit.request.base_url).rstrip("/") + path)


@sent_with(Permission.read_contracts)
def revoke(visit: Visit, _: Form) -> Response:
    """Nobody reads a calendar any longer."""
    calendar = visit.path_word("calendar")
    occasion = visit.application.occasion(visit.caller.id)

    def work(records: Records) -> None:
        found = records.care.calendar(calendar)
        if found.account is not None:
            visit.caller.require(Permission.read_contracts, found.account)
        elif found.owner != visit.caller.id:
            raise NotFound(f"There is no calendar '{calendar}'.")
        actions.revoke_calendar(records, calendar, occasion)

    visit.application.change(work)
    return go(PATH)


async def calendar(request: Request) -> Response:
    """The calendar behind a secret, for the program of whoever has its address."""
    secret = str(request.path_params["secret"])
    try:
        body = await run_in_threadpool(calendar_behind, application_of(request), secret)
    except NotFound as error:
        return PlainTextResponse(error.message, status_code=404, headers=HEADERS)
    return Response(body, media_type="text/calendar; charset=utf-8", headers=HEADERS)


def _shown(visit: Visit, faults: tuple[Fault, ...], *, address: str = "") -> Response:
    after, stated = visit.asked("after", 2_000), visit.asked("account")
    state, is_mine = visit.asked("state", 20), visit.asked("owner") == "me"
    if state and state not in set(CareState):
        raise NotFound(f"There is no state '{state}' of care.")
    accounts = visit.caller.visible_accounts
    if stated:
        account = visit.application.account_of(stated)
        visit.caller.require(Permission.read_contracts, account)
        accounts = frozenset({account})
    since, until = visit.instant("since"), visit.instant("until")
    asked = question(
        visit.now, since, until,
        accounts=accounts,
        owner=visit.caller.id if is_mine else None,
        state=CareState(state) if state else None,
    )  # fmt: skip
    of = next(iter(sorted(accounts))) if accounts else None

    def work(
        reads: Reads,
    ) -> tuple[
        CareList,
        list[CareAction],
        dict[str, NamedUser],
        tuple[CareCalendar, ...],
        date | None,
        set[Key],
    ]:
        found = list_care(reads, asked, now=visit.now, after=after or None)
        is_bare = not any(found.counts.values())
        before = last_before(reads, asked, visit.now) if is_bare else None
        todo = open_actions(reads, accounts, visit.now)[:ACTIONS_SHOWN]
        owners = {each.owner for each in found.page.items if each.owner}
        owners |= {one.owner for each in found.page.items for one in each.findings if one.owner}
        owners |= {each.finding.owner for each in todo if each.finding.owner}
        users = users_named(reads.snapshot, owners)
        calendars = reads.care.calendars_of(account=of, owner=visit.caller.id)
        reviews = [each.promised.key.contract for each in found.page.items if _is_review(each)]
        yielded = reads.advice.keys_of(reviews) if reviews else set()
        last = before.promised.key.due_on if before else None
        return found, todo, users, calendars, last, yielded

    found, todo, users, calendars, last, yielded = visit.application.read(work)
    query = "&".join(
        f"{name}={value}"
        for name, value in (
            ("account", stated),
            ("state", state),
            ("owner", "me" if is_mine else ""),
            *((name, visit.asked(name, 40)) for name in ("since", "until")),
        )
        if value
    )
    return visit.page(
        "pages/care.html",
        status=422 if faults else 200,
        faults=faults,
        rows=[
            {
                "item": each,
                "key": each.promised.key,
                "badge": _STATES[each.state],
                "account": found.names.get(each.promised.account, ""),
                "owner": actor_in_words(visit, each.owner, users) if each.owner else "",
                "findings": [_finding(visit, one, users) for one in each.findings],
                "advice": _advice(each, yielded),
                "has_pack": is_offered(each, visit.now),
            }
            for each in found.page.items
        ],
        actions=[
            {
                "item": each.item.promised,
                "name": _finding(visit, each.finding, users),
            }
            for each in todo
        ],
        counts=_counts(visit.language, found.counts),
        next=found.page.next,
        is_first=not after,
        query=query,
        state=state,
        is_mine=is_mine,
        choices=_CHOICES,
        calendars=calendars,
        stretch=(asked.start.date(), asked.end.date()) if since or until else None,
        last=last,
        last_query=_half_year(last, stated) if last else "",
        address=address,
        account=stated,
        sees_many=visit.sees_many,
        may_work=visit.caller.may(Permission.work_cases) and is_staff(visit),
        is_staff=is_staff(visit),
    )


def _is_review(item: CareItem) -> bool:
    """Whether it has to yield advice."""
    return item.is_held and item.promised.key.feature == ARCHITECTURE_REVIEW


def _advice(item: CareItem, yielded: set[Key]) -> str:
    """Of a review whether it yielded advice; of all else nothing."""
    if not _is_review(item):
        return ""
    return "given" if item.promised.key in yielded else "missing"


def _finding(visit: Visit, found: CareFinding, users: Mapping[str, NamedUser]) -> dict[str, object]:
    """A finding, with the badge of its action, where it is one."""
    return {
        "found": found,
        "badge": _OVERDUE if found.is_overdue(visit.now) else _ACTIONS.get(found.state),
        "owner": actor_in_words(visit, found.owner, users) if found.owner else "",
    }


def _half_year(last: date, account: str) -> str:
    """The half year that ends with a day, of the account that was asked for."""
    until = last + timedelta(days=1)
    asked = {"since": (until - AHEAD).isoformat(), "until": until.isoformat()}
    return urlencode({**({"account": account} if account else {}), **asked})


def _counts(language: Language, counts: Mapping[CareState, int]) -> str:
    """`3 due, 1 missed`."""
    return ", ".join(
        language.phrase(words, number=language.number(counts[each]))
        for each, words in _COUNTED.items()
        if counts[each]
    )


def key_in_path(visit: Visit) -> Key:
    """The key of the item in a path. Raises NotFound for what is no date."""
    try:
        due_on = date.fromisoformat(visit.path_word("due_on"))
    except ValueError:
        raise NotFound("There is no such date.") from None
    return Key(visit.path_word("contract"), visit.path_word("feature"), due_on)


ROUTES = [
    Route(PATH, care_page, methods=["GET"]),
    Route(PATH + "/calendars/{secret}.ics", calendar, methods=["GET"]),
    Route(f"{PATH}/calendars", add_calendar, methods=["POST"]),
    Route(PATH + "/calendars/{calendar}/revocation", revoke, methods=["POST"]),
    Route(PATH + "/{contract}/{feature}/{due_on}", report, methods=["POST"]),
]
