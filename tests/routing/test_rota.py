"""Who holds a role at an instant, and when nobody does."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tierline.calendars.business_hours import ALWAYS_OPEN, BusinessHours, Window, week_of
from tierline.catalog.document import parse_document
from tierline.kernel.errors import Invalid
from tierline.routing.chain import Chain, Level, who
from tierline.routing.plan import Known, Override, Plan, Rota, Shift, parse_plan
from tierline.routing.rota import Why, holding, vacancies

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = date(2026, 1, 5)
WEEKDAYS = Shift(
    people=("ana", "bo"), week={"mon-fri": "08:00-20:00"}, since=MONDAY, changes_at=time(8)
)
NIGHTS = Shift(people=("cy",))
ROTA = Rota(time_zone="Europe/Berlin", shifts=(WEEKDAYS, NIGHTS))


def there(_: str, __: datetime) -> bool:
    return False


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("at", "user"),
    [
        ("2026-01-05T08:00", "ana"),
        ("2026-01-09T19:59", "ana"),
        ("2026-01-12T07:59", "cy"),
        ("2026-01-12T08:00", "bo"),
        ("2026-01-19T08:00", "ana"),
        ("2026-11-22T03:10", "cy"),  # a Sunday
    ],
)
def test_people_take_turns_by_the_week_and_the_first_open_shift_counts(at: str, user: str) -> None:
    assert holding(ROTA, berlin(at), there).user == user


def test_an_override_beats_the_shifts_and_the_last_one_beats_the_others() -> None:
    day = {"start": datetime(2026, 12, 24, 8), "end": datetime(2026, 12, 25)}  # noqa: DTZ001 - a rota is local
    swapped = ROTA.model_copy(update={"overrides": (Override(**day, person="di"),)})
    assert holding(swapped, berlin("2026-12-24T08:00"), there).user == "di"
    assert holding(swapped, berlin("2026-12-25T00:00"), there).why is Why.shift
    nobody = swapped.model_copy(
        update={"overrides": (*swapped.overrides, Override(**day, person=None))}
    )
    held = holding(nobody, berlin("2026-12-24T09:00"), there)
    assert (held.user, held.why) == (None, Why.overridden)


def test_who_is_away_leaves_a_vacancy_until_they_are_back() -> None:
    start = berlin("2026-01-05T08:00").astimezone(UTC)
    back = start + timedelta(hours=5)
    found = vacancies(
        "Engineer",
        ROTA,
        [ALWAYS_OPEN],
        start=start,
        end=start + timedelta(days=14),
        is_away=lambda user, at: user == "ana" and at < back,
        returns=(back,),
    )
    assert [(each.start, each.end, each.why) for each in found] == [(start, back, Why.absent)]


SHIFTS = st.lists(
    st.builds(
        Shift,
        people=st.sampled_from((("ana",), ("ana", "bo"), ("bo", "cy", "di"))),
        week=st.sampled_from(
            ({"mon-fri": "09:00-17:00"}, {"sat-sun": "00:00-24:00"}, {"wed": "22:00-06:00"})
        ),
        since=st.just(MONDAY),
        changes_at=st.sampled_from((time(0), time(8, 30))),
    ),
    max_size=3,
)


@settings(max_examples=25, deadline=None)
@given(SHIFTS, st.integers(0, 60), st.sampled_from(("Europe/Berlin", "America/New_York", "UTC")))
def test_vacancies_are_the_times_at_which_a_look_finds_nobody_and_no_others(
    shifts: list[Shift], day: int, zone: str
) -> None:
    rota = Rota(time_zone=zone, shifts=tuple(shifts))
    start = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(days=day)  # over both clock changes
    end = start + timedelta(days=3)
    found = vacancies("x", rota, [ALWAYS_OPEN], start=start, end=end, is_away=there)
    at = start
    while at < end:
        is_vacant = any(each.start <= at < each.end for each in found)
        assert is_vacant == (holding(rota, at, there).user is None), at
        at += timedelta(minutes=30)


STATED = """
format: tierline/routing/1
answered_by: {enterprise: {S1: {lowest: 3}, any: {lowest: 2}}, standard: {any: {highest: 2}}}
roles:
  On-call engineer:
    time_zone: Europe/Berlin
    shifts:
      - {people: [ana@vendor.example], week: {mon-fri: "08:00-20:00"}}
    overrides:
      - {start: 2026-12-24T08:00, end: 2026-12-25T08:00, person: bo@vendor.example}
"""
KNOWN = Known(
    frozenset({"enterprise", "standard"}), frozenset({"S1"}), frozenset({"On-call engineer"})
)


def test_a_plan_says_which_levels_answer() -> None:
    plan = parse_plan(parse_document(STATED, "plan.yaml"), KNOWN)
    assert plan.levels("enterprise", "S1").lowest == 3
    assert plan.levels("enterprise", "S2").lowest == 2
    assert plan.levels("standard", "S1").highest == 2
    assert plan.levels("other", "S1") == Plan().levels("x", "y")


def test_every_fault_of_a_plan_is_told_at_once_with_its_line() -> None:
    stated = yaml.safe_load(STATED)
    stated["answered_by"]["gold"] = {"S9": {"lowest": 3, "highest": 2}}
    stated["answered_by"]["standard"]["any"]["budgets"] = {1: 60, 2: 50, 3: 70}
    rota = stated["roles"]["On-call engineer"]
    rota["shifts"][0] = {"people": ["a", "b"], "week": {"funday": "9-5"}}
    rota["overrides"][0] |= {"start": "2026-12-26T08:00"}
    stated["roles"]["Nobody's role"] = {"time_zone": "Mars/Base"}
    with pytest.raises(Invalid) as refused:
        parse_plan(parse_document(yaml.safe_dump(stated), "plan.yaml"), KNOWN)
    codes = {fault.code for fault in refused.value.faults}
    assert codes >= {"unknown_tier", "unknown_severity", "reversed", "no_since", "unknown_role",
                     "unknown_zone", "unknown_level", "no_room"}  # fmt: skip
    assert all(fault.line for fault in refused.value.faults)
    assert any("funday" in fault.message for fault in refused.value.faults)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("format: tierline/routing/1\nfloor: 3\n", "'floor' is not known here."),
        ("oldest_first_percent: 0\n", "'0' is not at least 1"),
        (STATED.replace("2026-12-24", "0001-01-01"), "A rota lies between the years"),
        (
            STATED.replace("2026-12-24T08:00", "2026-12-24T08:00Z"),
            "A rota is in the local time of its role",
        ),
    ],
)
def test_a_plan_of_another_form_is_refused(text: str, told: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_plan(parse_document(text, "plan.yaml"))
    assert told in str(refused.value.faults[0])


def test_a_level_that_is_closed_says_when_it_opens() -> None:
    week = week_of({"mon": (Window(8 * 3600, 18 * 3600),)})
    level = Level(role="Support lead", hours=BusinessHours(week=week))
    sunday, monday = datetime(2026, 3, 8, 3, 10, tzinfo=UTC), datetime(2026, 3, 9, 8, tzinfo=UTC)
    rota = Plan.model_validate({"roles": {"Support lead": {"shifts": [{"people": ["lea"]}]}}})
    chain = Chain("Office", (level,))
    (closed,) = who(chain, rota, sunday, is_away=lambda *_: False)
    assert (closed.held.user, closed.is_in_hours, closed.opens_at) == ("lea", False, monday)
    (opened,) = who(chain, rota, monday, is_away=lambda *_: False)
    assert (opened.is_in_hours, opened.opens_at) == (True, None)
