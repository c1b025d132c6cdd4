"""Incidents on both databases: written once, folded, and said in every case that they cause."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from people import NOW, People

from tierline.actions.case_links import merge_case
from tierline.actions.case_opening import CaseOrder, open_case
from tierline.actions.case_promise import NOBODY
from tierline.actions.cases import close, resolve
from tierline.actions.components import ComponentOrder, add_component
from tierline.actions.incidents import (
    IncidentOrder,
    UpdateOrder,
    declare_incident,
    draft_update,
    link_case,
    publish_update,
    unlink_case,
    withdraw_update,
)
from tierline.cases.channel import Channel
from tierline.cases.event import EventKind
from tierline.kernel.errors import Conflict, Invalid, NotFound
from tierline.queries.status import list_incidents, status_of
from tierline.status.component import Component, Condition
from tierline.status.incident import (
    Incident,
    IncidentKind,
    Phase,
    Window,
    drafts_of,
    linked_cases,
    published_of,
)
from tierline.status.scope import EVERYONE, PUBLIC, Reader, Scope
from tierline.status.view import StatusView

HOUR = timedelta(hours=1)
MAJOR = Condition.major_outage


@pytest.fixture
def oak(people: People) -> str:
    return people.account("Oak")


def case_of(people: People, account: str | None) -> str:
    order = CaseOrder(channel=Channel.portal, subject="It stands", text="Help.", account=account)
    return str(people.do(open_case, order, NOBODY).id)


def component(people: People, name: str = "Imports", scope: Scope = EVERYONE) -> Component:
    return people.do(add_component, ComponentOrder(name=name, scope=scope))


def declared(people: People, scope: Scope = EVERYONE) -> Incident:
    order = IncidentOrder(kind=IncidentKind.disruption, title="Imports stand", scope=scope)
    return people.do(declare_incident, order)


def drafted(people: People, incident: str, text: str = "We look.", **stated: object) -> str:
    order = UpdateOrder(text=text, **{"effects": {}, **stated})  # type: ignore[arg-type]  # as it has them
    return str(people.do(draft_update, incident, order)[1])


def told(people: People, case: str) -> list[str]:
    return [each.text for each in people.read(lambda reads: reads.cases.messages(case))][1:]


def seen(people: People, reader: Reader = PUBLIC) -> StatusView:
    return people.read(
        lambda reads: status_of(reads.components, reads.incidents, reader, NOW + HOUR)
    )


def test_an_incident_comes_back_as_it_was_written(people: People) -> None:
    part, incident = component(people), declared(people)
    update = drafted(people, incident.id, phase=Phase.identified, effects={part.id: MAJOR})
    gone = drafted(people, incident.id, "Wrong.")
    people.do(withdraw_update, incident.id, gone)
    found = people.do(publish_update, incident.id, update)
    assert people.read(lambda reads: reads.incidents.get(incident.id)) == found
    assert [each.update.effects for each in published_of(found)] == [{part.id: MAJOR}]
    assert drafts_of(found) == ()
    assert people.read(lambda reads: reads.components.all()) == (part,)
    with pytest.raises(NotFound, match="incident_x"):
        people.read(lambda reads: reads.incidents.get("incident_x"))


def test_one_update_answers_every_open_case_once(people: People, oak: str) -> None:
    incident = declared(people)
    first, second, closed, other = (
        case_of(people, account) for account in (people.lattice, oak, oak, None)
    )
    unlinked = case_of(people, oak)
    for case in (first, second, closed, other, unlinked):
        people.do(link_case, incident.id, case)
        people.do(link_case, incident.id, case)
    people.do(unlink_case, incident.id, unlinked)
    people.do(resolve, closed, "Done.", "So.")
    people.do(close, closed)
    update = drafted(people, incident.id)
    assert [told(people, case) for case in (first, second)] == [[], []]
    found = people.do(publish_update, incident.id, update)
    assert linked_cases(found) == (first, second, closed, other)
    for case in (first, second, other):
        assert told(people, case) == ["We look."]
        events = people.read(lambda reads, case=case: reads.cases.get(case)).events
        assert [event.kind for event in events] == [EventKind.opened, EventKind.public_reply]
    assert "We look." not in told(people, closed)
    assert told(people, unlinked) == []
    with pytest.raises(Conflict, match="published already"):
        people.do(publish_update, incident.id, update)
    assert told(people, first) == ["We look."]


def test_an_update_is_said_once_in_cases_that_go_together(people: People) -> None:
    incident = declared(people)
    main, other = case_of(people, people.lattice), case_of(people, people.lattice)
    for case in (other, main):
        people.do(link_case, incident.id, case)
    people.do(merge_case, other, main)
    update = drafted(people, incident.id)
    people.do(publish_update, incident.id, update)
    assert [told(people, case).count("We look.") for case in (main, other)] == [1, 1]


def test_of_many_who_publish_at_once_one_does(people: People) -> None:
    incident, case = declared(people), case_of(people, people.lattice)
    people.do(link_case, incident.id, case)
    update = drafted(people, incident.id)

    def publish(_: int) -> bool:
        try:
            people.do(publish_update, incident.id, update)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(publish, range(8))) == 1
    assert told(people, case) == ["We look."]


def test_nobody_is_told_of_what_concerns_another(people: People, oak: str) -> None:
    only_oak = Scope(False, frozenset({oak}))
    incident, case = declared(people, only_oak), case_of(people, people.lattice)
    with pytest.raises(Conflict, match="not in the scope"):
        people.do(link_case, incident.id, case)
    everyones = declared(people)
    people.do(link_case, everyones.id, case)
    link = component(people, "Oak's line", only_oak)
    update = drafted(people, everyones.id, "Oak's line is cut.", effects={link.id: MAJOR})
    people.do(publish_update, everyones.id, update)
    assert told(people, case) == []


def test_the_page_shows_what_is_published_and_nothing_before(people: People) -> None:
    part, incident = component(people), declared(people)
    update = drafted(people, incident.id, effects={part.id: MAJOR})
    assert seen(people).open == ()
    people.do(publish_update, incident.id, update)
    view = seen(people)
    assert [each.incident.id for each in view.open] == [incident.id]
    assert view.components[0].condition is MAJOR
    end = drafted(people, incident.id, "Imports run.", phase=Phase.resolved)
    people.do(publish_update, incident.id, end)
    view = seen(people)
    assert (view.open, [each.incident.id for each in view.past]) == ((), [incident.id])

    def listed(is_over: bool | None) -> int:
        work = people.read(
            lambda reads: list_incidents(reads.incidents, now=NOW + HOUR, is_over=is_over)
        )
        return len(work.items)

    assert [listed(None), listed(False), listed(True)] == [1, 0, 1]


def test_what_contradicts_itself_is_refused_with_every_fault(people: People) -> None:
    part, incident = component(people), declared(people)
    effects = {part.id: Condition.under_maintenance, "component_x": MAJOR}
    with pytest.raises(Invalid) as raised:
        drafted(people, incident.id, effects=effects, since=NOW + HOUR)
    assert {fault.code for fault in raised.value.faults} == {
        "unknown_component", "in_the_future", "not_maintenance",
    }  # fmt: skip
    backwards = Window(NOW + HOUR, NOW)
    order = IncidentOrder(kind=IncidentKind.disruption, title="x", window=backwards)
    with pytest.raises(Invalid) as raised:
        people.do(declare_incident, order)
    assert {fault.code for fault in raised.value.faults} == {"not_planned", "empty"}
    unknown = Scope(accounts=frozenset({"account_x"}))
    with pytest.raises(Invalid, match="scope"):
        declared(people, unknown)
    with pytest.raises(Conflict, match="already"):
        component(people)
