"""What is kept of usage against what the raw events come to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple

TotalName = tuple[str, str, int]
"""Account, meter and half-hour."""
ValueName = tuple[str, str, int, int]
"""Account, meter, instant and sequence number."""
Total = tuple[Decimal, int]
"""A quantity, and of how many events."""
NOTHING: Total = Decimal(0), 0
"""What a total of events that were all corrected comes to, and one that is not kept."""


class AccountRange(NamedTuple):
    """Accounts whose ids come after `after`, up to and with `upto`; None: to the last one."""

    after: str
    upto: str | None


class Difference(NamedTuple):
    """Where what is kept is not what the raw events come to. `at` is the half-hour of a total, or
    the instant of a value, in microseconds; None is nothing at all."""

    account: str
    meter: str
    at: int
    stored: str | None
    recomputed: str | None


def total_differences(
    stored: Mapping[TotalName, Total], recomputed: Mapping[TotalName, Total]
) -> Iterator[tuple[TotalName, Total, Total]]:
    """Each total that differs, with what is kept and what it should be."""
    for name in sorted(stored.keys() | recomputed.keys()):
        kept, right = stored.get(name, NOTHING), recomputed.get(name, NOTHING)
        if kept != right:
            yield name, kept, right


def value_differences(
    stored: Mapping[ValueName, Decimal | str], recomputed: Mapping[ValueName, Decimal | str]
) -> Iterator[tuple[ValueName, Decimal | str | None, Decimal | str | None]]:
    """The same of values that do not add up."""
    for name in sorted(stored.keys() | recomputed.keys()):
        kept, right = stored.get(name), recomputed.get(name)
        if kept != right:
            yield name, kept, right


def total_in_words(total: Total) -> str | None:
    """`12.5 of 3 events`; None for nothing."""
    quantity, events = total
    if total == NOTHING:
        return None
    return f"{quantity.normalize():f} of {events} {'event' if events == 1 else 'events'}"


def value_in_words(value: Decimal | str | None) -> str | None:
    """A number without zeros that say nothing, or the word."""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else value
