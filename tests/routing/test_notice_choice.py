"""How somebody is told of a notice, and when their digest comes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from tierline.calendars.business_hours import BusinessHours
from tierline.calendars.reading import parse_hours
from tierline.routing.agent import Agent
from tierline.routing.digest import (
    DigestCase,
    DigestPicture,
    digest_subject,
    digest_words,
    is_empty,
)
from tierline.routing.notice import (
    ASSIGNED,
    BREACH,
    CALLED_IN,
    DISPUTED,
    UNACKNOWLEDGED,
    UNASSIGNED,
    UNSKILLED,
    Notice,
)
from tierline.routing.notice_choice import (
    NoticeChoice,
    NoticeKind,
    Way,
    digest_due_on,
    kind_of,
    next_digest_at,
    way_of,
)

NOON = datetime(2025, 3, 3, 12, tzinfo=UTC)
FRIDAY, MONDAY = date(2025, 3, 28), date(2025, 3, 31)  # clocks in Berlin change in between
CHOICE = NoticeChoice(
    user="user_ana",
    ways={NoticeKind.warnings: Way.digest, NoticeKind.breaches: Way.off},
    hour=8,
    time_zone="Europe/Berlin",
)
HOURS = {"time_zone": "Europe/Berlin", "week": {"mon-fri": "09:00-17:00"}}
IN_OFFICE = Agent(user="user_ana", hours=parse_hours(HOURS))


def notice(what: str, **stated: object) -> Notice:
    made = Notice(
        case="case_a", about="0.resolution.0", user="user_ana", role="Support lead",
        milestone="resolution", what=what, severity="S2", is_instead=False, true_at=NOON,
        noticed_at=NOON, deliver_at=NOON,
    )  # fmt: skip
    return replace(made, **stated)  # type: ignore[arg-type]  # the fields of a notice


def told(what: str, *, is_worst: bool = False, is_owners: bool = False, **stated: object) -> Way:
    return way_of(CHOICE, notice(what, **stated), is_worst=is_worst, is_owners=is_owners)


def test_each_kind_is_told_as_it_was_chosen_and_what_was_not_chosen_at_once() -> None:
    assert [told(what) for what in ("50", UNACKNOWLEDGED)] == [Way.digest] * 2
    assert told(BREACH) is Way.off
    assert [told(what) for what in (ASSIGNED, UNSKILLED)] == [Way.at_once] * 2


def test_the_worst_severity_and_who_is_waited_for_are_told_at_once_whatever_was_chosen() -> None:
    assert [told(what, is_worst=True) for what in ("50", BREACH)] == [Way.at_once] * 2
    everything_off = replace(CHOICE, ways=dict.fromkeys(NoticeKind, Way.off))
    for what in (DISPUTED, CALLED_IN, UNASSIGNED):
        assert kind_of(notice(what)) is None
        found = way_of(everything_off, notice(what), is_worst=False, is_owners=False)
        assert found is Way.at_once


def test_what_nobody_else_would_hear_of_is_never_off() -> None:
    assert told(BREACH, is_owners=True) is Way.at_once
    assert told(BREACH, is_instead=True) is Way.at_once
    assert told(BREACH, corrected_at=NOON, told_at=NOON) is Way.at_once
    assert told("50", is_owners=True) is Way.digest


@pytest.mark.parametrize("agent", [None, Agent(user="user_ana"), IN_OFFICE])
def test_the_digest_comes_at_its_hour_of_the_readers_zone_on_working_days(
    agent: Agent | None,
) -> None:
    friday = datetime(2025, 3, 28, 7, 1, tzinfo=UTC)  # 08:01 in winter
    assert next_digest_at(CHOICE, agent, friday - timedelta(hours=1)) == friday
    assert digest_due_on(CHOICE, agent, friday) == FRIDAY
    had = replace(CHOICE, last_on=FRIDAY)
    assert digest_due_on(had, agent, friday + timedelta(hours=9)) is None
    monday = next_digest_at(had, agent, friday)
    assert monday == datetime(2025, 3, 31, 6, 1, tzinfo=UTC)  # 08:01 in summer
    assert digest_due_on(had, agent, monday + timedelta(hours=5)) == MONDAY


def test_another_hour_on_the_same_day_brings_no_second_digest() -> None:
    later = replace(CHOICE, last_on=FRIDAY, hour=17)
    at_noon = datetime(2025, 3, 28, 12, tzinfo=UTC)
    assert next_digest_at(later, None, at_noon) == datetime(2025, 3, 31, 15, 1, tzinfo=UTC)


def test_a_zone_where_it_is_the_day_before_still_has_the_digest_of_the_day_to_come() -> None:
    in_auckland = replace(CHOICE, time_zone="Pacific/Auckland", last_on=FRIDAY)
    there = datetime(2025, 3, 27, 19, 2, tzinfo=UTC)  # Friday 08:02; Thursday 09:02 in Honolulu
    moved = in_auckland.in_zone("Pacific/Honolulu", there)
    assert moved.last_on == date(2025, 3, 27)
    assert next_digest_at(moved, None, there) == datetime(2025, 3, 28, 18, 1, tzinfo=UTC)
    assert in_auckland.in_zone("Pacific/Auckland", there) == in_auckland


def test_who_is_away_or_has_a_holiday_has_none_that_day() -> None:
    monday = datetime(2025, 3, 31, 6, 1, tzinfo=UTC)
    away = Agent(user="user_ana", absent_until=monday + timedelta(hours=1))
    assert digest_due_on(CHOICE, away, monday) is None
    holiday = parse_hours({**HOURS, "holidays": ["2025-03-31"]})
    free = Agent(user="user_ana", hours=holiday)
    assert digest_due_on(CHOICE, free, monday) is None
    assert next_digest_at(CHOICE, free, monday - timedelta(hours=1)) == monday + timedelta(days=1)
    never = Agent(user="user_ana", hours=BusinessHours(time_zone="UTC", week=((),) * 7))
    assert next_digest_at(CHOICE, never, monday) > monday + timedelta(days=365)


def test_a_digest_says_what_is_at_risk_what_waits_and_what_happened() -> None:
    due = NOON + timedelta(hours=2)
    risky = DigestCase(id="case_a", number=7, severity="S2", due_at=due, reason="Nobody has it")
    waits = DigestCase(id="case_b", number=9, severity="", due_at=None)
    picture = DigestPicture(
        is_own=True, waiting=[waits], waiting_count=3, at_risk=[risky], at_risk_count=1
    )
    happened = ["Case 5 (S2): it was given to you."] * 101
    text = digest_words(picture, happened, "Europe/Berlin", "https://desk.example")
    lines, where = text.splitlines(), "https://desk.example/cases/case_a"
    assert lines[:2] == [
        "At risk today, in your cases: 1",
        "Case 7 (S2), due 2025-03-03 15:00 (Europe/Berlin): Nobody has it. " + where,
    ]
    assert lines[3:6] == [
        "Your cases that wait for us: 3",
        "Case 9 (no severity): https://desk.example/cases/case_b",
        "And 2 more.",
    ]
    assert lines[7] == "What happened since your last digest: 101"
    assert lines[-1] == "And 1 more, which stand in your next digest."
    assert digest_subject(picture, happened) == "Your day: 1 at risk today, 3 waiting, 101 told"
    assert is_empty(DigestPicture(is_own=False), [])
    assert not is_empty(DigestPicture(is_own=False), happened)
