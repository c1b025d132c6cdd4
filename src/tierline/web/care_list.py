"""The page of care: a quarter back and half a year ahead, with what is to be done about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from tierline.access.permission import Permission
from tierline.care.advice import ARCHITECTURE_REVIEW
from tierline.care.finding import CareFinding, FindingState
from tierline.care.item import CareItem, CareState
from tierline.care.schedule import Key
from tierline.kernel.errors import Fault, NotFound
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
from tierline.web.whose import actor_in_words, is_staff

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response

    from tierline.actions.care import CareCalendar
    from tierline.languages.language import Language
    from tierline.queries.care import CareQuestion
    from tierline.store.records import Reads
    from tierline.web.shell import Visit

PATH = "/care"
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


@dataclass(frozen=True, slots=True)
class _Asked:
    """What somebody wants to see."""

    account: str
    state: str
    is_mine: bool
    after: str
    accounts: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class _Care:
    """What is shown."""

    found: CareList
    actions: list[CareAction]
    users: dict[str, NamedUser]
    calendars: tuple[CareCalendar, ...]
    last: date | None
    """The day of the last item before, where none is within."""
    yielded: set[Key]
    """Reviews that yielded advice."""


def shown_care(visit: Visit, faults: tuple[Fault, ...], *, address: str = "") -> Response:
    """The page; with the address of a new calendar, which is not shown again."""
    asked = _asked(visit)
    since, until = visit.instant("since"), visit.instant("until")
    within = question(
        visit.now, since, until,
        accounts=asked.accounts,
        owner=visit.caller.id if asked.is_mine else None,
        state=CareState(asked.state) if asked.state else None,
    )  # fmt: skip
    care = visit.application.read(lambda reads: _care(visit, reads, asked, within))
    return visit.page(
        "pages/care.html",
        status=422 if faults else 200,
        faults=faults,
        rows=[_row(visit, each, care) for each in care.found.page.items],
        actions=[
            {"item": each.item.promised, "name": _finding(visit, each.finding, care.users)}
            for each in care.actions
        ],
        counts=_counts(visit.language, care.found.counts),
        next=care.found.page.next,
        is_first=not asked.after,
        query=_query(visit, asked),
        state=asked.state,
        is_mine=asked.is_mine,
        choices=_CHOICES,
        calendars=care.calendars,
        stretch=(within.start.date(), within.end.date()) if since or until else None,
        last=care.last,
        last_query=_half_year(care.last, asked.account) if care.last else "",
        address=address,
        account=asked.account,
        sees_many=visit.sees_many,
        may_work=visit.caller.may(Permission.work_cases) and is_staff(visit),
        is_staff=is_staff(visit),
    )


def _asked(visit: Visit) -> _Asked:
    state, stated = visit.asked("state", 20), visit.asked("account")
    if state and state not in set(CareState):
        raise NotFound(f"There is no state '{state}' of care.")
    accounts = visit.caller.visible_accounts
    if stated:
        account = visit.application.account_of(stated)
        visit.caller.require(Permission.read_contracts, account)
        accounts = frozenset({account})
    is_mine = visit.asked("owner") == "me"
    return _Asked(stated, state, is_mine, visit.asked("after", 2_000), accounts)


def _care(visit: Visit, reads: Reads, asked: _Asked, within: CareQuestion) -> _Care:
    found = list_care(
        reads,
        within,
        now=visit.now,
        after=asked.after or None,
        from_now=not visit.asked("since", 40),
    )
    is_bare = not any(found.counts.values())
    before = last_before(reads, within, visit.now) if is_bare else None
    todo = open_actions(reads, asked.accounts, visit.now)[:ACTIONS_SHOWN]
    owners = {each.owner for each in found.page.items if each.owner}
    owners |= {one.owner for each in found.page.items for one in each.findings if one.owner}
    owners |= {each.finding.owner for each in todo if each.finding.owner}
    of = min(asked.accounts) if asked.accounts else None
    reviews = [each.promised.key.contract for each in found.page.items if _is_review(each)]
    return _Care(
        found=found,
        actions=todo,
        users=users_named(reads.snapshot, owners),
        calendars=reads.care.calendars_of(account=of, owner=visit.caller.id),
        last=before.promised.key.due_on if before else None,
        yielded=reads.advice.keys_of(reviews) if reviews else set(),
    )


def _row(visit: Visit, item: CareItem, care: _Care) -> dict[str, object]:
    return {
        "item": item,
        "key": item.promised.key,
        "badge": _STATES[item.state],
        "account": care.found.names.get(item.promised.account, ""),
        "owner": actor_in_words(visit, item.owner, care.users) if item.owner else "",
        "findings": [_finding(visit, one, care.users) for one in item.findings],
        "advice": _advice(item, care.yielded),
        "has_pack": is_offered(item, visit.now),
    }


def _query(visit: Visit, asked: _Asked) -> str:
    """What was asked, for a link to further items."""
    stated = {
        "account": asked.account,
        "state": asked.state,
        "owner": "me" if asked.is_mine else "",
        **{name: visit.asked(name, 40) for name in ("since", "until")},
    }
    return "&".join(f"{name}={value}" for name, value in stated.items() if value)


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
