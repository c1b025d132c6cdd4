"""A dispute: somebody says that a severity is wrong, and a named role decides by a stated time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """How a dispute was decided: the severity from then on, and why, which stays as a precedent."""

    at: datetime
    by: str
    severity: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """`severity` is the one that is disputed, `wanted` the one that is asked for (empty: not said).
    `rule` is the row of the table that gave it, empty where no table did. `due_at` is when it is to
    be decided, by `decided_by`, a role; `overdue_at` is set once that was told to be over."""

    id: str
    case: str
    account: str | None
    raised_at: datetime
    raised_by: str
    is_customers: bool
    words: str
    severity: str
    wanted: str
    rule: str
    decided_by: str
    due_at: datetime
    overdue_at: datetime | None = None
    ruling: Ruling | None = None
