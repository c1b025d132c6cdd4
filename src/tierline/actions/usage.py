"""Recording usage: each event of a batch counts once, and has a result of its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

from tierline.kernel.errors import Conflict, Fault, Invalid
from tierline.kernel.instants import to_micros
from tierline.metering.event import UsageEvent
from tierline.metering.meter import HALF_HOUR_US, Meter, quantity_of
from tierline.metering.quality import Fate, Result, is_from_the_future, noted
from tierline.metering.sequence import STEP, Sequences

if TYPE_CHECKING:
    from tierline.actions.occasion import Occasion

ADOPTED_AT_ONCE = 1_000
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
    results: list[Result | None] = [None] * len(sent)
    places, events, accounts = [], [], []
    for place, each in enumerate(sent):
        refusal = counting.refusal(each, received_at)
        if refusal is not None or isinstance(each, Invalid):
            results[place] = refusal
            continue
        places.append(place)
        events.append(each)
        accounts.append(counting.account(each.subject))
    _refuse_wrong_corrections(books, events, places, results)
    taken = [n for n, place in enumerate(places) if results[place] is None]
    events, accounts = [events[n] for n in taken], [accounts[n] for n in taken]
    places = [places[n] for n in taken]
    first = sequences.take(len(events), received_at)
    new = books.usage.add(events, accounts, first=first, received_at=received_at)
    accepted = [(events[n], accounts[n]) for n in sorted(new)]
    counting.count(
        [
            (first + n * STEP, account, event)
            for n, (event, account) in zip(sorted(new), accepted, strict=True)
        ]
    )
    _judge_old(books, events, new, places, results)
    for n in new:
        event = events[n]
        results[places[n]] = Result(Fate.accepted, event.source, event.id)
    done = [result for result in results if result is not None]
    books.usage.note_quality(noted(done, accepted, received_at))
    return done


def adopt_usage(books: UsageBooks, subject: str, account: str, subjects: Subjects) -> int:
    """Count the events of a subject that has become known as an account's; how many."""
    found = books.usage.unknown_of(subject, ADOPTED_AT_ONCE)
    books.usage.adopt([each.sequence for each in found], account)
    _Counting(books, subjects).count([(each.sequence, account, each.event) for each in found])
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
        self._accounts: dict[str, str | None] = {}
        self._anchors: dict[str, int] = {}

    def account(self, subject: str) -> str | None:
        """The account that a subject stands for, looked up once a batch."""
        try:
            return self._accounts[subject]
        except KeyError:
            found = self._accounts[subject] = self._subjects.account_of_subject(subject)
            return found

    def refusal(self, each: UsageEvent | Invalid, received_at: int) -> Result | None:
        """Why an event is not taken; None where it is."""
        if isinstance(each, Invalid):
            return Result(Fate.refused, reason=each.message, faults=each.faults)
        try:
            for meter in self._by_type.get(each.type, ()):
                quantity_of(meter, each)
        except Invalid as error:
            return _refused(each, error)
        if is_from_the_future(each, received_at):
            told = "The time lies more than a day ahead. Set the sender's clock."
            fault = Fault("from_the_future", told, "time")
            return _refused(each, Invalid("The event is from the future.", [fault]))
        return None

    def count(self, counted: Sequence[tuple[int, str | None, UsageEvent]]) -> None:
        """Add events (sequence, account, event) to the totals, and take out what they correct."""
        totals: dict[tuple[str, str, int], list[Decimal | int]] = {}
        values: list[tuple[str, Meter, int, int, Decimal | str]] = []
        corrections = []
        for sequence, account, event in counted:
            if event.corrects is not None:
                corrections.append(event)
            if account is None:
                continue
            for meter in self._by_type.get(event.type, ()):
                quantity = quantity_of(meter, event)
                if meter.is_additive and not isinstance(quantity, str):
                    self._add(totals, (account, meter.key, event.at), quantity, 1)
                else:
                    values.append((account, meter, event.at, sequence, quantity))
        self._take_back(totals, corrections)
        self._usage.count(
            {key: (Decimal(sum_), int(events)) for key, (sum_, events) in totals.items()},
            self._meters,
        )
        self._usage.keep_values(values)

    def _add(
        self,
        totals: dict[tuple[str, str, int], list[Decimal | int]],
        of: tuple[str, str, int],
        quantity: Decimal,
        events: int,
    ) -> None:
        account, meter, at = of
        start = at - (at - self._anchor(account, at)) % HALF_HOUR_US
        total = totals.setdefault((account, meter, start), [Decimal(0), 0])
        total[0] += quantity
        total[1] += events

    def _anchor(self, account: str, at: int) -> int:
        found = self._anchors.get(account)
        if found is None:
            found = self._anchors[account] = self._subjects.anchor_of(account, at)
        return found

    def _take_back(
        self,
        totals: dict[tuple[str, str, int], list[Decimal | int]],
        corrections: Sequence[UsageEvent],
    ) -> None:
        """What is corrected no longer counts."""
        if not corrections:
            return
        names = [(event.source, event.corrects or "") for event in corrections]
        for old in self._usage.events(names).values():
            if old.account is None:
                continue
            for meter in self._by_type.get(old.event.type, ()):
                quantity = quantity_of(meter, old.event)
                if meter.is_additive and not isinstance(quantity, str):
                    self._add(totals, (old.account, meter.key, old.event.at), -quantity, -1)
                else:
                    self._usage.drop_value(old.account, meter, old.event.at, old.sequence)


def _refuse_wrong_corrections(
    books: UsageBooks,
    events: Sequence[UsageEvent],
    places: Sequence[int],
    results: list[Result | None],
) -> None:
    """A correction needs an event to correct, and an event is corrected once; what is corrected
    again is the correction. The same correction sent again is judged like every old event."""
    stated = {(event.source, event.corrects or "") for event in events if event.corrects}
    if not stated:
        return
    there, done = books.usage.events(stated), books.usage.corrected(stated)
    known = books.usage.known([(event.source, event.id) for event in events if event.corrects])
    for event, place in zip(events, places, strict=True):
        name = event.source, event.corrects or ""
        if event.corrects is None or (event.source, event.id) in known:
            continue
        if name not in there:
            told = f"There is no event '{event.corrects}' of this source to correct."
        elif name in done:
            told = f"The event '{event.corrects}' was corrected already; correct the correction."
        else:
            done = {*done, name}
            continue
        results[place] = Result(
            Fate.conflict,
            event.source,
            event.id,
            told,
            (Fault("bad_correction", told, "corrects"),),
        )


def _judge_old(
    books: UsageBooks,
    events: Sequence[UsageEvent],
    new: set[int],
    places: Sequence[int],
    results: list[Result | None],
) -> None:
    """Tell the same event sent again from another one under its name."""
    old = [n for n in range(len(events)) if n not in new]
    if not old:
        return
    digests = books.usage.known([(events[n].source, events[n].id) for n in old])
    for n in old:
        event = events[n]
        if digests.get((event.source, event.id)) == event.digest:
            results[places[n]] = Result(Fate.duplicate, event.source, event.id)
        else:
            told = "Another event has this source and id. Send this one under an id of its own."
            results[places[n]] = Result(Fate.conflict, event.source, event.id, told)


def _refused(event: UsageEvent, error: Invalid) -> Result:
    return Result(Fate.refused, event.source, event.id, error.message, error.faults)
