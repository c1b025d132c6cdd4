from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

from told_incidents import API, FINE, MAINTENANCE, MAJOR, NOON, PARTIAL, at, incident, said

from tierline.status.component import Component, Condition
from tierline.status.document import status_document
from tierline.status.incident import Incident, Phase
from tierline.status.scope import EVERYONE, PUBLIC, Reader, Scope
from tierline.status.view import StatusView, view_of

ELM = Reader("account_elm", "EU", "Europe/Berlin")
OAK = Reader("account_oak", "US")
ELMS_OWN = Scope(False, frozenset({"account_elm"}))
EU_ONLY = Scope(True, regions=frozenset({"EU"}))


def component(name: str, scope: Scope = EVERYONE, **stated: object) -> Component:
    return Component(
        id=f"component_{name}",
        name=name.title(),
        about="",
        place=0,
        scope=scope,
        watched_from=NOON - timedelta(days=400),
        **stated,  # type: ignore[arg-type]  # when it was retired
    )


API_PART = component("api")
LINK = component("link", ELMS_OWN)


def seen_by(reader: Reader, *told: Incident, at_hours: float = 10) -> StatusView:
    return view_of([API_PART, LINK], told, reader, at(at_hours))


def test_of_nothing_it_is_not_said_that_it_works() -> None:
    view = view_of([], [], PUBLIC, at(10))
    assert view.sentence == "Nothing is watched here yet"


def test_everything_works_while_nothing_is_told() -> None:
    view = seen_by(PUBLIC)
    assert view.sentence == "All components are operational"
    assert [each.component.name for each in view.components] == ["Api"]
    assert [each.condition for each in view.components[0].days] == [FINE] * 90


def test_a_reader_learns_nothing_of_anothers_scope() -> None:
    told = (
        incident(said(0, link=MAJOR), scope=ELMS_OWN, title="Elm's link is cut"),
        incident(said(0, link=MAJOR), title="A cut link", number=2),
        incident(said(0, api=PARTIAL, link=MAJOR), title="Storm", number=3),
    )
    for reader in (PUBLIC, OAK):
        text = json.dumps(status_document(seen_by(reader, *told), "Acme"))
        assert "Storm" in text
        assert all(word not in text for word in ("Elm", "ink", "account_elm", "major_outage"))
    own = json.dumps(status_document(seen_by(ELM, *told), "Acme"))
    assert all(word in own for word in ("Storm", "Elm's link", "A cut link", "major_outage"))


def test_public_and_own_figures_differ_by_what_concerned_whom() -> None:
    in_europe = incident(said(0, api=MAJOR), said(5, Phase.resolved), scope=EU_ONLY)

    def down(reader: Reader) -> int:
        (row,) = [e for e in seen_by(reader, in_europe).components if e.component.id == API]
        return sum(month.uptime.down_us for month in row.months)

    five_hours = 5 * 3_600_000_000
    assert [down(PUBLIC), down(ELM), down(OAK)] == [five_hours, five_hours, 0]
    assert seen_by(OAK, in_europe).past == ()


def test_open_planned_and_past_stand_apart() -> None:
    told = (
        incident(said(0, api=MAJOR), number=1),
        incident(said(-40, api=MAJOR), said(-30, Phase.resolved), number=2),
        incident(said(-48, api=MAINTENANCE), window=(20, 24), number=3),
        incident(said(-48, api=MAINTENANCE), window=(9, 24), number=4),
        incident(said(-9_000, api=MAJOR), said(-8_000, Phase.resolved), number=5),
    )
    view = seen_by(PUBLIC, *told)
    numbers = [
        [each.incident.number for each in group] for group in (view.open, view.planned, view.past)
    ]
    assert numbers == [[4, 1], [3], [2]]
    assert view.condition is MAJOR
    assert view.planned[0].effects == {API: MAINTENANCE}
    assert view.last_ended_at == at(-8_000)


def test_an_incident_that_touches_no_component_is_in_the_sentence_all_the_same() -> None:
    view = seen_by(PUBLIC, incident(said(0)))
    assert view.sentence == "All components are operational; an incident is open"


def test_days_and_months_begin_at_midnight_of_the_reader() -> None:
    at_midnight = incident(said(10.5, api=MAJOR), said(11, Phase.resolved))  # 22:30 to 23:00 UTC

    def days_down(reader: Reader) -> list[str]:
        row = seen_by(reader, at_midnight, at_hours=20).components[0]
        return [str(day.on) for day in row.days if day.condition is MAJOR]

    assert days_down(PUBLIC) == ["2025-09-14"]
    assert days_down(ELM) == ["2025-09-15"]


def test_a_component_that_is_new_has_no_past_and_a_retired_one_is_gone() -> None:
    new = replace(component("export"), watched_from=at(0))
    gone = component("fax", retired_at=at(1))
    view = view_of([new, gone], [], PUBLIC, at(10))
    (row,) = view.components
    assert [day.condition for day in row.days] == [None] * 89 + [Condition.operational]
    assert [str(month.first) for month in row.months] == ["2025-09-01"]
