"""Lengths of time are typed as a number with a unit."""

from __future__ import annotations

import pytest

from tierline.kernel.durations import Duration, parse_duration
from tierline.kernel.errors import Invalid
from tierline.web.lengths import length_fields, length_typed, length_units

PLAIN = [("minutes", "minutes"), ("hours", "hours"), ("days", "days")]


@pytest.mark.parametrize(
    ("stated", "number", "unit"),
    [("PT15M", "15", "minutes"), ("PT4H", "4", "hours"), ("PT1H30M", "90", "minutes"),
     ("P2D", "2", "days"), ("PT24H", "24", "hours"), ("PT0S", "0", "hours")],
)  # fmt: skip
def test_a_length_is_shown_in_its_largest_unit_and_comes_back(
    stated: str, number: str, unit: str
) -> None:
    length = parse_duration(stated)
    fields = length_fields("within", length)
    assert fields == {"within": number, "within_unit": unit}
    assert length_units(length) == PLAIN
    assert length_typed(fields, "within", None) == length


@pytest.mark.parametrize("length", [Duration(1, 14_400), Duration(0, 90)])
def test_a_length_of_no_whole_number_stays_until_another_is_typed(length: Duration) -> None:
    fields = length_fields("within", length)
    assert length_units(length)[1:] == PLAIN
    assert length_units(length)[0][0] == fields["within_unit"]
    assert length_typed(fields, "within", length) == length
    assert length_typed({"within": "2", "within_unit": "days"}, "within", length) == Duration(2)


def test_without_a_number_there_is_no_length() -> None:
    assert length_fields("within", None)["within"] == ""
    assert length_typed({"within": " ", "within_unit": "days"}, "within", Duration(2)) is None


@pytest.mark.parametrize(
    "typed",
    [("soon", "minutes"), ("-1", "hours"), ("1.5", "hours"), ("30", ""), ("30", "as_it_is"),
     ("999999999", "days")],
)  # fmt: skip
def test_what_is_no_length_is_told_with_what_to_write(typed: tuple[str, str]) -> None:
    with pytest.raises(Invalid) as refused:
        length_typed(dict(zip(("within", "within_unit"), typed, strict=True)), "within", None)
    (fault,) = refused.value.faults
    assert (fault.path, fault.write_instead) == (
        "within",
        "Write a whole number, such as 30, and choose its unit.",
    )
