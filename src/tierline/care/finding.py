"""What came out of an item of care: findings, of which each may become an action with somebody who
does it and a day by which it is done."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum, auto
from typing import TYPE_CHECKING

from tierline.kernel.errors import Conflict, NotFound

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

FINDINGS_LIMIT_COUNT = 50
"""So many of one item."""


class FindingState(StrEnum):
    """Where a finding is in its life."""

    noted = auto()
    """Nobody has to do anything about it yet."""
    open = auto()
    """It is an action."""
    done = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class CareFinding:
    """`number` counts the findings of an item from 1. `owner` is a user; an action is due at the
    end of a day in UTC."""

    number: int
    text: str
    found_at: datetime
    owner: str | None = None
    due_on: date | None = None
    done_at: datetime | None = None
    came_of_it: str = ""

    @property
    def state(self) -> FindingState:
        """An action that is done stays one."""
        if self.done_at is not None:
            return FindingState.done
        return FindingState.noted if self.due_on is None else FindingState.open

    def is_overdue(self, now: datetime) -> bool:
        """Whether its day is over and it is not done."""
        is_open = self.state is FindingState.open
        return is_open and self.due_on is not None and self.due_on < now.date()


def finding_of(findings: Sequence[CareFinding], number: int) -> CareFinding:
    """The finding of a number. Raises NotFound."""
    if not 1 <= number <= len(findings):
        raise NotFound(f"There is no finding {number} here.")
    return findings[number - 1]


def agreed(found: CareFinding, owner: str, due_on: date) -> CareFinding:
    """The finding as an action; agreed once more, it has another owner or day. Raises Conflict for
    what is done."""
    if found.state is FindingState.done:
        raise Conflict("This action is done already.", code="action_done")
    return replace(found, owner=owner, due_on=due_on)


def finished(found: CareFinding, at: datetime, text: str) -> CareFinding:
    """The action done. Raises Conflict for what is no action, or is done."""
    if found.state is not FindingState.open:
        told = "done already" if found.state is FindingState.done else "no action yet"
        raise Conflict(f"This finding is {told}.", code="no_open_action")
    return replace(found, done_at=at, came_of_it=text)
