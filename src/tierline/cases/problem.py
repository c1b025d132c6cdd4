"""A problem: what causes several cases. It outlives the incidents that it shows itself in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, auto


class ProblemState(StrEnum):
    """Where a problem is in its life."""

    open = auto()
    """Nobody knows yet why."""
    known = auto()
    """Its cause is known, and perhaps a way around it."""
    resolved = auto()
    """It will cause no further case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """`number` is what people call it by. `cause` and `workaround` are empty until they are known;
    both are said among us, and never sent by themselves."""

    id: str
    number: int
    title: str
    cause: str
    workaround: str
    declared_at: datetime
    declared_by: str
    resolved_at: datetime | None = None

    @property
    def state(self) -> ProblemState:
        """Where it is in its life."""
        if self.resolved_at is not None:
            return ProblemState.resolved
        return ProblemState.known if self.cause else ProblemState.open


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemUpdate:
    """What is said of it in every case that it causes, once somebody has published it; `cases` is
    in how many it was said."""

    id: str
    problem: str
    text: str
    drafted_at: datetime
    drafted_by: str
    published_at: datetime | None = None
    published_by: str | None = None
    cases: int = 0
