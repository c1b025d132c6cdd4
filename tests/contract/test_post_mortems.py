"""Post-mortems on both databases."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from people import NOW, People
from small_world import terms

from tierline.access.role import Role
from tierline.access.user import User
from tierline.accounts.coverage import CoverageState
from tierline.actions.case_opening import CaseOrder, open_case
from tierline.actions.case_promise import CasePromise
from tierline.actions.cases import US, close, reopen, resolve, say, set_severity
from tierline.actions.incidents import IncidentOrder, declare_incident, link_case
from tierline.actions.people import erase_person
from tierline.actions.post_mortems import (
    ActionOrder,
    TextOrder,
    add_action,
    begin_incident_post_mortem,
    begin_post_mortem,
    close_action,
    publish_post_mortem,
    write_version,
)
from tierline.cases.case import Channel
from tierline.cases.event import EventKind
from tierline.cases.post_mortem import NEEDED, ActionState, DebtState, Part, PostMortem
from tierline.kernel.errors import Conflict, Invalid, NotFound
from tierline.kernel.ids import UserId
from tierline.milestones.portable import portable_terms
from tierline.queries import post_mortems
from tierline.queries.post_mortems import ActionRow, earlier_cases, list_actions, list_debts
from tierline.status.incident import IncidentKind
from tierline.store.store import Store

SMALL = terms()
PROMISE = CasePromise(
    CoverageState.covered,
    "contract_1",
    "bronze",
    SMALL.severities,
    portable_terms(SMALL, set(SMALL.tiers), (2024, 2030)),
)
DAY = timedelta(days=1)
WORST, NEXT = SMALL.severities[:2]
ADA = "Ada Lovelace-Quux"


@pytest.fixture
def people(store: Store) -> People:
    made = People(store)
    user = User(
        id=UserId("user_1"),
        email="grace@ours.example",
        name="Grace Hopper",
        roles=frozenset({Role.agent}),
        account=None,
        made_at=NOW,
    )
    made.do(lambda records: records.users.add(user, None))
    return made


def opened(people: People, severity: str = WORST, account: str | None = None) -> str:
    order = CaseOrder(
        channel=Channel.portal,
        subject="Line 3 stands",
        text="Nothing moves.",
        account=account or people.lattice,
        severity=severity,
    )
    return str(people.do(open_case, order, PROMISE).id)


def ended(people: People, severity: str = WORST, account: str | None = None) -> str:
    case = opened(people, severity, account)
    people.do(resolve, case, "Restarted.", "The certificate had expired.")
    return case


def written(mode: str = "expired-certificate", **texts: str) -> TextOrder:
    whole = {part: f"The {part.value}." for part in NEEDED}
    return TextOrder(texts={**whole, **{Part(k): v for k, v in texts.items()}}, failure_mode=mode)


def published(people: People, case: str, mode: str = "expired-certificate") -> PostMortem:
    made = people.do(begin_post_mortem, case)
    people.do(write_version, made.id, written(mode))
    return people.do(publish_post_mortem, made.id)


def owed(people: People, **stated: Any) -> list[str]:
    page = people.read(lambda reads: list_debts(reads.snapshot, **stated))
    return [row.debt.case for row in page.items]


def test_it_comes_back_as_it_was_written_and_what_is_published_stays(people: People) -> None:
    case = ended(people)
    made = people.do(begin_post_mortem, case)
    people.do(write_version, made.id, written())
    action = people.do(
        add_action,
        made.id,
        ActionOrder(title="Renew", owner="user_1", due_on=date(2025, 7, 1), is_told=True),
    )
    first = people.do(publish_post_mortem, made.id)
    read = people.read(lambda reads: reads.post_mortems.get(made.id))
    assert read == first
    assert read.published == read.latest
    with pytest.raises(Conflict, match="published"):
        people.do(publish_post_mortem, made.id)
    corrected = people.do(write_version, made.id, written(told_cause="It was the clock."))
    assert corrected.published == first.latest
    assert corrected.latest.number == 3
    closed = people.do(close_action, action.id, ActionState.done, "")
    assert people.read(lambda reads: reads.post_mortems.action(action.id)) == closed
    with pytest.raises(Conflict, match="done"):
        people.do(close_action, action.id, ActionState.done, "")
    with pytest.raises(NotFound):
        people.read(lambda reads: reads.post_mortems.get("post_mortem_x"))


def test_the_worst_severity_owes_one_from_its_end_until_it_is_published(people: People) -> None:
    case, _mild, still = ended(people), ended(people, NEXT), opened(people)
    assert owed(people) == [case]
    people.do(reopen, case)
    assert owed(people) == [case]
    people.do(set_severity, case, NEXT)
    assert owed(people) == []
    people.do(set_severity, case, WORST)
    people.do(resolve, case, "Again.", "So.")
    with pytest.raises(Conflict, match="has not"):
        published(people, still)
    published(people, case)
    assert owed(people) == [still]
    assert owed(people, state=DebtState.published) == [case]
    with pytest.raises(Conflict, match="Write on"):
        people.do(begin_post_mortem, case)


def test_publishing_speaks_in_a_closed_case_too(people: People) -> None:
    case = ended(people)
    people.do(close, case)
    published(people, case)
    known = people.read(lambda reads: reads.cases.get(case))
    assert known.events[-1].kind is EventKind.post_mortem_published
    *_, last = people.read(lambda reads: reads.cases.messages(case))
    assert last.is_public
    assert f"/cases/{case}/post-mortem" in last.text


def test_what_lacks_or_tells_too_much_is_refused_with_every_fault(people: People) -> None:
    case = opened(people)
    note = "Sales promised them a refund that we cannot give before the end of May."
    people.do(say, case, note, US, is_public=False)
    people.do(resolve, case, "Done.", "So.")
    made = people.do(begin_post_mortem, case)
    people.do(write_version, made.id, written("", told_cause=f"grace hopper said: {note}"))
    with pytest.raises(Invalid) as refused:
        people.do(publish_post_mortem, made.id)
    told = [(fault.code, fault.path) for fault in refused.value.faults]
    assert told == [
        ("missing", "failure_mode"),
        ("quotes_a_note", "told_cause"),
        ("names_somebody", "told_cause"),
    ]


def test_one_of_an_incident_speaks_in_each_case_and_names_no_other_customer(
    people: People,
) -> None:
    oak = people.account("Oak Mills")
    cases = sorted([ended(people), ended(people, NEXT, oak)])
    order = IncidentOrder(kind=IncidentKind.disruption, title="Down")
    incident = people.do(declare_incident, order).id
    with pytest.raises(Conflict, match="1 to"):
        people.do(begin_incident_post_mortem, incident)
    for case in cases:
        people.do(link_case, incident, case)
    made = people.do(begin_incident_post_mortem, incident)
    assert list(made.cases) == cases
    people.do(write_version, made.id, written(told_cause="A test of Oak Mills did it."))
    with pytest.raises(Invalid, match="cannot be published"):
        people.do(publish_post_mortem, made.id)
    people.do(write_version, made.id, written())
    people.do(publish_post_mortem, made.id)
    for case in cases:
        known = people.read(lambda reads, case=case: reads.cases.get(case))
        assert known.events[-1].kind is EventKind.post_mortem_published


def test_actions_are_listed_by_day_and_say_whether_they_helped(people: People) -> None:
    first = published(people, ended(people))
    due = [date(2025, 6, 1) + number * DAY for number in (5, 1, 3)]
    made = [
        people.do(add_action, first.id, ActionOrder(title=f"Do {day}", owner="user_1", due_on=day))
        for day in due
    ]
    with pytest.raises(Invalid, match="dropped"):
        people.do(close_action, made[0].id, ActionState.dropped, " ")
    people.do(close_action, made[0].id, ActionState.dropped, "Not needed.", now=NOW + DAY)
    published(people, ended(people))

    def listed(state: ActionState, after: str | None = None, limit: int = 1) -> list[Any]:
        page = people.read(
            lambda reads: list_actions(
                reads.snapshot, NOW + 9 * DAY, state=state, owner="user_1", after=after, limit=limit
            )
        )
        rest = [] if page.next is None else listed(state, page.next)
        return [*page.items, *rest]

    assert [row.action.id for row in listed(ActionState.open)] == [made[1].id, made[2].id]
    assert listed(ActionState.open)[0].action.is_overdue(NOW + 9 * DAY)
    (row,) = listed(ActionState.dropped)
    assert row.recurrence is not None
    assert (row.recurrence.before, row.recurrence.after, row.recurrence.days_after) == (2, 0, 8)
    earlier = people.read(
        lambda reads: earlier_cases(reads.snapshot, "expired-certificate", but=first.cases)
    )
    assert [each.number for each in earlier] == [2]


def helped(people: People, now: datetime) -> ActionRow:
    page = people.read(lambda reads: list_actions(reads.snapshot, now, state=ActionState.done))
    (row,) = page.items
    return row


def test_as_many_before_as_after_are_no_change_and_too_many_are_not_counted(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = published(people, ended(people), "certificate")
    order = ActionOrder(title="Renew", owner="user_1", due_on=NOW.date())
    action = people.do(add_action, made.id, order)
    people.do(close_action, action.id, ActionState.done, "", now=NOW)

    def came(at: datetime) -> None:
        raised = CaseOrder(
            channel=Channel.portal, subject="Certificate", text="Gone.", account=people.lattice
        )
        people.do(open_case, raised, PROMISE, now=at)

    for number in range(30):
        came(NOW - timedelta(days=80) + 2 * number * DAY)
    for number in range(30):
        came(NOW + DAY + 2 * number * DAY)
    later = NOW + 90 * DAY
    monkeypatch.setattr(post_mortems, "_MOST_CASES", 59)
    row = helped(people, later)
    assert (row.recurrence, row.has_too_many_cases) == (None, True)
    monkeypatch.setattr(post_mortems, "_MOST_CASES", 60)
    for number in range(10):
        came(NOW + 91 * DAY + number * DAY)
        came(NOW - 91 * DAY - number * DAY)
    row = helped(people, later)
    assert row.recurrence is not None
    assert (row.recurrence.before, row.recurrence.after) == (30, 31), "one by its post-mortem"
    assert not row.has_too_many_cases
    assert not row.recurrence.is_clear


def test_whoever_is_erased_stands_in_no_version_and_no_action(people: People) -> None:
    ada = people.contact(ADA).contact.id
    made = people.do(begin_post_mortem, ended(people))
    people.do(write_version, made.id, written(told_cause=f"{ADA} saw it first."))
    stated = {"title": f"Call {ADA}", "owner": "user_1", "due_on": date(2025, 7, 1)}
    action = people.do(add_action, made.id, ActionOrder(**stated, is_told=True))
    people.do(publish_post_mortem, made.id)
    people.do(close_action, action.id, ActionState.dropped, f"{ADA.upper()} is away.")
    contact = people.read(lambda reads: reads.contacts.get(ada))
    assert len(people.read(lambda reads: reads.people.texts_naming(contact))) == 4
    people.do(erase_person, ada)
    known = people.read(lambda reads: reads.post_mortems.get(made.id))
    assert known.latest.text(Part.told_cause) == "[erased] saw it first."
    (closed,) = known.actions
    assert (closed.title, closed.reason) == ("Call [erased]", "[erased] is away.")
    assert known.latest.publication is not None
    assert known.latest.publication.actions[0].title == "Call [erased]"
