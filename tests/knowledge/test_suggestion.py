"""What a case is likely to be: alike solved cases vote, and nearer ones count for more."""

from __future__ import annotations

import pytest

from tierline.knowledge.suggestion import (
    SolvedCase,
    likely_level,
    likely_skills,
    likely_topic,
)


def solved(number: int, score: float, topic: str = "", **said: object) -> SolvedCase:
    stated = {"skills": frozenset[str](), "level": "", **said}
    return SolvedCase(record=f"c{number}", number=number, score=score, topic=topic, **stated)  # type: ignore[arg-type]  # the fields are the test's


def test_the_topic_of_most_votes_is_likely_and_says_by_which_cases() -> None:
    found = likely_topic(
        [solved(1, 3, "dns"), solved(2, 2, "disk"), solved(3, 1, "dns")], {"dns", "disk"}
    )
    assert found is not None
    assert (found.label, found.votes) == ("dns", 3)
    assert [each.number for each in found.cases] == [1, 3]
    assert found.confidence == pytest.approx(10 / 14)


def test_a_near_twin_outvotes_a_crowd() -> None:
    crowd = [solved(number, 2, "disk") for number in range(5)]
    found = likely_topic([solved(9, 10, "dns"), *crowd], {"dns", "disk"})
    assert found is not None
    assert found.label == "dns"


def test_too_few_cases_say_nothing_and_what_nobody_said_is_no_vote() -> None:
    assert likely_topic([], {"dns"}) is None
    two = [solved(1, 3, "dns"), solved(2, 3, "dns"), solved(3, 3)]
    assert likely_topic(two, {"dns"}) is None


def test_a_topic_that_the_guide_has_no_more_is_not_suggested() -> None:
    alike = [solved(number, 1, "fax") for number in range(9)]
    assert likely_topic(alike, {"dns"}) is None


def test_skills_of_more_than_half_of_the_votes_are_likely() -> None:
    alike = [
        solved(1, 1, skills=frozenset({"dns", "linux"})),
        solved(2, 1, skills=frozenset({"dns"})),
        solved(3, 1, skills=frozenset({"tls", "linux"})),
        solved(4, 1, skills=frozenset({"dns"})),
        solved(5, 9),
    ]
    assert [(each.label, each.confidence) for each in likely_skills(alike)] == [("dns", 0.75)]


def test_the_level_is_that_of_who_solved_them() -> None:
    alike = [solved(1, 1, level="2"), solved(2, 1, level="2"), solved(3, 1, level="1")]
    found = likely_level(alike)
    assert found is not None
    assert found.label == "2"
