from __future__ import annotations

import random
import re
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierline.kernel.errors import Invalid
from tierline.kernel.ids import ACCOUNT, CASE, FACT, KINDS, CaseId, made_at, new_id, parse_id
from tierline.kernel.instants import from_micros

NOW = datetime(2026, 10, 1, 9, tzinfo=UTC)
CHANCE = random.Random(7).getrandbits  # noqa: S311 - the same ids in every run
moments = st.integers(0, 253_000_000_000_000_000).map(from_micros)
random_bits = st.integers(0, 2**62 - 1)


@given(earlier=moments, later=moments, low=random_bits, high=random_bits)
def test_ids_order_as_text_like_the_instants_of_their_making(
    earlier: datetime, later: datetime, low: int, high: int
) -> None:
    one, other = new_id(CASE, earlier, lambda _: low), new_id(CASE, later, lambda _: high)
    if earlier != later:
        assert (one < other) == (earlier < later)
    else:
        assert (one < other) == (low < high)


@given(now=moments, bits=random_bits)
def test_an_id_survives_writing_and_reading_and_tells_its_time(now: datetime, bits: int) -> None:
    made = new_id(CASE, now, lambda _: bits)
    assert parse_id(CASE, made) == made
    assert made_at(made) == now


@given(now=moments, bits=random_bits)
def test_an_id_holds_nothing_that_a_shell_or_a_url_would_change(now: datetime, bits: int) -> None:
    assert re.fullmatch(r"case_[0-7][0-9a-hjkmnp-tv-z]{25}", new_id(CASE, now, lambda _: bits))


def test_the_number_inside_is_a_uuid_of_version_7() -> None:
    body = new_id(CASE, NOW, CHANCE).removeprefix("case_")
    number = 0
    for letter in body:
        number = number * 32 + "0123456789abcdefghjkmnpqrstvwxyz".index(letter)
    identifier = uuid.UUID(int=number)
    assert (identifier.version, identifier.variant) == (7, uuid.RFC_4122)
    assert identifier.int >> 80 == int(NOW.timestamp() * 1000)


def test_a_hundred_thousand_ids_of_one_instant_all_differ() -> None:
    assert len({new_id(FACT, NOW, CHANCE) for _ in range(100_000)}) == 100_000


def test_the_letters_that_people_mistake_are_forgiven() -> None:
    made = CaseId("case_01ka0v6ge0e00abvem4gyepfzx")
    assert parse_id(CASE, " CASE_OLKAOV6GEOEOOABVEM4GYEPFZX\n") == made


def test_an_id_of_another_kind_is_named_as_such() -> None:
    with pytest.raises(Invalid, match="an id of kind account, and one of kind case"):
        parse_id(CASE, new_id(ACCOUNT, NOW, CHANCE))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "_",
        "case_",
        "case",
        "case_01ka0v6ge0e00abvem4gyepfz",
        "case_01ka0v6ge0e00abvem4gyepfzxa",
        "case_81ka0v6ge0e00abvem4gyepfzx",
        "case_01ka0v6ge0800abvem4gyepfzx",
        "case_01ka0v6ge0e000bvem4gyepfzx",
        "case_01ka0v6ge0e00abvem4gyepfzu",
        "case_01ka0v6ge0e00abvem4gyepfzé",
        "case_'; drop table fact; --     ",
    ],
)
def test_what_nobody_can_have_made_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="case"):
        parse_id(CASE, text)


def test_a_time_without_a_zone_or_before_1970_makes_no_id() -> None:
    with pytest.raises(Invalid, match="has no zone"):
        new_id(CASE, NOW.replace(tzinfo=None), CHANCE)
    with pytest.raises(Invalid, match="before 1970"):
        new_id(CASE, datetime(1970, 1, 1, tzinfo=UTC) - timedelta(microseconds=1), CHANCE)


def test_a_prefix_is_a_word_and_stands_for_one_kind() -> None:
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", prefix) for prefix in KINDS)
    assert [kind.prefix for kind in KINDS.values()] == list(KINDS)
