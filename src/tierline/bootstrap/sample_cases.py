"""The cases of the sample company: told one by one to a desk in memory, and written in bulk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from tierline.actions.case_promise import NOBODY, promise_at
from tierline.actions.occasion import Occasion
from tierline.actions.open_promises import READER
from tierline.bootstrap.open_promises import spans_of
from tierline.kernel.instants import to_micros
from tierline.routing.replay import beginnings
from tierline.sample.story import COMPLETE_UNTIL, FIRST_DAY
from tierline.sample.telling_cases import CaseTeller, Setting, ToldCase
from tierline.sample.telling_hands import People
from tierline.sample.telling_ratings import tell_ratings
from tierline.store.desk_batch import DeskBatch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tierline.actions.case_promise import CasePromise
    from tierline.bootstrap.application import Application
    from tierline.kernel.ids import Randomness
    from tierline.sample.company import Company
    from tierline.store.records import Reads, Records

_CASES_AT_ONCE = 250
Progress = Callable[[str, int, int], None]


def tell_cases(
    application: Application,
    made: Company,
    *,
    accounts: Mapping[str, str],
    agents: Mapping[int, str],
    randomness: Randomness,
    progress: Progress,
) -> list[ToldCase]:
    """Tell all cases of the company, in the order in which they were opened. `accounts` are ids by
    name, `agents` ids of users by number."""
    desk = DeskBatch(application.read)
    contacts = application.read(lambda reads: reads.contacts.of_accounts(sorted(accounts.values())))
    setting = Setting(
        contacts=contacts,
        people=application.read(lambda reads: _people(reads, agents)),
        promise=_Promises(application, desk).at,
        spans=lambda account: spans_of(application, account),
        moment=lambda at, by: Occasion(now=at, by=by, randomness=randomness),
    )
    teller = CaseTeller(desk, setting)
    left = iter(made.cases)
    told: list[ToldCase] = []
    while lives := list(islice(left, _CASES_AT_ONCE)):
        for each in lives:
            account = None if each.who is None else accounts[each.who]
            told.append(teller.tell(each.life, account))
        application.change(desk.put_into)
        application.change(partial(tell_ratings, told=told[-len(lives) :], moment=setting.moment))
        desk.forget()
        progress("cases", len(told), len(made.cases))
    return told


def _people(reads: Reads, agents: Mapping[int, str]) -> People:
    start = datetime.combine(FIRST_DAY, time(0), UTC)
    return People(agents=agents, begins=beginnings(reads.routing.agents(), start, COMPLETE_UNTIL))


class _Promises:
    """What accounts are promised, worked out once for each stretch of their rules and each year
    for which holidays are written out."""

    def __init__(self, application: Application, desk: DeskBatch) -> None:
        self._rulebook, self._desk = application.rulebook, desk
        self._known: dict[tuple[str, int, int], CasePromise] = {}

    def at(self, account: str | None, at: datetime) -> CasePromise:
        """For a case that is raised at an instant."""
        if account is None:
            return NOBODY
        span = self._rulebook.span_of(account, to_micros(at))
        key = account, 0 if span is None else span.start, at.year
        if key not in self._known:
            self._known[key] = promise_at(self._desk, span, to_micros(at))
        return self._known[key]


def follow_from_here(records: Records) -> None:
    """Open cases were held to what their accounts are promised as they were told: nobody looks for
    that in the facts of the story again."""
    seen = records.outbox.position(READER)
    records.outbox.move(READER, seen=seen, to=records.outbox.head())
