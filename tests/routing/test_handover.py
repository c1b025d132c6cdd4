"""Whether a case that somebody has goes to somebody else: only for the better."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tierline.routing.agent import Agent
from tierline.routing.choice import lacks, route
from tierline.routing.handover import (
    Held,
    Turn,
    is_more_senior,
    lacks_less,
    skills_nobody_has,
    summary_of,
    turn_of,
    unknown_words,
)
from tierline.routing.need import AccountNeed, CaseNeed
from tierline.routing.plan import Levels

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
NEED = CaseNeed(
    case="case_1",
    tier="standard",
    severity="S3",
    severity_rank=2,
    tier_rank=0,
    opened_at=NOW,
    skills=frozenset({"dns"}),
)
WORST = replace(NEED, severity="S1", severity_rank=0, is_worst=True)
ANA = Agent(user="ana")
KNOWS = Agent(user="bo", skills=frozenset({"dns"}))
AWAY = replace(KNOWS, absent_until=NOW + timedelta(days=1))
BY_HAND = Held(by=ANA, is_by_hand=True)
ANYBODY = Levels()


def turned(need: CaseNeed, held: Held, *others: Agent, levels: Levels = ANYBODY) -> Turn:
    people = [held.by, *others]
    choice = route(need, people, {}, levels=levels, now=NOW)
    return turn_of(need, held, choice, people, levels)


def test_where_nobody_has_the_skill_whoever_has_the_case_keeps_it() -> None:
    other = Agent(user="bo", skills=frozenset({"vpn"}))
    for need in (NEED, WORST):
        assert turned(need, Held(by=ANA), other) is Turn.stays
        assert turned(need, Held(by=replace(ANA, capacity=1)), other) is Turn.stays


def test_it_goes_to_somebody_who_has_the_skill_and_waits_for_one_who_will_be_there() -> None:
    for need in (NEED, WORST):
        assert turned(need, Held(by=ANA), KNOWS) is Turn.goes
        assert turned(need, BY_HAND, KNOWS) is Turn.goes
    assert turned(NEED, Held(by=ANA), AWAY) is Turn.waits
    assert turned(NEED, BY_HAND, AWAY) is Turn.stays
    assert turned(NEED, Held(by=ANA), replace(AWAY, level=3), levels=Levels(highest=2)) is (
        Turn.stays
    )


def test_what_was_known_by_hand_is_no_cause_and_what_is_new_is_one() -> None:
    known = frozenset(lacks(NEED, ANA, Levels()).values())
    assert turned(NEED, replace(BY_HAND, known=known), KNOWS) is Turn.stays
    more = replace(NEED, skills=frozenset({"dns", "wan"}))
    both = replace(KNOWS, skills=more.skills)
    assert turned(more, replace(BY_HAND, known=known), both) is Turn.goes


def test_whoever_may_not_see_the_data_has_it_no_more_whoever_is_there() -> None:
    guarded = replace(NEED, account=AccountNeed(account="a", residency="eu"))
    assert turned(guarded, BY_HAND, KNOWS) is Turn.waits
    assert turned(guarded, BY_HAND, replace(KNOWS, regions=frozenset({"eu"}))) is Turn.goes
    assert skills_nobody_has(guarded, [KNOWS], Levels()) == ("dns",)
    assert skills_nobody_has(NEED, [KNOWS], Levels()) == ()


def test_one_is_better_than_another_only_where_they_are_worse_in_nothing() -> None:
    senior = replace(ANA, level=3)
    assert lacks_less(NEED, KNOWS, ANA, Levels())
    assert lacks_less(NEED, senior, ANA, Levels(lowest=3))
    assert not lacks_less(NEED, senior, KNOWS, Levels(lowest=3))
    assert not lacks_less(NEED, ANA, ANA, Levels())


def test_a_skill_that_no_agent_has_is_told_with_those_that_are_known() -> None:
    assert unknown_words(("quantum dns",), [ANA, KNOWS]) == (
        "No agent has the skill quantum dns. Known are: dns."
    )
    assert unknown_words(("a", "b"), [ANA]) == (
        "No agent has the skills a, b. Known are: none: no agent has a skill yet."
    )


def test_what_goes_first_from_now_on_goes_to_somebody_more_senior_but_not_out_of_a_given_hand() -> (
    None
):
    owed, senior = replace(NEED, skills=frozenset(), owed_for=17), replace(KNOWS, level=2)
    people = [ANA, senior]
    choice = route(owed, people, {}, levels=ANYBODY, now=NOW)
    assert is_more_senior(choice, Held(by=ANA), people)
    assert not is_more_senior(choice, BY_HAND, people)
    assert not is_more_senior(choice, Held(by=replace(ANA, level=2)), people)
    assert summary_of(owed, ANA, choice, ANYBODY).startswith(
        "Handed over by the machine: whoever had it is less senior than somebody else who may have"
    )
