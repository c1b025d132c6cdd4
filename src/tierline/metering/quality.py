"""What is worth knowing of an event beside what it counts: late, or by a clock that is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from enum import Enum
from typing import NamedTuple

from tierline.kernel.errors import Fault
from tierline.metering.event import UsageEvent

LATE_AFTER_US = 24 * 3_600 * 1_000_000
"""An event is late where it came more than a day after the use."""
SKEWED_AFTER_US = 5 * 60 * 1_000_000
"""The sender's clock is fast where the use lies more than five minutes in our future."""
REFUSED_AFTER_US = 24 * 3_600 * 1_000_000
"""A use that lies further ahead is refused."""
HOUR_US = 3_600 * 1_000_000


class Fate(Enum):
    """What became of an event that was sent."""

    accepted = "accepted"
    duplicate = "duplicate"
    """It was there already, with the same content: nothing has changed."""
    conflict = "conflict"
    """Another event has its source and id."""
    refused = "refused"


class Result(NamedTuple):
    """What became of one event of a batch, with the reason where it was not taken."""

    fate: Fate
    source: str = ""
    id: str = ""
    reason: str = ""
    faults: tuple[Fault, ...] = ()


def noted(
    results: Iterable[Result],
    accepted: Sequence[UsageEvent],
    accounts: Sequence[str | None],
    received_at: int,
) -> dict[tuple[str, int], Counter[str]]:
    """How many of what came from each source in the hour of receipt."""
    hour = received_at - received_at % HOUR_US
    taken = Fate.accepted
    found: dict[tuple[str, int], Counter[str]] = {}
    for source, number in Counter([event.source for event in accepted]).items():
        found[source, hour] = Counter(accepted=number)
    for result in results:
        if result.fate is not taken:
            found.setdefault((result.source, hour), Counter())[_COUNTED_AS[result.fate]] += 1
    late_before, skewed_after = received_at - LATE_AFTER_US, received_at + SKEWED_AFTER_US
    for event, account in zip(accepted, accounts, strict=True):
        if account is None:
            found[event.source, hour]["unknown_account"] += 1
        if event.at < late_before:
            found[event.source, hour]["late"] += 1
        elif event.at > skewed_after:
            found[event.source, hour]["skewed"] += 1
        if event.corrects is not None:
            found[event.source, hour]["corrected"] += 1
    return found


_COUNTED_AS = {
    Fate.duplicate: "duplicates",
    Fate.conflict: "conflicts",
    Fate.refused: "refused",
}
