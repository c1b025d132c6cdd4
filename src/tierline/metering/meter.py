"""A meter: how usage events become a number. A changed definition is a new version."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Any, cast

from tierline.kernel.durations import parse_duration
from tierline.kernel.errors import Fault, Invalid
from tierline.metering.event import WORD_LIMIT_CHARACTERS, UsageEvent, is_storable

HALF_HOUR_US = 30 * 60 * 1_000_000
"""Totals are kept by half-hour: every time zone's clock is moved by whole half-hours at most."""
MOST_DECIMALS = 6
_MOST = 10**12
_LARGEST = Decimal(_MOST)
_WHOLE_NUMBERS = {int}
_WRITTEN = re.compile(r"[0-9]{1,13}(\.[0-9]{1,30})?", re.ASCII)
"""A number that is sent as text: digits and a point, no exponent."""


class Aggregation(Enum):
    """What is done with the values of the events in a stretch of time."""

    count = "count"
    sum = "sum"
    duration = "duration"
    """The sum of durations, in seconds: ISO 8601 text or a number of seconds."""
    max = "max"
    latest = "latest"
    unique = "unique"
    """How many different values there are."""
    time_to_value = "time_to_value"
    """From a start to the first event that shows value: of a customer, not of a period."""


ADDITIVE = frozenset({Aggregation.count, Aggregation.sum, Aggregation.duration})
"""Their numbers add up over time, so that totals by half-hour are kept."""

_WITHOUT_VALUE = frozenset({Aggregation.count, Aggregation.time_to_value})


@dataclass(frozen=True, slots=True, kw_only=True)
class Meter:
    """`event_type` is what it counts, `value` the key in the data that it reads (none for `count`),
    `feature` the feature of the catalog whose limit it uses up, if it does.

    A time to value ends with the first event of `event_type`, and begins with the first one of
    `since`, or, without it, where the customer's first contract starts."""

    key: str
    version: int = 1
    event_type: str
    aggregation: Aggregation
    value: str | None = None
    feature: str | None = None
    unit: str = "unit"
    since: str | None = None

    def __post_init__(self) -> None:
        """Raise Invalid where the definition contradicts itself."""
        faults = [*self._faults()]
        if faults:
            raise Invalid(faults[0].message, faults, code="bad_meter")

    def _faults(self) -> Iterator[Fault]:
        if (self.value is None) != (self.aggregation in _WITHOUT_VALUE):
            told = "A meter that counts, or tells a time to value, reads no value; every other one "
            yield Fault("bad_value", f"{told}names the key that it reads.", "value")
        if self.aggregation is Aggregation.time_to_value:
            if self.feature is not None:
                told = "A time to value uses up no feature: it has no number of a period."
                yield Fault("bad_feature", told, "feature", "Leave it out.")
            if self.since == self.event_type:
                yield Fault("bad_since", "It begins and ends with the same type.", "since")
        elif self.since is not None:
            yield Fault("bad_since", "Only a time to value has a start.", "since", "Leave it out.")

    @property
    def is_additive(self) -> bool:
        """Whether its numbers add up over time."""
        return self.aggregation in ADDITIVE

    @property
    def event_types(self) -> tuple[str, ...]:
        """The types of the events that it listens to."""
        return (self.event_type,) if self.since is None else (self.event_type, self.since)

    def counts_like(self, other: Meter) -> bool:
        """Whether the same events come to the same numbers on both."""
        return replace(self, version=1, feature=None, unit="") == replace(
            other, version=1, feature=None, unit=""
        )


Quantity = int | Decimal | str
"""What an event adds to a meter: a number, for `unique` the value itself, and for a time to value
one of the words `STARTED` and `REACHED`."""
STARTED, REACHED = "started", "reached"


def quantities_of(meter: Meter, events: Sequence[UsageEvent]) -> Sequence[Quantity | Invalid]:
    """What each event adds to a meter, or what is wrong with it where it does not say it."""
    if meter.aggregation is Aggregation.count:
        return [1] * len(events)
    if meter.aggregation is Aggregation.time_to_value:
        return [STARTED if event.type == meter.since else REACHED for event in events]
    key = meter.value or ""
    stated = [event.data.get(key) for event in events]
    if meter.aggregation is Aggregation.sum and set(map(type, stated)) == _WHOLE_NUMBERS:
        numbers = cast(list[int], stated)
        if min(numbers) >= 0 and max(numbers) <= _MOST:
            return numbers
    return [_read(meter, each) for each in stated]


def _read(meter: Meter, stated: Any) -> Quantity | Invalid:
    try:
        return _quantity_of(meter, stated)
    except Invalid as error:
        return error


def _quantity_of(meter: Meter, stated: Any) -> Decimal | str:
    if meter.aggregation is Aggregation.unique:
        if isinstance(stated, str | int) and not isinstance(stated, bool):
            word = str(stated)
            if 0 < len(word) <= WORD_LIMIT_CHARACTERS and is_storable(word):
                return word
        raise _wrong(meter, f"a whole number, or text of 1 to {WORD_LIMIT_CHARACTERS} characters")
    if meter.aggregation is Aggregation.duration and isinstance(stated, str):
        return _seconds(meter, stated)
    number = _number(stated)
    if number is None:
        raise _wrong(meter, f"a number from 0 to 10^12 with at most {MOST_DECIMALS} decimals")
    return number


def _seconds(meter: Meter, stated: str) -> Decimal:
    try:
        seconds = parse_duration(stated).elapsed_seconds()
    except Invalid:
        seconds = -1
    if not 0 <= seconds <= _MOST:
        raise _wrong(meter, "a duration such as PT90S, or a number of seconds")
    return Decimal(seconds)


def _number(stated: Any) -> Decimal | None:
    """JSON's numbers; a float as the text that it is written with."""
    if isinstance(stated, bool) or not isinstance(stated, int | float | str):
        return None
    if isinstance(stated, str) and _WRITTEN.fullmatch(stated) is None:
        return None
    try:
        number = Decimal(str(stated))
    except InvalidOperation:
        return None
    if not number.is_finite() or not 0 <= number <= _LARGEST:
        return None
    exponent = number.normalize().as_tuple().exponent
    return number if isinstance(exponent, int) and exponent >= -MOST_DECIMALS else None


def _wrong(meter: Meter, needed: str) -> Invalid:
    fault = Fault("bad_value", f"The meter '{meter.key}' needs {needed}.", f"data.{meter.value}")
    return Invalid("The event cannot be counted.", [fault])
