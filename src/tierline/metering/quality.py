"""What is worth knowing of an event beside what it counts: late, or by a clock that is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from tierline.kernel.errors import Fault
from tierline.metering.event import UsageEvent

LATE_AFTER_US = 24 * 3_600 * 1_000_000
SKEWED_AFTER_US = 5 * 60 * 1_000_000
REFUSED_AFTER_US = 24 * 3_600 * 1_000_000
HOUR_US = 3_600 * 1_000_000


class Fate(Enum):
    """What became of an event that was sent."""

    accepted = "accepted"
    duplicate = "duplicate"
    """It was there already, with the same content: nothing has changed."""
    conflict = "conflict"
    """Another event has its source and id."""
    refused = "refused"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one event of a batch, with the reason where it was not taken."""

    fate: Fate
    source: str = ""
    id: str = ""
    reason: str = ""
    faults: tuple[Fault, ...] = ()


def is_late(event: UsageEvent, received_at: int) -> bool:
    """Whether it came more than a day after the use."""
    return received_at - event.at > LATE_AFTER_US


def is_skewed(event: UsageEvent, received_at: int) -> bool:
    """Whether the use lies more than five minutes in our future: the sender's clock is fast."""
    return event.at - received_at > SKEWED_AFTER_US


def is_from_the_future(event: UsageEvent, received_at: int) -> bool:
    """Whether the use lies so far ahead that the event is refused."""
    return event.at - received_at > REFUSED_AFTER_US


def noted(
    results: Iterable[Result],
    accepted: Iterable[tuple[UsageEvent, str | None]],
    received_at: int,
) -> dict[tuple[str, int], Counter[str]]:
    """How many of what came from each source in the hour of receipt."""
    hour = received_at - received_at % HOUR_US
    found: dict[tuple[str, int], Counter[str]] = {}
    names = {
        Fate.accepted: "accepted",
        Fate.duplicate: "duplicates",
        Fate.conflict: "conflicts",
        Fate.refused: "refused",
    }
    for result in results:
        found.setdefault((result.source, hour), Counter())[names[result.fate]] += 1
    for event, account in accepted:
        counts = found[event.source, hour]
        if account is None:
            counts["unknown_account"] += 1
        if received_at - event.at > LATE_AFTER_US:
            counts["late"] += 1
        elif event.at - received_at > SKEWED_AFTER_US:
            counts["skewed"] += 1
        if event.corrects is not None:
            counts["corrected"] += 1
    return found
