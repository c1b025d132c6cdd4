"""The people of an account: who they are, and when none of them would get its cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tierline.calendars.business_hours import ALWAYS_OPEN, BusinessHours, Window, week_of
from tierline.calendars.calendar import calendar_for
from tierline.routing.agent import Agent
from tierline.routing.chain import Chain, Level
from tierline.routing.choice import Closeness, route
from tierline.routing.cover import CaseKind, Gap, GapKind, gap_words, gaps_of, on_duty, people_of
from tierline.routing.need import AccountNeed, CaseNeed
from tierline.routing.plan import NO_PLAN, Levels, Plan

NOW = datetime(2026, 11, 16, tzinfo=UTC)  # a Monday
END = NOW + timedelta(days=14)
SUNDAY = datetime(2026, 11, 22, 3, 10, tzinfo=UTC)
NINE_TO_FIVE = (Window(9 * 3600, 17 * 3600),)
OFFICE = BusinessHours(week=week_of(dict.fromkeys(("mon", "tue", "wed", "thu"), NINE_TO_FIVE)))
NIGHTS = BusinessHours(
    time_zone="Asia/Singapore", week=week_of({"sat": (Window(20 * 3600, 6 * 3600),)})
)
ANA, BO, CY = Agent(user="ana", hours=OFFICE), Agent(user="bo"), Agent(user="cy", level=3)
NEED = AccountNeed(
    account="account_1",
    engineers=frozenset({"ana"}),
    deputies=frozenset({"bo"}),
    cover=ALWAYS_OPEN,
)
CHAIN = Chain("Tree", (Level(role="On call"),))


def kinds_of(need: AccountNeed, *levels: Levels) -> tuple[CaseKind, ...]:
    """S1 is the worst: what is given up for it does not hide a gap."""
    return tuple(
        CaseKind(
            CaseNeed(
                case="", tier="gold", severity=f"S{number}", severity_rank=number, tier_rank=0,
                opened_at=NOW, is_worst=number == 1, account=need,
            ),
            each,
            CHAIN,
        )
        for number, each in enumerate(levels or (Levels(),), start=1)
    )  # fmt: skip


def found(
    need: AccountNeed, people: Sequence[Agent], *levels: Levels, plan: Plan = NO_PLAN
) -> list[Gap]:
    away = {each.user: each for each in people}
    return list(
        gaps_of(
            need, kinds_of(need, *levels), people, plan,
            is_away=lambda user, at: user in away and away[user].is_absent(at),
            start=NOW, end=END,
        )
    )  # fmt: skip


def test_somebody_with_a_deputy_who_is_always_there_lacks_nothing() -> None:
    assert found(NEED, [ANA, BO, CY]) == []
    assert found(AccountNeed(account="account_2"), [ANA]) == []


def test_a_deputy_who_is_away_leaves_the_hours_in_which_the_engineer_is_not_there() -> None:
    back = NOW + timedelta(days=1, hours=20)
    gaps = found(NEED, [ANA, replace(BO, absent_until=back), CY])
    assert [(gap.start, gap.end) for gap in gaps] == [
        (NOW, NOW + timedelta(hours=9)),
        (NOW + timedelta(hours=17), NOW + timedelta(days=1, hours=9)),
        (NOW + timedelta(days=1, hours=17), back),
    ]
    assert {gap.kind for gap in gaps} == {GapKind.nobody_there}
    assert gap_words(gaps[0]) == "None of its people would get a case. Missing: somebody at work."
    # where the cover hours are those of the office nobody is missing
    assert found(replace(NEED, cover=OFFICE), [ANA, replace(BO, absent_until=back)]) == []


def test_one_alone_has_no_deputy_and_hours_that_nobody_stated_are_told() -> None:
    alone = replace(NEED, deputies=frozenset(), cover=None)
    assert [(gap.kind, gap.start) for gap in found(alone, [ANA, BO])] == [
        (GapKind.no_deputy, None),
        (GapKind.no_cover, None),
    ]
    pod = AccountNeed(account="account_1", pod="north", cover=ALWAYS_OPEN)
    two = [replace(ANA, pod="north"), replace(BO, pod="north")]
    assert next(gap.kind for gap in found(pod, two[:1])) is GapKind.no_deputy
    assert found(pod, two) == []


def test_a_deputy_of_too_low_a_level_is_none_for_what_needs_more() -> None:
    (lasting, *times) = found(NEED, [ANA, BO, CY], Levels(), Levels(lowest=2))
    assert (lasting.kind, lasting.severities) == (GapKind.no_deputy, ("S2",))
    assert gap_words(lasting) == "Nobody stands in for its people at S2."
    assert [(each.severities, each.missing) for each in times] == [(("S2",), "level 2")]
    assert (times[0].start, times[0].end) == (NOW, END)


def test_who_is_on_call_counts_as_at_work_for_the_worst_severity() -> None:
    plan = Plan.model_validate({"roles": {"On call": {"shifts": [{"people": ["ana"]}]}}})
    away = [ANA, replace(BO, absent_until=END)]
    gaps = found(NEED, away, Levels(), Levels(), plan=plan)
    assert {gap.severities for gap in gaps} == {("S2",)}


def test_who_may_not_see_its_data_is_none_of_its_people() -> None:
    guarded = replace(NEED, residency="eu")
    people = [replace(ANA, regions=frozenset({"eu"})), BO]
    (case,) = (kind.need for kind in kinds_of(guarded))
    assert [(each.agent.user, each.closeness) for each in people_of(guarded, case, people)] == [
        ("ana", Closeness.engineer)
    ]
    assert found(guarded, people)[0].kind is GapKind.no_deputy


def test_duty_is_when_somebody_is_at_work_and_not_away() -> None:
    back = NOW + timedelta(hours=12)
    (first, *_) = on_duty(replace(ANA, absent_until=back), NOW, END)
    assert first == (back, NOW + timedelta(hours=17))
    assert on_duty(BO, NOW, END) == ((NOW, END),)


AGENTS = st.lists(
    st.builds(
        Agent,
        user=st.sampled_from(("ana", "bo", "cy", "di")),
        level=st.integers(1, 3),
        regions=st.sampled_from((frozenset(), frozenset({"eu"}))),
        pod=st.sampled_from(("", "north")),
        hours=st.sampled_from((ALWAYS_OPEN, OFFICE, NIGHTS)),
        absent_until=st.none() | st.integers(0, 14 * 24).map(lambda n: NOW + timedelta(hours=n)),
    ),
    max_size=4,
    unique_by=lambda agent: agent.user,
)
NEEDS = st.builds(
    AccountNeed,
    account=st.just("account_1"),
    residency=st.sampled_from(("", "eu")),
    pod=st.sampled_from(("", "north")),
    engineers=st.sampled_from((frozenset(), frozenset({"ana"}))),
    deputies=st.sampled_from((frozenset(), frozenset({"bo"}))),
    cover=st.sampled_from((ALWAYS_OPEN, OFFICE, NIGHTS)),
)


@settings(max_examples=80, deadline=None)
@given(NEEDS, AGENTS, st.integers(0, 14 * 24 * 60 - 1).map(lambda n: NOW + timedelta(minutes=n)))
def test_whether_anybody_gets_it_at_an_instant_is_what_gives_out_cases_says(
    need: AccountNeed, people: list[Agent], at: datetime
) -> None:
    if not need.has_people:
        return
    levels = Levels(), Levels(lowest=2), Levels(), Levels(lowest=2)
    gaps = [gap for gap in found(need, people, *levels) if gap.kind is GapKind.nobody_there]
    for when in (at, SUNDAY):
        told = {
            severity
            for gap in gaps
            if gap.start and gap.end and gap.start <= when < gap.end
            for severity in gap.severities or ("S1", "S2", "S3", "S4")
        }
        assert need.cover is not None
        assert told == {
            kind.need.severity
            for kind in kinds_of(need, *levels)
            if calendar_for(need.cover).is_open(when)
            and route(kind.need, people, {}, levels=kind.levels, now=when).missing
        }
