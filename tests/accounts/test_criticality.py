from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierline.accounts.criticality import (
    Assessment,
    Due,
    Part,
    fresh_from,
    is_stale,
    plain_evidence,
    plain_value,
    profile_at,
)
from tierline.kernel.errors import Invalid

LAST_YEAR, THIS_YEAR, TODAY = date(2024, 3, 1), date(2025, 3, 1), date(2025, 6, 1)


def assessed(part: Part, value: str, reviewed_on: date, **parts: object) -> Assessment:
    stated = {
        "id": f"assessment_{part}_{reviewed_on}",
        "account": "a",
        "part": part,
        "value": value,
        "evidence": "security questionnaire",
        "reviewer": "user_1",
        "reviewed_on": reviewed_on,
        "recorded_at": 0,
        **parts,
    }
    return Assessment(**stated)  # type: ignore[arg-type]  # the fields are the caller's


def test_the_profile_of_a_day_is_the_last_assessment_of_each_part() -> None:
    facts = [
        assessed(Part.recovery_time, "60", THIS_YEAR),
        assessed(Part.recovery_time, "240", LAST_YEAR),
        assessed(Part.recovery_time, "15", date(2025, 7, 1)),
        assessed(Part.recovery_time, "5", THIS_YEAR, account="b"),
    ]
    assert profile_at(facts, "a", on=TODAY).parts[Part.recovery_time].minutes == 60
    assert profile_at(facts, "a", on=LAST_YEAR).parts[Part.recovery_time].minutes == 240


def test_what_was_not_known_yet_is_left_out() -> None:
    late = assessed(Part.recovery_time, "15", LAST_YEAR, recorded_at=100)
    assert profile_at([late], "a", on=TODAY, known_at=99).parts == {}


def test_parts_that_are_missing_or_older_than_twelve_months_are_due() -> None:
    facts = [assessed(part, "high", THIS_YEAR) for part in Part]
    facts[0] = assessed(Part.mission_criticality, "high", LAST_YEAR)
    del facts[1]
    assert profile_at(facts, "a", on=TODAY).due(TODAY) == (
        Due(Part.mission_criticality, LAST_YEAR),
        Due(Part.uptime_impact, None),
    )


@pytest.mark.parametrize(
    ("reviewed", "on", "expected"),
    [
        (date(2024, 6, 1), date(2025, 6, 1), False),
        (date(2024, 6, 1), date(2025, 6, 2), True),
        (date(2024, 2, 29), date(2025, 2, 28), False),
        (date(2024, 2, 29), date(2025, 3, 1), True),
    ],
)
def test_a_review_is_fresh_to_the_same_day_of_the_next_year(
    reviewed: date, on: date, expected: bool
) -> None:
    assert is_stale(reviewed, on) is expected


@given(st.dates(date(2020, 1, 1), date(2032, 1, 1)), st.integers(360, 370))
def test_the_first_fresh_day_is_the_first_that_is_not_stale(on: date, days: int) -> None:
    reviewed = on - timedelta(days=days)
    assert is_stale(reviewed, on) is (reviewed < fresh_from(on))


@pytest.mark.parametrize(
    ("part", "text", "kept"),
    [
        (Part.mission_criticality, " High ", "high"),
        (Part.recovery_point, "015", "15"),
        (Part.uptime_impact, "12000  usd", "12000 USD"),
        (Part.regulatory_exposure, "GxP , DORA", "GxP, DORA"),
        (Part.regulatory_exposure, "None", "none"),
    ],
)
def test_a_value_is_kept_in_one_form(part: Part, text: str, kept: str) -> None:
    assert plain_value(part, text) == kept


@pytest.mark.parametrize(
    ("part", "text"),
    [
        (Part.mission_criticality, "very"),
        (Part.recovery_time, "4 h"),
        (Part.recovery_time, "-1"),
        (Part.recovery_time, "9" * 5000),
        (Part.recovery_time, "0" * 9 + "9" * 5000),
        (Part.uptime_impact, "12000"),
        (Part.uptime_impact, "12.5 USD"),
        (Part.regulatory_exposure, ", ,"),
    ],
)
def test_a_value_of_another_kind_is_refused_with_what_to_write(part: Part, text: str) -> None:
    with pytest.raises(Invalid) as refused:
        plain_value(part, text)
    assert refused.value.faults[0].write_instead.startswith("Write")


def test_an_assessment_without_evidence_is_refused() -> None:
    with pytest.raises(Invalid):
        plain_evidence("  ")


def test_regulations_are_read_one_by_one() -> None:
    assert assessed(Part.regulatory_exposure, "GxP, DORA", TODAY).regulations == ("GxP", "DORA")
    assert assessed(Part.regulatory_exposure, "none", TODAY).regulations == ()
