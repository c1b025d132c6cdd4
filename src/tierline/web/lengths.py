"""Lengths of time in forms: a number and its unit, so that nobody has to know how they are written
for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tierline.catalog.words_amount import duration_in_words
from tierline.kernel.durations import Duration, parse_duration
from tierline.kernel.errors import Fault, Invalid
from tierline.web.forms import whole_number

if TYPE_CHECKING:
    from tierline.web.visits import Form

_AS_IT_IS = "as_it_is"
_UNITS = {"minutes": "M", "hours": "H", "days": "D"}
_CHOICES = [(unit, unit) for unit in _UNITS]
_SECONDS = (("hours", 3_600), ("minutes", 60))
_HOW = "Write a whole number, such as 30, and choose its unit."


def length_fields(name: str, length: Duration | None) -> dict[str, str]:
    """What the two fields of a length hold: its number and its largest unit that fits."""
    number, unit = _parts(length)
    return {name: number, f"{name}_unit": unit}


def length_units(length: Duration | None) -> list[tuple[str, str]]:
    """The units to choose from; of a length that is no whole number of any, that it stays."""
    if length is None or _parts(length)[1] != _AS_IT_IS:
        return _CHOICES
    return [(_AS_IT_IS, f"as it is: {duration_in_words(length)}"), *_CHOICES]


def length_typed(form: Form, name: str, now: Duration | None) -> Duration | None:
    """The length in the fields of a form, of which `now` is the one that stands; None where no
    number is typed. Raises Invalid."""
    typed, unit = form.get(name, "").strip(), form.get(f"{name}_unit", "")
    if not typed:
        return now if unit == _AS_IT_IS else None
    number = whole_number(typed)
    if number is None or unit not in _UNITS:
        raise _refused("This is no length of time.", name)
    is_clock = unit != "days"
    try:
        return parse_duration(f"P{'T' * is_clock}{number}{_UNITS[unit]}")
    except Invalid:
        raise _refused("This is longer than ten years.", name) from None


def _parts(length: Duration | None) -> tuple[str, str]:
    if length is None:
        return "", "hours"
    if length.days:
        return (str(length.days), "days") if not length.seconds else ("", _AS_IT_IS)
    for unit, seconds in _SECONDS:
        if length.seconds % seconds == 0:
            return str(length.seconds // seconds), unit
    return "", _AS_IT_IS


def _refused(words: str, name: str) -> Invalid:
    return Invalid("This cannot be kept so.", [Fault("bad_duration", words, name, _HOW)])
