"""What a question must say, and what past cases, agents and a plan say of a desk."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from small_offer import offer

from tierline.calendars.reading import parse_hours
from tierline.kernel.errors import Invalid
from tierline.kernel.instants import to_micros
from tierline.routing.agent import Agent
from tierline.routing.plan import Levels, Plan
from tierline.staffing.known import Known, Lack, PastCases, known_of
from tierline.staffing.question import question_of

UNTIL = datetime(2025, 6, 2, tzinfo=UTC)  # a Monday
WEEKS = 20
GOLD = ("gold", "S1")
OTHERS = ("silver", "S2")


def catalog(**target: Any) -> Any:
    tiers = {
        key: {
            "name": key.title(),
            "hours": "always",
            "targets": [
                {"severity": "S1", "milestone": "first_response", "within": "PT30M", **target}
            ],
        }
        for key in ("silver", "gold")
    }
    return offer(version="2025-01-01", tiers=tiers, add_ons={}, every_plan=[])


def asked(**stated: str) -> Any:
    return question_of(stated, [catalog()])


def test_what_is_left_out_is_what_is_promised_to_the_highest_tier() -> None:
    found = asked()
    assert (found.tier, found.severity, found.milestone) == ("gold", "S1", "first_response")
    assert (found.within_minutes, found.promised_minutes, found.wanted_percent) == (30, 30, 95)
    committed = question_of({}, [catalog(commitment=True, attainment_percent="90")])
    assert committed.wanted_percent == 90


def test_every_fault_of_a_question_is_told_at_once() -> None:
    with pytest.raises(Invalid) as raised:
        asked(
            tier="lead", severity="S9", milestone="resolution", within_minutes="0",
            agents="61", case_minutes="x", sittings="-1", rate="1.005", currency="EUR",
        )  # fmt: skip
    assert {fault.path for fault in raised.value.faults} == {
        "tier", "severity", "milestone", "within_minutes", "agents", "case_minutes", "sittings",
        "rate",
    }  # fmt: skip
    with pytest.raises(Invalid) as raised:
        asked(milestone="acknowledge")
    assert [fault.path for fault in raised.value.faults] == ["within_minutes"]
    with pytest.raises(Invalid) as raised:
        asked(rate="NaN", currency="euro")
    assert {fault.path for fault in raised.value.faults} == {"rate", "currency"}


def past(count: int, others: int = 0, *, minutes: int = 0, zone: str = "") -> PastCases:
    """One of each kind an hour from Monday 09:00 UTC on, a week after the other."""
    start = UNTIL - timedelta(weeks=WEEKS)
    kinds = [0] * count + [1] * others
    opened = [
        to_micros(start + timedelta(weeks=each % WEEKS, hours=9, minutes=each // WEEKS))
        for each in range(len(kinds))
    ]
    size = len(kinds)
    entered = np.full(size, minutes, dtype=np.int64)
    return PastCases(
        since=start - timedelta(days=365), until=UNTIL, kinds=(GOLD, OTHERS), kind=np.array(kinds),
        zones=(zone,), zone=np.zeros(size, dtype=np.int64), opened=np.array(opened, dtype=np.int64),
        minutes=entered, sittings=(entered > 0) * 2, squares=entered**2 // 2,
    )  # fmt: skip


def agent(user: str, level: int, **week: str) -> Agent:
    hours = parse_hours({"time_zone": "UTC", "week": week or {"mon-fri": "08:00-16:00"}})
    return Agent(user=user, level=level, hours=hours)


ANA, BEN = agent("ana", 2), agent("ben", 1)


def learned(cases: PastCases, plan: Plan | None = None, **stated: str) -> Known:
    return known_of(asked(**stated), cases, [ANA, BEN], plan or Plan())


def test_too_little_gives_no_figure_and_says_what_is_missing() -> None:
    assert learned(past(7, 20)).lacks == (Lack.like_it, Lack.cases, Lack.time)
    assert learned(past(8, 22)).lacks == (Lack.time,)
    assert learned(past(8, 22), case_minutes="60").lacks == ()
    nobody = known_of(asked(case_minutes="60"), past(40), [], Plan())
    assert nobody.lacks == (Lack.people,)
    stated = known_of(asked(case_minutes="60", agents="2"), past(40), [], Plan())
    assert stated.lacks == ()
    assert stated.most_on_duty == 2


def test_work_is_as_it_was_entered_since_the_first_case() -> None:
    known = learned(past(40, minutes=60))
    assert known.since == UNTIL - timedelta(weeks=WEEKS) + timedelta(hours=9)
    assert known.effort is not None
    assert (known.effort.case_minutes, known.effort.sittings, known.timed) == (60, 2, 40)
    assert known.situation is not None
    desk = known.situation.desk
    assert desk.piece_hours == 0.5
    assert desk.same.sum() / 4 == pytest.approx(40 / WEEKS, rel=0.01)  # hours of work in a week
    assert desk.same[9 * 4 : 10 * 4].sum() == pytest.approx(desk.same.sum())
    assert desk.after.sum() == desk.before.sum() == 0


def test_others_who_may_take_such_cases_take_their_part_of_them() -> None:
    plan = Plan(answered_by={"gold": {"any": Levels(lowest=2)}})
    known = learned(past(40, 40), plan, case_minutes="60")
    assert (known.people, known.cases) == (1, 60)  # ana has all of gold, and half of silver
    assert known.situation is not None
    assert known.situation.desk.after.sum() == pytest.approx(known.situation.desk.same.sum() / 2)
    assert known.situation.staff.sum() == 5 * 8 * 4
    silver = known_of(
        asked(tier="silver", severity="S2", milestone="acknowledge", within_minutes="60",
              case_minutes="60"),
        past(40, 40), [ANA, BEN], plan,
    )  # fmt: skip
    assert (silver.people, silver.cases) == (2, 80)
    assert silver.situation is not None
    assert silver.situation.desk.before.sum() == pytest.approx(silver.situation.desk.same.sum())


def test_what_came_at_nine_in_winter_comes_at_nine_in_summer() -> None:
    known = learned(past(40, zone="Europe/Berlin"), case_minutes="60")
    assert known.situation is not None
    hours = np.flatnonzero(known.situation.desk.same.reshape(-1, 4).sum(axis=1))
    assert set(hours) == {8, 9}  # of UTC: at ten in Berlin, whose clocks went forward in between


def test_who_is_away_for_long_is_not_on_duty() -> None:
    away = Agent(user="ben", level=1, hours=ANA.hours, absent_until=UNTIL + timedelta(days=30))
    known = known_of(asked(case_minutes="60"), past(40), [ANA, away], Plan())
    assert (known.people, known.most_on_duty) == (1, 1)
