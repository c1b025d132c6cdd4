"""Time to value: from a start to the first event that shows value, by customer and by tier."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from statistics import median

_SECOND_US = 1_000_000


class Progress(StrEnum):
    """How far a customer is."""

    reached = "reached"
    waiting = "waiting"
    """It has begun and is not there yet."""
    not_started = "not_started"
    """The event with which it begins has not come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerTime:
    """One customer under contract. Instants are microseconds; `tier` is that of its plan."""

    account: str
    tier: str
    started_at: int | None
    reached_at: int | None = None

    @property
    def progress(self) -> Progress:
        """How far it is."""
        if self.started_at is None:
            return Progress.not_started
        return Progress.waiting if self.reached_at is None else Progress.reached

    @property
    def seconds(self) -> Decimal | None:
        """How long it took; None where it is not there yet."""
        if self.started_at is None or self.reached_at is None:
            return None
        return Decimal(self.reached_at - self.started_at) / _SECOND_US


@dataclass(frozen=True, slots=True, kw_only=True)
class TierTime:
    """The customers of one tier. The median is of those who are there, and of nobody else: who
    still waits would only make it longer."""

    tier: str
    reached: int
    waiting: int
    not_started: int
    median_seconds: Decimal | None


def by_tier(customers: Iterable[CustomerTime]) -> tuple[TierTime, ...]:
    """Every tier by its key; of an even number the median is the mean of the two in the middle."""
    grouped: dict[str, list[CustomerTime]] = {}
    for each in customers:
        grouped.setdefault(each.tier, []).append(each)
    return tuple(_of_tier(tier, grouped[tier]) for tier in sorted(grouped))


def _of_tier(tier: str, customers: list[CustomerTime]) -> TierTime:
    numbers = Counter(each.progress for each in customers)
    taken = [each.seconds for each in customers if each.seconds is not None]
    return TierTime(
        tier=tier,
        reached=numbers[Progress.reached],
        waiting=numbers[Progress.waiting],
        not_started=numbers[Progress.not_started],
        median_seconds=median(taken) if taken else None,
    )
