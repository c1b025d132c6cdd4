"""What somebody is told in one letter of several cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tierline.routing.notice import (
    BREACH,
    Notice,
    most_urgent_first,
    subject_of_many,
    words_of_many,
)

NOON = datetime(2025, 3, 3, 12, tzinfo=UTC)


def notice(case: str, severity: str, what: str = BREACH, minutes: int = 0) -> Notice:
    at = NOON + timedelta(minutes=minutes)
    return Notice(
        case=case, about=f"0.resolution.0.{what}", user="user_lea", role="Support lead",
        milestone="resolution", what=what, severity=severity, is_instead=False, true_at=at,
        noticed_at=at, deliver_at=at,
    )  # fmt: skip


MILD, WARNED = notice("case_a", "S2"), notice("case_b", "S1", what="80")
LATER, FIRST = notice("case_c", "S1", minutes=5), notice("case_d", "S1")
NUMBERED = [(MILD, 1), (WARNED, 2), (LATER, 3), (FIRST, 4)]
RANKS = {"case_a": 1, "case_b": 0, "case_c": 0, "case_d": 0}


def test_the_most_severe_stands_first_then_what_is_missed_then_what_was_first() -> None:
    found = most_urgent_first(NUMBERED, RANKS)
    assert [number for _, number in found] == [4, 3, 2, 1]


def test_each_case_has_a_line_with_what_became_true_and_where_to_look() -> None:
    told = most_urgent_first(NUMBERED, RANKS)
    before, after = words_of_many(told, "https://desk.example")
    lines = before.splitlines()[2:]
    missed = "the target of resolution was missed at 2025-03-03"
    where = "To you as Support lead. https://desk.example/cases"
    assert lines[0] == f"Case 4 (S1): {missed} 12:00 UTC. {where}/case_d"
    assert lines[1] == f"Case 3 (S1): {missed} 12:05 UTC. {where}/case_c"
    assert len(lines) == 4
    assert after.startswith("Each of them is told once")
    assert subject_of_many(told) == "4 cases have come to you: first case 4 (S1)"


def test_several_notices_of_one_case_are_counted_as_one_case() -> None:
    told = [(FIRST, 4), (replace(FIRST, what="80"), 4)]
    assert subject_of_many(told) == "2 notices of a case have come to you: first case 4 (S1)"


def test_what_is_not_so_any_more_is_taken_back_line_by_line() -> None:
    told = [(replace(each, corrected_at=NOON), number) for each, number in NUMBERED]
    before, after = words_of_many(told, "https://desk.example")
    assert "Case 1 (S2): resolution missed https://desk.example/cases/case_a" in before
    assert "have come" not in before
    assert after == ""
    assert subject_of_many(told) == "4 cases are corrected: first case 1 (S2)"
