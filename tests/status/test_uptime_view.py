"""Uptime by month: all components together, the public figure beside, and what each comes from."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st
from told_incidents import API, MAINTENANCE, MAJOR, NOON, PARTIAL, at, incident, said

from tierline.kernel.instants import SECOND_US, to_micros
from tierline.status.component import Component, Condition
from tierline.status.incident import Incident, Phase
from tierline.status.scope import EVERYONE, PUBLIC, Reader, Scope
from tierline.status.seen import Seen
from tierline.status.uptime_document import uptime_document
from tierline.status.uptime_view import UptimeMonth, UptimeView, uptime_view

ELM = Reader("account_elm", "EU")
HOUR_US = 3_600 * SECOND_US
NOW = NOON + timedelta(days=20)
SEPTEMBER = date(2025, 9, 1)
EU_ALONE = Scope(is_public=False, regions=frozenset({"EU"}))


def part(name: str, scope: Scope = EVERYONE) -> Component:
    return Component(
        id=f"component_{name}", name=name.title(), about="", place=0, scope=scope,
        watched_from=NOON - timedelta(days=400),
    )  # fmt: skip


PARTS = (part("api"), part("export"))


def view(*told: Incident, reader: Reader = ELM) -> UptimeView:
    own = Seen(PARTS, told, reader, NOW)
    public = None if reader is PUBLIC else Seen(PARTS, told, PUBLIC, NOW)
    return uptime_view(own, public, None)


def september(*told: Incident, reader: Reader = ELM) -> UptimeMonth:
    return next(each for each in view(*told, reader=reader).months if each.first == SEPTEMBER)


def test_an_hour_of_one_of_two_components_is_half_an_hour_of_both() -> None:
    month = september(incident(said(0, api=MAJOR), said(1, Phase.resolved)))
    assert (month.uptime.watched_us, month.uptime.down_us) == (2 * 720 * HOUR_US, HOUR_US)
    assert month.uptime.percent == Decimal("99.930")
    assert [each.uptime.down_us for each in month.parts] == [HOUR_US, 0]


def test_public_and_own_differ_by_the_incidents_that_are_named() -> None:
    theirs = incident(said(0, api=MAJOR), said(3, Phase.resolved), scope=EU_ALONE, number=1)
    others = incident(said(5, api=PARTIAL), said(6, Phase.resolved), number=2,
                      scope=Scope(regions=frozenset({"US"})))  # fmt: skip
    both = incident(said(9, export=MAJOR), said(11, Phase.resolved), number=3)
    month = september(theirs, others, both)
    assert month.public is not None
    assert (month.uptime.down_us, month.public.down_us) == (5 * HOUR_US, 3 * HOUR_US)
    named = {each.incident.number: each.counted_us for row in month.parts for each in row.outages}
    assert named == {1: 3 * HOUR_US, 3: 2 * HOUR_US}
    assert [(each.incident.number, each.counted_us) for each in month.others] == [(2, HOUR_US)]
    document = uptime_document(view(theirs, others, both), "Acme")
    rows = [row for each in document["months"] for row in each["components"]]
    assert {row["number"]: row["is_public"] for each in rows for row in each["incidents"]} == {
        1: False, 3: True,
    }  # fmt: skip


def test_the_public_view_names_nothing_that_is_not_public() -> None:
    theirs = incident(said(0, api=MAJOR), said(3, Phase.resolved), scope=EU_ALONE, title="Elm's")
    document = uptime_document(view(theirs, reader=PUBLIC), "Acme")
    assert "Elm" not in str(document)
    assert (document["scope"], document["public_days"]) == ("public", None)
    assert {each["uptime_percent"] for each in document["months"]} == {"100.000"}


def test_planned_maintenance_and_what_fails_within_it_is_named_and_not_counted() -> None:
    planned = incident(said(-48, api=MAINTENANCE), window=(0, 4), number=1)
    fault = incident(said(3, api=MAJOR), said(5, Phase.resolved), number=2)
    row = september(planned, fault).parts[0]
    found = [(e.incident.number, e.counted_us, e.planned_us) for e in row.outages]
    assert found == [(1, 0, 4 * HOUR_US), (2, HOUR_US, HOUR_US)]
    assert (row.uptime.down_us, row.uptime.planned_us) == (HOUR_US, 4 * HOUR_US)


def test_a_figure_of_the_past_stays_when_a_component_is_retired() -> None:
    told = incident(said(0, api=MAJOR), said(1, Phase.resolved))
    gone = Component(
        id=API, name="Api", about="", place=0, scope=EVERYONE,
        watched_from=PARTS[0].watched_from, retired_at=NOON + timedelta(days=18),
    )  # fmt: skip

    def figure(parts: tuple[Component, ...]) -> UptimeMonth:
        months = uptime_view(Seen(parts, [told], PUBLIC, NOW), None, None).months
        return next(each for each in months if each.first == SEPTEMBER)

    kept, retired = figure(PARTS), figure((gone, PARTS[1]))
    assert kept.uptime == retired.uptime


def test_twelve_months_end_where_it_is_asked() -> None:
    own = Seen(PARTS, [], PUBLIC, NOW)
    found = uptime_view(own, None, None, SEPTEMBER)
    assert (found.months[0].first, len(found.months)) == (SEPTEMBER, 12)
    assert (found.days[-1].on, len(found.days)) == (date(2025, 9, 30), 90)
    assert uptime_view(own, None, None, date(2099, 1, 1)).last == date(2025, 10, 1)


_DRAWN = st.tuples(st.integers(0, 60), st.integers(1, 60),
                   st.sampled_from([MAJOR, PARTIAL, Condition.degraded_performance]))  # fmt: skip


@given(st.lists(_DRAWN, max_size=6), st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)),
                                              max_size=3))  # fmt: skip
def test_what_incidents_count_for_sums_to_the_figure(
    drawn: list[tuple[int, int, Condition]], planned: list[tuple[int, int]]
) -> None:
    """However they overlap each other and planned maintenance, and each sums to its own length."""
    told = [
        incident(said(start, api=kind), said(start + length, Phase.resolved), number=number)
        for number, (start, length, kind) in enumerate(drawn)
    ] + [
        incident(said(-48, api=MAINTENANCE), window=(start, start + length), number=number)
        for number, (start, length) in enumerate(planned, len(drawn))
    ]
    month = september(*told)
    row = month.parts[0]
    assert sum(each.counted_us for each in row.outages) == row.uptime.down_us
    lengths = {number: length for number, (_, length, _) in enumerate(drawn)}
    lengths |= {number: length for number, (_, length) in enumerate(planned, len(drawn))}
    for each in row.outages:
        whole = each.counted_us + each.planned_us + each.shared_us
        assert whole == lengths[each.incident.number] * HOUR_US
    exact = Fraction(month.uptime.watched_us - month.uptime.down_us, month.uptime.watched_us) * 100
    assert month.uptime.percent is not None
    assert 0 <= exact - Fraction(month.uptime.percent) < Fraction(1, 1000)


def test_a_day_is_as_bad_as_its_worst_component() -> None:
    told = incident(said(0, api=PARTIAL), said(2, Phase.resolved))
    days = {each.on: each for each in view(told).days}
    assert days[NOON.date()].condition is PARTIAL
    assert days[NOON.date()].uptime.down_us == 2 * HOUR_US
    assert to_micros(at(0)) == to_micros(NOON)
