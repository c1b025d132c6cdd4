"""Counting usage anew from the raw events: to prove what is kept, to repair it, and to follow a
meter that is defined otherwise. It goes by some accounts at once, so that memory stays bounded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

from tierline.actions.occasion import Journal
from tierline.actions.usage import UsageBooks
from tierline.actions.usage_counting import Counted, Counting, KeptEvent
from tierline.metering.recount import (
    NOTHING,
    AccountRange,
    Difference,
    Total,
    TotalName,
    ValueName,
    total_differences,
    total_in_words,
    value_differences,
    value_in_words,
)

if TYPE_CHECKING:
    from tierline.actions.occasion import Occasion
    from tierline.actions.usage_counting import Name, Subjects
    from tierline.metering.meter import Meter

ACCOUNTS_AT_ONCE = 500
ROWS_AT_ONCE = 200_000
"""So many totals and values are held at once, unless a single account has more."""


class RecountReads(Protocol):
    """Raw events, and what was counted of them."""

    def accounts(self, after: str, limit: int) -> Sequence[str]: ...
    def numbers_of_rows(self, within: AccountRange) -> Mapping[str, int]: ...
    def events(
        self, within: AccountRange, event_types: Iterable[str]
    ) -> Iterator[Sequence[KeptEvent]]: ...
    def totals(self, within: AccountRange, meters: Sequence[str]) -> Mapping[TotalName, Total]: ...
    def values(
        self, within: AccountRange, meters: Sequence[str]
    ) -> Mapping[ValueName, Decimal | str]: ...


class RecountRecords(RecountReads, Protocol):
    """The same, where nobody else counts meanwhile."""

    def unfinished(self) -> Mapping[str, str]: ...
    def hold_counting(self) -> None: ...
    def counted(self, meter: Meter, upto: str | None) -> None: ...


class MeterReads(Protocol):
    """The meters."""

    def newest(self) -> tuple[Meter, ...]: ...


class RecountBooks(Protocol):
    """What is needed to compare."""

    @property
    def meters(self) -> MeterReads: ...

    @property
    def usage_recount(self) -> RecountReads: ...


class RepairBooks(UsageBooks, Journal, Protocol):
    """What is needed to repair."""

    @property
    def usage_recount(self) -> RecountRecords: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Recount:
    """Some accounts, counted anew. `checked` is how many totals and values were looked at."""

    within: AccountRange
    checked: int
    totals: tuple[tuple[TotalName, Total, Total], ...]
    """Those that differ: kept, and right."""
    values: tuple[tuple[ValueName, Decimal | str | None, Decimal | str | None], ...]

    def differences(self) -> tuple[Difference, ...]:
        """Each of them, by account, meter and time."""
        found = [
            Difference(*name, total_in_words(kept), total_in_words(right))
            for name, kept, right in self.totals
        ]
        found += [
            Difference(*name[:3], value_in_words(kept), value_in_words(right))
            for name, kept, right in self.values
        ]
        return tuple(sorted(found, key=lambda each: each[:3]))


def recount(
    books: RecountBooks, subjects: Subjects, *, after: str = "", only: str | None = None
) -> Recount:
    """Compare what is kept of the accounts that come `after` one: of as many as fit in memory.
    With `only`, of that meter alone."""
    meters = [meter for meter in books.meters.newest() if only in (None, meter.key)]
    within, accounts = _range(books.usage_recount, after)
    while True:
        is_small = len(accounts) < 2
        try:
            return _compared(books.usage_recount, meters, subjects, within, is_small=is_small)
        except _TooManyRows:
            accounts = accounts[: len(accounts) // 2]
            within = AccountRange(after, accounts[-1])


def repair_usage(
    books: RepairBooks, subjects: Subjects, occasion: Occasion, *, after: str = ""
) -> Recount:
    """The same, and what is kept is made right and told of each account. Nobody counts
    meanwhile."""
    books.usage_recount.hold_counting()
    found = recount(books, subjects, after=after)
    _make_right(books, found)
    differ = Counter(each.account for each in found.differences())
    books.append(
        occasion.fact("UsageRepaired", account, {"differences": number})
        for account, number in sorted(differ.items())
    )
    return found


def count_anew(books: RepairBooks, key: str, subjects: Subjects) -> bool:
    """Let a meter that was defined otherwise count the events of some more accounts that came
    before; whether any are left."""
    books.usage_recount.hold_counting()
    after = books.usage_recount.unfinished().get(key)
    if after is None:
        return False
    found = recount(books, subjects, after=after, only=key)
    _make_right(books, found)
    meter = next(each for each in books.meters.newest() if each.key == key)
    books.usage_recount.counted(meter, found.within.upto)
    return found.within.upto is not None


def _make_right(books: RepairBooks, found: Recount) -> None:
    """Through the ways of all counting, so that limits that this reaches are seen."""
    meters = {meter.key: meter for meter in books.meters.newest()}
    right_by = {
        name: (right[0] - kept[0], right[1] - kept[1]) for name, kept, right in found.totals
    }
    books.usage.count(right_by, meters.values())
    for (account, meter, at, sequence), kept, _ in found.values:
        if kept is not None:
            books.usage.drop_value(account, meters[meter], at, sequence)
    books.usage.keep_values(
        [
            (account, meters[meter], at, sequence, right)
            for (account, meter, at, sequence), _, right in found.values
            if right is not None
        ]
    )


def _range(reads: RecountReads, after: str) -> tuple[AccountRange, list[str]]:
    """The next accounts, as far as what is kept of them fits in memory, and who they are."""
    accounts = list(reads.accounts(after, ACCOUNTS_AT_ONCE))
    is_last = len(accounts) < ACCOUNTS_AT_ONCE
    whole = AccountRange(after, None if is_last else accounts[-1])
    numbers, rows = reads.numbers_of_rows(whole), 0
    for place, account in enumerate(accounts):
        rows += numbers.get(account, 0)
        if rows > ROWS_AT_ONCE and place > 0:
            return AccountRange(after, accounts[place - 1]), accounts[:place]
    return whole, accounts


def _compared(
    reads: RecountReads,
    meters: Sequence[Meter],
    subjects: Subjects,
    within: AccountRange,
    *,
    is_small: bool,
) -> Recount:
    anew = _Anew(meters)
    for events in reads.events(within, {kind for meter in meters for kind in meter.event_types}):
        anew.add(events, subjects)
        if len(anew.totals) + len(anew.values) > 2 * ROWS_AT_ONCE and not is_small:
            raise _TooManyRows
    keys = [meter.key for meter in meters]
    totals, values = reads.totals(within, keys), reads.values(within, keys)
    return Recount(
        within=within,
        checked=len(totals.keys() | anew.totals.keys()) + len(values.keys() | anew.values.keys()),
        totals=tuple(total_differences(totals, anew.totals)),
        values=tuple(value_differences(values, anew.values)),
    )


class _TooManyRows(Exception):
    """More than fit in memory."""


class _Anew:
    """What events come to, in memory: it stands where usage is kept otherwise."""

    def __init__(self, meters: Sequence[Meter]) -> None:
        self._meters = tuple(meters)
        self.totals: dict[TotalName, Total] = {}
        self.values: dict[ValueName, Decimal | str] = {}

    @property
    def meters(self) -> _Anew:
        """By what is counted."""
        return self

    @property
    def usage(self) -> _Anew:
        """Where the counts go."""
        return self

    def add(self, kept: Sequence[KeptEvent], subjects: Subjects) -> None:
        """Count some events."""
        counting = Counting(self, subjects, is_exact=True)
        events = [each.event for each in kept]
        counted = Counted(events, [each.account for each in kept], [e.sequence for e in kept])
        counting.count(counted, counting.read(events)[0])

    def to_count(self) -> tuple[Meter, ...]:
        """Those that are counted anew."""
        return self._meters

    def events(self, names: Iterable[Name]) -> Mapping[Name, KeptEvent]:
        """None: what was corrected is not read in the first place."""
        del names
        return {}

    def count(self, totals: Mapping[TotalName, Total], meters: Iterable[Meter]) -> None:
        """Add to the totals."""
        del meters
        for name, (quantity, events) in totals.items():
            before = self.totals.get(name, NOTHING)
            self.totals[name] = before[0] + quantity, before[1] + events

    def keep_values(self, values: Sequence[tuple[str, Meter, int, int, Decimal | str]]) -> None:
        """Keep values."""
        for account, meter, at, sequence, value in values:
            self.values[account, meter.key, at, sequence] = value

    def drop_value(self, account: str, meter: Meter, at: int, sequence: int) -> None:
        """Take one back."""
        self.values.pop((account, meter.key, at, sequence), None)
