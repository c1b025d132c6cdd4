"""The facts of a case as its post-mortem takes them down: timeline, clocks, how long it took."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, auto
from typing import Any

import msgspec

from tierline.cases.timeline import TimelineEntry
from tierline.kernel.errors import Invalid


class Reach(StrEnum):
    """What a customer waits for, in the order in which it comes."""

    acknowledged = auto()
    answered = auto()
    restored = auto()
    resolved = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachedFact:
    """How long it took: in elapsed time, and in open time of the promised hours; None where no
    hours are promised."""

    what: Reach
    at: datetime
    elapsed_seconds: int
    open_seconds: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockFact:
    """A milestone as it stood: `verdict` is its word; lengths are open time without pauses."""

    milestone: str
    cycle: int
    promise_id: str
    verdict: str
    target_seconds: int
    used_seconds: int
    started_at: datetime
    stopped_at: datetime | None
    due_at: datetime | None

    @property
    def missed_by_seconds(self) -> int:
        """By how much it was missed; 0 where it was not."""
        return max(0, self.used_seconds - self.target_seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """Of one case. `as_of` is until when they are known. It names nobody but by ids."""

    case: str
    number: int
    severity: str
    tier: str
    opened_at: datetime
    as_of: datetime
    timeline: tuple[TimelineEntry, ...]
    clocks: tuple[ClockFact, ...]
    reached: tuple[ReachedFact, ...]

    def to_jsonable(self) -> dict[str, Any]:
        """As JSON values."""
        return dict(msgspec.to_builtins(self))

    @classmethod
    def from_jsonable(cls, value: Mapping[str, Any]) -> CaseFacts:
        """What `to_jsonable` wrote. Raises Invalid."""
        try:
            return msgspec.convert(value, cls)
        except msgspec.ValidationError as error:
            raise Invalid(f"These are not the facts of a post-mortem: {error}.") from None
