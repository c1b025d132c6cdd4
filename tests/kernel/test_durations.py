from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierline.kernel.durations import Duration, in_words, parse_duration
from tierline.kernel.errors import Invalid


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("PT15M", Duration(0, 900)),
        ("15m", Duration(0, 900)),
        ("P2D", Duration(2, 0)),
        ("2d", Duration(2, 0)),
        ("1h30m", Duration(0, 5400)),
        ("P1W", Duration(7, 0)),
        ("P1DT4H", Duration(1, 14_400)),
        ("pt90s", Duration(0, 90)),
    ],
)
def test_both_forms_are_read(text: str, duration: Duration) -> None:
    assert parse_duration(text) == duration


@pytest.mark.parametrize("text", ["", "P", "PT", "4", "h", "P1M", "P1Y", "PT1.5H", "-PT1H", "4 x"])
def test_what_has_no_fixed_length_is_refused_with_advice(text: str) -> None:
    with pytest.raises(Invalid, match="Write PT15M"):
        parse_duration(text)


def test_a_duration_longer_than_ten_years_is_refused() -> None:
    with pytest.raises(Invalid, match="longer than"):
        parse_duration("P9999D")


@given(st.integers(0, 3000), st.integers(0, 86_399))
def test_writing_and_reading_a_duration_gives_it_back(days: int, seconds: int) -> None:
    duration = Duration(days, seconds)
    assert parse_duration(str(duration)) == duration


def test_a_day_on_business_hours_is_a_business_day() -> None:
    assert Duration(days=2, seconds=60).open_seconds(28_800) == 57_660


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0\u202fs"),
        (45, "45\u202fs"),
        (11_400, "3\u202fh 10\u202fmin"),
        (187_200, "2\u202fd 4\u202fh"),
        (86_401, "1\u202fd"),
        (-60, "−1\u202fmin"),
    ],
)
def test_a_length_for_people_has_at_most_two_units(seconds: int, words: str) -> None:
    assert in_words(seconds) == words
