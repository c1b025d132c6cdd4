"""What usage events come to on the meters that listen to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple, Protocol

from tierline.kernel.errors import Invalid
from tierline.metering.event import UsageEvent
from tierline.metering.meter import HALF_HOUR_US, Meter, Quantity, quantities_of

Name = tuple[str, str]
"""Source and id of an event."""
Totals = dict[tuple[str, str, int], list[Any]]
"""Quantity and number of events by account, meter and half-hour."""


class KeptEvent(Protocol):
    """An event as it stands in the records."""

    @property
    def sequence(self) -> int: ...
    @property
    def account(self) -> str | None: ...
    @property
    def event(self) -> UsageEvent: ...


class Subjects(Protocol):
    """Who is meant by the subject of an event, and where that account's periods begin."""

    def account_of_subject(self, subject: str) -> str | None: ...
    def anchor_of(self, account: str, at: int) -> int: ...


class Reading(NamedTuple):
    """What a meter read of those events of a batch that it listens to: their places, and what
    each adds."""

    meter: Meter
    places: Sequence[int]
    quantities: Sequence[Quantity]


@dataclass(frozen=True, slots=True)
class Counted:
    """Events that count, with their accounts and sequence numbers."""

    events: Sequence[UsageEvent]
    accounts: Sequence[str | None]
    sequences: Sequence[int]

    def only(self, places: Sequence[int]) -> Counted:
        """Some of them."""
        return Counted(
            [self.events[n] for n in places],
            [self.accounts[n] for n in places],
            [self.sequences[n] for n in places],
        )


class CountingMeters(Protocol):
    """By what is counted."""

    def to_count(self) -> tuple[Meter, ...]: ...


class Counts(Protocol):
    """Where counts go."""

    def events(self, names: Iterable[Name]) -> Mapping[Name, KeptEvent]: ...
    def count(
        self, totals: Mapping[tuple[str, str, int], tuple[Decimal, int]], meters: Iterable[Meter]
    ) -> None: ...
    def keep_values(self, values: Sequence[tuple[str, Meter, int, int, Decimal | str]]) -> None: ...
    def drop_value(self, account: str, meter: Meter, at: int, sequence: int) -> None: ...


class CountBooks(Protocol):
    """What counting needs."""

    @property
    def meters(self) -> CountingMeters: ...
    @property
    def usage(self) -> Counts: ...


class Counting:
    """What the events of a batch come to on the meters that listen to their types. It works by
    columns: a step for each event and meter is paid a hundred thousand times a second.

    An account's half-hours are looked up once a batch; where it `is_exact`, for each event, as is
    right for an account whose contracts begin at odd minutes that differ."""

    def __init__(self, books: CountBooks, subjects: Subjects, *, is_exact: bool = False) -> None:
        self._usage = books.usage
        self._is_exact = is_exact
        self._subjects = subjects
        self._meters = books.meters.to_count()
        self._by_type: dict[str, list[Meter]] = defaultdict(list)
        for meter in self._meters:
            for event_type in meter.event_types:
                self._by_type[event_type].append(meter)
        self._accounts: dict[str, str | None] = {}
        self._anchors: dict[str, int] = {}

    def accounts(self, events: Sequence[UsageEvent]) -> list[str | None]:
        """The accounts of events; each subject is looked up once a batch."""
        known = self._accounts
        for subject in {event.subject for event in events} - known.keys():
            known[subject] = self._subjects.account_of_subject(subject)
        return [known[event.subject] for event in events]

    def read(self, events: Sequence[UsageEvent]) -> tuple[list[Reading], dict[int, Invalid]]:
        """What each meter reads, and by place what is wrong with the events that one of them
        cannot read: those are left out of its reading."""
        by_type: dict[str, list[int]] = defaultdict(list)
        for n, event in enumerate(events):
            by_type[event.type].append(n)
        readings, wrong = [], dict[int, Invalid]()
        for event_type, places in by_type.items():
            for meter in self._by_type.get(event_type, ()):
                read = quantities_of(meter, [events[n] for n in places])
                faulty = {n: q for n, q in zip(places, read, strict=True) if isinstance(q, Invalid)}
                wrong |= faulty
                readings.append(_reading(meter, places, read, faulty))
        return readings, wrong

    def count(
        self,
        counted: Counted,
        readings: Iterable[Reading],
        corrections: Sequence[UsageEvent] = (),
    ) -> None:
        """Add events to the totals, and take out what was corrected."""
        totals: Totals = {}
        values: list[tuple[str, Meter, int, int, Decimal | str]] = []
        for reading in readings:
            if reading.meter.is_additive:
                self._add(totals, counted, reading)
            else:
                values += _values(counted, reading)
        self._take_back(totals, corrections)
        self._usage.count(
            {key: (Decimal(total[0]), total[1]) for key, total in totals.items()}, self._meters
        )
        self._usage.keep_values(values)

    def _add(self, totals: Totals, counted: Counted, reading: Reading) -> None:
        events, accounts, anchors = counted.events, counted.accounts, self._anchors
        meter, places, quantities = reading
        key = meter.key
        for n, quantity in zip(places, quantities, strict=True):
            account = accounts[n]
            if account is None:
                continue
            at = events[n].at
            anchor = anchors.get(account)
            if anchor is None:
                anchor = self._anchor(account, at)
            name = account, key, at - (at - anchor) % HALF_HOUR_US
            total = totals.get(name)
            if total is None:
                totals[name] = [quantity, 1]
            else:
                total[0] += quantity
                total[1] += 1

    def _anchor(self, account: str, at: int) -> int:
        found = self._anchors.get(account)
        if found is None:
            found = self._subjects.anchor_of(account, at)
            if not self._is_exact:
                self._anchors[account] = found
        return found

    def _take_back(self, totals: Totals, corrections: Sequence[UsageEvent]) -> None:
        """What is corrected no longer counts."""
        if not corrections:
            return
        names = [(event.source, event.corrects or "") for event in corrections]
        for old in self._usage.events(names).values():
            if old.account is None:
                continue
            at = old.event.at
            for meter, _, quantities in self.read([old.event])[0]:
                if not quantities:
                    continue
                if meter.is_additive:
                    start = at - (at - self._anchor(old.account, at)) % HALF_HOUR_US
                    total = totals.setdefault((old.account, meter.key, start), [0, 0])
                    total[0] -= quantities[0]
                    total[1] -= 1
                else:
                    self._usage.drop_value(old.account, meter, at, old.sequence)


def _reading(
    meter: Meter,
    places: Sequence[int],
    read: Sequence[Quantity | Invalid],
    faulty: Mapping[int, Invalid],
) -> Reading:
    """The reading without the events that the meter cannot read."""
    quantities = [quantity for quantity in read if not isinstance(quantity, Invalid)]
    return Reading(
        meter, places if not faulty else [n for n in places if n not in faulty], quantities
    )


def _values(
    counted: Counted, reading: Reading
) -> Iterator[tuple[str, Meter, int, int, Decimal | str]]:
    """What is kept of a meter that does not add up: account, meter, instant, sequence, value."""
    for n, quantity in zip(reading.places, reading.quantities, strict=True):
        account = counted.accounts[n]
        if account is not None:
            value = quantity if isinstance(quantity, str) else Decimal(quantity)
            yield account, reading.meter, counted.events[n].at, counted.sequences[n], value
