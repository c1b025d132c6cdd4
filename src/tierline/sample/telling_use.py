"""Telling a year of use: every batch is recorded at the moment at which it came in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from tierline.actions.usage import UsageBooks, define_meter, record_usage
from tierline.actions.usage_counting import Subjects
from tierline.kernel.instants import to_micros
from tierline.metering.event import UsageEvent
from tierline.metering.sequence import Sequences
from tierline.sample.meters import DEFINED_AT, METERS

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from tierline.actions.occasion import Occasion
    from tierline.kernel.ids import Randomness
    from tierline.sample.delivery import Batch
    from tierline.sample.usage import Use

    Moment = Callable[[datetime], Occasion]


def define_meters(books: UsageBooks, moment: Moment) -> None:
    """Define what is counted."""
    for meter in METERS:
        define_meter(books, meter, moment(DEFINED_AT))


def tell_use(
    books: UsageBooks,
    batches: Iterable[Batch],
    *,
    accounts: Mapping[str, str],
    subjects: Subjects,
    moment: Moment,
    randomness: Randomness,
) -> None:
    """Record batches. `accounts` are ids by name."""
    sequences = Sequences(randomness)
    for batch in batches:
        events = [_event(use, accounts[use.account]) for use in batch.uses]
        record_usage(books, events, subjects, sequences, moment(batch.received_at))


def _event(use: Use, account: str) -> UsageEvent:
    return UsageEvent(
        source=use.source,
        id=use.id,
        type=use.type,
        subject=account,
        at=to_micros(use.at),
        data=dict(use.data),
    ).with_digest()
