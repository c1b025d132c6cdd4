"""Recording usage: each event of a batch counts once, and has a result of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

from tierline.actions.usage_counting import Counted, Counting, KeptEvent, Name, Reading, Subjects
from tierline.kernel.errors import Conflict, Fault, Invalid
from tierline.kernel.instants import to_micros
from tierline.metering.event import UsageEvent
from tierline.metering.meter import Meter
from tierline.metering.quality import REFUSED_AFTER_US, Fate, Result, noted
from tierline.metering.sequence import STEP, Sequences

if TYPE_CHECKING:
    from tierline.actions.occasion import Occasion

ADOPTED_AT_ONCE = 1_000
_ACCEPTED = Fate.accepted  # a member is looked up by a function of Python's, each time


class Meters(Protocol):
    """What counts usage."""

    def newest(self) -> tuple[Meter, ...]: ...
    def to_count(self) -> tuple[Meter, ...]: ...
    def define(self, meter: Meter, *, defined_at: datetime, is_counted: bool) -> None: ...


class Usage(Protocol):
    """The usage that there is."""

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


class UsageQuality(Protocol):
    """What is known of the quality of each source."""

    def note(self, noted: Mapping[tuple[str, int], Mapping[str, int]]) -> None: ...


class UsageBooks(Protocol):
    """What the actions of this module need."""

    @property
    def meters(self) -> Meters: ...
    @property
    def usage(self) -> Usage: ...
    @property
    def usage_quality(self) -> UsageQuality: ...


def define_meter(books: UsageBooks, meter: Meter, occasion: Occasion) -> Meter:
    """Define a meter. The same definition again changes nothing; another one is a new version,
    and must say so by the next number. Where it counts otherwise, what came before has to be
    counted anew (`usage_recount.count_anew`)."""
    newest = {each.key: each for each in books.meters.newest()}.get(meter.key)
    if newest == meter:
        return meter
    expected = 1 if newest is None else newest.version + 1
    if meter.version != expected:
        raise Conflict(
            f"The next version of the meter '{meter.key}' is {expected}, not {meter.version}.",
            code="meter_version",
        )
    is_counted = newest is not None and newest.counts_like(meter)
    books.meters.define(meter, defined_at=occasion.now, is_counted=is_counted)
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
    counting = Counting(books, subjects)
    results: list[Result | None] = [None] * len(sent)
    places = _sound(sent, received_at, results)
    events, places, readings = _readable(books, sent, places, counting, results)
    accounts = counting.accounts(events)
    first = sequences.take(len(events), received_at)
    new = books.usage.add(events, accounts, first=first, received_at=received_at)
    for n, (place, event) in enumerate(zip(places, events, strict=True)):
        if n in new:
            results[place] = Result(_ACCEPTED, event.source, event.id)
    taken = Counted(events, accounts, range(first, first + len(events) * STEP, STEP))
    if len(new) < len(events):
        old = [n for n in range(len(events)) if n not in new]
        _judge_old(books, [(events[n], places[n]) for n in old], results)
        taken = taken.only(sorted(new))
        readings, _ = counting.read(taken.events)
    corrections = [event for event in taken.events if event.corrects is not None]
    counting.count(taken, readings, corrections)
    done = [result for result in results if result is not None]
    books.usage_quality.note(noted(done, taken.events, taken.accounts, received_at))
    return done


def _sound(
    sent: Sequence[UsageEvent | Invalid], received_at: int, results: list[Result | None]
) -> list[int]:
    """The places of the events that could be read and are not from the future."""
    latest = received_at + REFUSED_AFTER_US
    places = []
    for place, each in enumerate(sent):
        if isinstance(each, Invalid):
            results[place] = Result(Fate.refused, reason=each.message, faults=each.faults)
        elif each.at > latest:
            results[place] = _refused(each, _FROM_THE_FUTURE)
        else:
            places.append(place)
    return places


_FROM_THE_FUTURE = Invalid(
    "The event is from the future.",
    [
        Fault(
            "from_the_future",
            "The time lies more than a day ahead. Set the sender's clock.",
            "time",
        )
    ],
)


def _refused(event: UsageEvent, error: Invalid) -> Result:
    return Result(Fate.refused, event.source, event.id, error.message, error.faults)


def _readable(
    books: UsageBooks,
    sent: Sequence[UsageEvent | Invalid],
    places: list[int],
    counting: Counting,
    results: list[Result | None],
) -> tuple[list[UsageEvent], list[int], list[Reading]]:
    """The events that every meter of theirs can read and that correct nothing wrongly, their
    places, and what the meters read."""
    events = [each for place in places if isinstance(each := sent[place], UsageEvent)]
    readings, wrong = counting.read(events)
    for n, error in wrong.items():
        results[places[n]] = _refused(events[n], error)
    if any(event.corrects is not None for event in events):
        sound = [(events[n], places[n]) for n in range(len(events)) if n not in wrong]
        _refuse_wrong_corrections(books, sound, results)
    left = [place for place in places if results[place] is None]
    if len(left) == len(places):
        return events, places, readings
    events = [each for place in left if isinstance(each := sent[place], UsageEvent)]
    return events, left, counting.read(events)[0]


def adopt_usage(books: UsageBooks, subject: str, account: str, subjects: Subjects) -> int:
    """Count the events of a subject that has become known as an account's; how many there were, at
    most `ADOPTED_AT_ONCE`. What was corrected meanwhile stays uncounted."""
    found = books.usage.unknown_of(subject, ADOPTED_AT_ONCE)
    books.usage.adopt([each.sequence for each in found], account)
    gone = books.usage.corrected([(each.event.source, each.event.id) for each in found])
    kept = [each for each in found if (each.event.source, each.event.id) not in gone]
    counting = Counting(books, subjects)
    events = [each.event for each in kept]
    adopted = Counted(events, [account] * len(kept), [each.sequence for each in kept])
    counting.count(adopted, counting.read(events)[0])
    return len(found)


def _refuse_wrong_corrections(
    books: UsageBooks, taken: Sequence[tuple[UsageEvent, int]], results: list[Result | None]
) -> None:
    """A correction needs an event to correct, and an event is corrected once; what is corrected
    again is the correction. The same correction sent again is judged like every old event."""
    corrections = [(event, place) for event, place in taken if event.corrects is not None]
    stated = {(event.source, event.corrects or "") for event, _ in corrections}
    there, done = books.usage.events(stated), books.usage.corrected(stated)
    known = books.usage.known([(event.source, event.id) for event, _ in corrections])
    for event, place in corrections:
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


def _judge_old(
    books: UsageBooks, old: Sequence[tuple[UsageEvent, int]], results: list[Result | None]
) -> None:
    """Tell the same event sent again from another one under its name."""
    digests = books.usage.known([(event.source, event.id) for event, _ in old])
    for event, place in old:
        if digests.get((event.source, event.id)) == event.digest:
            results[place] = Result(Fate.duplicate, event.source, event.id)
        else:
            told = "Another event has this source and id. Send this one under an id of its own."
            results[place] = Result(Fate.conflict, event.source, event.id, told)
