from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierline.kernel.errors import Invalid
from tierline.kernel.instants import (
    format_instant,
    from_micros,
    parse_instant,
    to_micros,
)


def test_a_naive_time_is_refused_never_guessed() -> None:
    with pytest.raises(Invalid, match="has no zone"):
        to_micros(datetime(2025, 1, 1))  # noqa: DTZ001 - the point of the test
    with pytest.raises(Invalid, match="has no zone"):
        parse_instant("2025-01-01T00:00:00")


def test_text_that_is_no_instant_is_refused_with_an_example() -> None:
    with pytest.raises(Invalid, match="2026-10-01T09:00:00Z"):
        parse_instant("next Tuesday")


def test_an_offset_is_read_into_utc() -> None:
    assert parse_instant("2025-01-01T02:00:00+02:00") == datetime(2025, 1, 1, tzinfo=UTC)


@given(st.datetimes(timezones=st.just(UTC)))
def test_micros_and_text_give_the_instant_back(instant: datetime) -> None:
    assert from_micros(to_micros(instant)) == instant
    assert parse_instant(format_instant(instant)) == instant


@pytest.mark.parametrize("text", ["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"])
def test_an_instant_that_utc_cannot_write_is_refused(text: str) -> None:
    for read in (parse_instant, lambda stated: to_micros(datetime.fromisoformat(stated))):
        with pytest.raises(Invalid, match="in UTC"):
            read(text)


def test_the_first_and_the_last_instant_of_utc_are_written_and_read() -> None:
    for instant in (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)):
        assert from_micros(to_micros(instant)) == instant
