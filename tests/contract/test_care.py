"""Care on both databases: what came of dated promises, and calendars behind a secret."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import yaml
from people import NOW, People
from small_offer import OFFER

from tierline.actions.care import CareReport, make_calendar, report_care, revoke_calendar
from tierline.care.item import CareEventKind, CareState
from tierline.care.schedule import Key
from tierline.catalog.catalog import Catalog
from tierline.kernel.errors import Conflict, Invalid, NotFound
from tierline.queries.care import CareList, list_care, question
from tierline.store.store import Store

DAY = timedelta(days=1)
DONE, UNDONE = CareReport(kind=CareEventKind.done), CareReport(kind=CareEventKind.undone)


def caring_offer() -> Catalog:
    stated = yaml.safe_load(OFFER)
    stated["features"]["check"] = {"name": "Health check", "axis": "outcome"}
    check = {"kind": "deliverable", "what": "Health check", "per": "month"}
    stated["tiers"]["priority"]["terms"]["check"] = check
    return Catalog.model_validate(stated)


@pytest.fixture
def people(store: Store) -> People:
    return People(store, caring_offer())


@pytest.fixture
def contract(people: People) -> str:
    return people.read(lambda reads: reads.contracts.of_account(people.lattice))[0].id


def listed(people: People, now: datetime = NOW, **asked: object) -> CareList:
    return people.read(lambda reads: list_care(reads, question(now, None, None, **asked), now=now))


def april(contract: str) -> Key:
    return Key(contract, "check", date(2025, 4, 30))


def test_what_is_done_in_time_is_kept_and_what_nobody_does_is_missed(
    people: People, contract: str
) -> None:
    first = listed(people)
    dates = [str(each.promised.key.due_on) for each in first.page.items]
    assert dates[:3] == ["2025-03-31", "2025-04-30", "2025-05-31"]
    assert first.names == {people.lattice: "Lattice Retail"}
    at = datetime(2025, 4, 20, tzinfo=UTC)
    item = people.do(
        report_care, april(contract), CareReport(kind=CareEventKind.done, text="All well.", at=at)
    )
    assert (item.state, item.text, item.settled_at) == (CareState.done, "All well.", at)
    late = people.do(report_care, Key(contract, "check", date(2025, 3, 31)), DONE)
    assert late.state is CareState.late
    counts = listed(people).counts
    assert (counts[CareState.done], counts[CareState.late], counts[CareState.missed]) == (1, 1, 1)
    with pytest.raises(Conflict, match="settled already"):
        people.do(report_care, april(contract), DONE)
    assert people.do(report_care, april(contract), UNDONE).state is CareState.missed
    with pytest.raises(Conflict, match="not settled"):
        people.do(report_care, april(contract), UNDONE)


def test_who_has_one_has_those_that_follow(people: People, contract: str) -> None:
    people.do(
        report_care, april(contract), CareReport(kind=CareEventKind.assigned, about="user_ada")
    )
    june = Key(contract, "check", date(2025, 6, 30))
    people.do(report_care, june, CareReport(kind=CareEventKind.assigned, about=""))
    owners = {str(e.promised.key.due_on): e.owner for e in listed(people).page.items}
    assert owners["2025-03-31"] is None
    assert (owners["2025-04-30"], owners["2025-05-31"]) == ("user_ada", "user_ada")
    assert owners["2025-06-30"] is owners["2025-07-31"] is None
    assert len(listed(people, owner="user_ada").page.items) == 2


def test_what_is_not_promised_cannot_be_done_and_nothing_in_the_future(
    people: People, contract: str
) -> None:
    with pytest.raises(NotFound, match="2025-04-29"):
        people.do(report_care, Key(contract, "check", date(2025, 4, 29)), DONE)
    tomorrow = CareReport(kind=CareEventKind.done, at=NOW + DAY)
    with pytest.raises(Invalid):
        people.do(report_care, april(contract), tomorrow)
    excused = CareReport(kind=CareEventKind.excused, text="They are on holiday.")
    assert people.do(report_care, april(contract), excused).state is CareState.excused


def test_pages_follow_each_other(people: People) -> None:
    asked = question(NOW, None, None)

    def page(after: str | None) -> CareList:
        return people.read(lambda reads: list_care(reads, asked, now=NOW, after=after, limit=4))

    first = page(None)
    second = page(first.page.next)
    whole = listed(people).page.items
    assert (*first.page.items, *second.page.items) == whole[:8]
    with pytest.raises(Invalid, match="800 days"):
        question(NOW, NOW, NOW + 801 * DAY)


def test_a_calendar_is_found_by_its_secret_until_it_is_revoked(people: People) -> None:
    made = people.do(_make, people.lattice)
    found = people.read(lambda reads: reads.care.calendar_of_secret("digest"))
    assert found == made
    people.do(revoke_calendar, made.id)
    assert people.read(lambda reads: reads.care.calendar_of_secret("digest")) is None


def _make(books, account, occasion):  # type: ignore[no-untyped-def]  # as the action is
    return make_calendar(books, "digest", account=account, owner=None, occasion=occasion)
