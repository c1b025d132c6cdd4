"""Recording usage: each event of a batch counts once, and has a result of its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from tierline.kernel.errors import Conflict, Fault, Invalid
from tierline.kernel.instants import to_micros
from tierline.metering.event import UsageEvent
from tierline.metering.meter import HALF_HOUR_US, Meter, quantity_of
from tierline.metering.quality import REFUSED_AFTER_US, Fate, Result, noted
from tierline.metering.sequence import STEP, Sequences

if TYPE_CHECKING:
    from tierline.actions.occasion import Occasion

ADOPTED_AT_ONCE = 1_000
Totals = dict[tuple[str, str, int], list[Any]]
"""Quantity and number of events by account, meter and half-hour."""
_NOTHING = Decimal(0)
_ACCEPTED = Fate.accepted  # a member is looked up by a function of Python's, each time
Name = tuple[str, str]
"""Source and id of an event."""


class KeptEvent(Protocol):
    """An event as it stands in the records."""

    @property
    def sequence(self) -> int: ...
    @property
    def account(self) -> str | None: ...
    @property
    def event(self) -> UsageEvent: ...


class Usage(Protocol):
    """The usage that there is."""

    def meters(self) -> tuple[Meter, ...]: ...
    def define(self, meter: Meter, *, defined_at: datetime) -> None: ...
    def known(self, names: Iterable[Name]) -> dict[Name, str]: ...
    def events(self, names: Iterable[Name]) -> Mapping[Name, KeptEvent]: ...
    def corrected(self, names: Iterable[Name]) -> set[Name]: ...
    def unknown_of(self, subject: str, limit: int) -> Sequence[KeptEvent]: ...
    def add(
        self,
        events: Sequence[UsageEvent],
        accounts: Sequence[str | None],
        *,
        first: int,
        received_at: int,
    ) -> set[int]: ...
    def count(
        self, totals: Mapping[tuple[str, str, int], tuple[Decimal, int]], meters: Iterable[Meter]
    ) -> None: ...
    def keep_values(self, values: Sequence[tuple[str, Meter, int, int, Decimal | str]]) -> None: ...
    def drop_value(self, account: str, meter: Meter, at: int, sequence: int) -> None: ...
    def adopt(self, sequences: Sequence[int], account: str) -> None: ...
    def note_quality(self, noted: Mapping[tuple[str, int], Mapping[str, int]]) -> None: ...


class UsageBooks(Protocol):
    """What the actions of this module need."""

    @property
    def usage(self) -> Usage: ...


class Subjects(Protocol):
    """Who is meant by the subject of an event, and where that account's periods begin."""

    def account_of_subject(self, subject: str) -> str | None: ...
    def anchor_of(self, account: str, at: int) -> int: ...


def define_meter(books: UsageBooks, meter: Meter, occasion: Occasion) -> Meter:
    """Define a meter. The same definition again changes nothing; another one is a new version,
    and must say so by the next number."""
    newest = {each.key: each for each in books.usage.meters()}.get(meter.key)
    if newest == meter:
        return meter
    expected = 1 if newest is None else newest.version + 1
    if meter.version != expected:
        raise Conflict(
            f"The next version of the meter '{meter.key}' is {expected}, not {meter.version}.",
            code="meter_version",
        )
    books.usage.define(meter, defined_at=occasion.now)
    return meter


def record_usage(
    books: UsageBooks,
    sent: Sequence[UsageEvent | Invalid],
    subjects: Subjects,
    sequences: Sequences,
    occasion: Occasion,
) -> list[Result]:
    """Write the events that are new, count them, and say of each what became of it. What could not
    be read is refused, and refuses nothing else."""
    received_at = to_micros(occasion.now)
    counting = _Counting(books, subjects)
    results, taken = _judged(books, sent, counting, received_at)
    events = [each.event for each in taken]
    accounts = counting.accounts(taken)
    first = sequences.take(len(events), received_at)
    new = books.usage.add(events, accounts, first=first, received_at=received_at)
    counted, accepted, old = [], [], []
    for n, each in enumerate(taken):
        if n not in new:
            old.append(each)
            continue
        event, place, _ = each
        counted.append((first + n * STEP, accounts[n], each))
        accepted.append((event, accounts[n]))
        results[place] = Result(_ACCEPTED, event.source, event.id)
    counting.count(counted, [event for event, _ in accepted if event.corrects is not None])
    _judge_old(books, old, results)
    done = [result for result in results if result is not None]
    books.usage.note_quality(noted(done, accepted, received_at))
    return done


class _Taken(NamedTuple):
    """An event that is sound, its place in the batch, and what it comes to on each meter."""

    event: UsageEvent
    place: int
    quantities: list[tuple[Meter, Decimal | str]]


def _judged(
    books: UsageBooks,
    sent: Sequence[UsageEvent | Invalid],
    counting: _Counting,
    received_at: int,
) -> tuple[list[Result | None], list[_Taken]]:
    """The results of those that are not taken, and those that are."""
    results: list[Result | None] = [None] * len(sent)
    taken: list[_Taken] = []
    latest = received_at + REFUSED_AFTER_US
    corrects = False
    for place, each in enumerate(sent):
        if isinstance(each, Invalid):
            results[place] = Result(Fate.refused, reason=each.message, faults=each.faults)
            continue
        try:
            if each.at > latest:
                _refuse_future()
            quantities = [(meter, quantity_of(meter, each)) for meter in counting.meters(each.type)]
            taken.append(_Taken(each, place, quantities))
            corrects = corrects or each.corrects is not None
        except Invalid as error:
            results[place] = Result(Fate.refused, each.source, each.id, error.message, error.faults)
    if corrects:
        _refuse_wrong_corrections(books, taken, results)
        taken = [each for each in taken if results[each.place] is None]
    return results, taken


def _refuse_future() -> None:
    told = "The time lies more than a day ahead. Set the sender's clock."
    fault = Fault("from_the_future", told, "time")
    raise Invalid("The event is from the future.", [fault])


def adopt_usage(books: UsageBooks, subject: str, account: str, subjects: Subjects) -> int:
    """Count the events of a subject that has become known as an account's; how many there were, at
    most `ADOPTED_AT_ONCE`. What was corrected meanwhile stays uncounted."""
    found = books.usage.unknown_of(subject, ADOPTED_AT_ONCE)
    books.usage.adopt([each.sequence for each in found], account)
    gone = books.usage.corrected([(each.event.source, each.event.id) for each in found])
    counting = _Counting(books, subjects)
    counting.count(
        [
            (each.sequence, account, _Taken(each.event, 0, counting.kept_quantities(each.event)))
            for each in found
            if (each.event.source, each.event.id) not in gone
        ]
    )
    return len(found)


class _Counting:
    """What an event comes to on each meter that listens to its type."""

    def __init__(self, books: UsageBooks, subjects: Subjects) -> None:
        self._usage = books.usage
        self._subjects = subjects
        self._meters = books.usage.meters()
        self._by_type: dict[str, list[Meter]] = defaultdict(list)
        for meter in self._meters:
            self._by_type[meter.event_type].append(meter)
        self._adding = {meter.key for meter in self._meters if meter.is_additive}
        self._accounts: dict[str, str | None] = {}
        self._anchors: dict[str, int] = {}

    def accounts(self, taken: Sequence[_Taken]) -> list[str | None]:
        """The accounts of events; each subject is looked up once a batch."""
        known = self._accounts
        for subject in {each.event.subject for each in taken} - known.keys():
            known[subject] = self._subjects.account_of_subject(subject)
        return [known[each.event.subject] for each in taken]

    def meters(self, event_type: str) -> Sequence[Meter]:
        """The meters that listen to a type."""
        return self._by_type.get(event_type, ())

    def kept_quantities(self, event: UsageEvent) -> list[tuple[Meter, Decimal | str]]:
        """The same of an event that was taken long ago: a meter that is newer may not read it."""
        found = []
        for meter in self._by_type.get(event.type, ()):
            with suppress(Invalid):
                found.append((meter, quantity_of(meter, event)))
        return found

    def count(
        self,
        counted: Sequence[tuple[int, str | None, _Taken]],
        corrections: Sequence[UsageEvent] = (),
    ) -> None:
        """Add events (sequence, account, event) to the totals, and take out what was corrected."""
        totals: Totals = {}
        values: list[tuple[str, Meter, int, int, Decimal | str]] = []
        adding, anchor_of = self._adding, self._anchor
        for sequence, account, (event, _, quantities) in counted:
            if account is None:
                continue
            for meter, quantity in quantities:
                if meter.key in adding:
                    start = event.at - (event.at - anchor_of(account, event.at)) % HALF_HOUR_US
                    total = totals.setdefault((account, meter.key, start), [_NOTHING, 0])
                    total[0] += quantity
                    total[1] += 1
                else:
                    values.append((account, meter, event.at, sequence, quantity))
        self._take_back(totals, corrections)
        self._usage.count(
            {key: (total[0], total[1]) for key, total in totals.items()}, self._meters
        )
        self._usage.keep_values(values)

    def _anchor(self, account: str, at: int) -> int:
        found = self._anchors.get(account)
        if found is None:
            found = self._anchors[account] = self._subjects.anchor_of(account, at)
        return found

    def _take_back(self, totals: Totals, corrections: Sequence[UsageEvent]) -> None:
        """What is corrected no longer counts."""
        if not corrections:
            return
        names = [(event.source, event.corrects or "") for event in corrections]
        for old in self._usage.events(names).values():
            if old.account is None:
                continue
            for meter, quantity in self.kept_quantities(old.event):
                if isinstance(quantity, Decimal) and meter.key in self._adding:
                    at = old.event.at
                    start = at - (at - self._anchor(old.account, at)) % HALF_HOUR_US
                    total = totals.setdefault((old.account, meter.key, start), [_NOTHING, 0])
                    total[0] -= quantity
                    total[1] -= 1
                else:
                    self._usage.drop_value(old.account, meter, old.event.at, old.sequence)


def _refuse_wrong_corrections(
    books: UsageBooks, taken: Sequence[_Taken], results: list[Result | None]
) -> None:
    """A correction needs an event to correct, and an event is corrected once; what is corrected
    again is the correction. The same correction sent again is judged like every old event."""
    corrections = [each for each in taken if each.event.corrects is not None]
    stated = {(each.event.source, each.event.corrects or "") for each in corrections}
    there, done = books.usage.events(stated), books.usage.corrected(stated)
    known = books.usage.known([(each.event.source, each.event.id) for each in corrections])
    for event, place, _ in corrections:
        name = event.source, event.corrects or ""
        if (event.source, event.id) in known:
            continue
        if name not in there:
            told = f"There is no event '{event.corrects}' of this source to correct."
        elif name in done:
            told = f"The event '{event.corrects}' was corrected already; correct the correction."
        else:
            done = {*done, name}
            continue
        fault = Fault("bad_correction", told, "corrects")
        results[place] = Result(Fate.conflict, event.source, event.id, told, (fault,))


def _judge_old(books: UsageBooks, old: Sequence[_Taken], results: list[Result | None]) -> None:
    """Tell the same event sent again from another one under its name."""
    if not old:
        return
    digests = books.usage.known([(each.event.source, each.event.id) for each in old])
    for event, place, _ in old:
        if digests.get((event.source, event.id)) == event.digest:
            results[place] = Result(Fate.duplicate, event.source, event.id)
        else:
            told = "Another event has this source and id. Send this one under an id of its own."
            results[place] = Result(Fate.conflict, event.source, event.id, told)
