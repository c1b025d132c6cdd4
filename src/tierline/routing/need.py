"""What a case needs of the one who gets it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tierline.calendars.business_hours import BusinessHours
    from tierline.routing.assignment import Ownership


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPeople:
    """Who is there for an account above all, who stands in for them, and the hours in which one of
    them has to be there; without any of it the account has none."""

    engineers: frozenset[str] = frozenset()
    deputies: frozenset[str] = frozenset()
    pod: str = ""
    cover: BusinessHours | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountNeed:
    """What an account's cases need, whatever they are about: where their data may be seen
    (`residency`), cleared people, its pod, its named engineers, and the `deputies` who stand in for
    them. `cover` are the hours in which one of these people has to be there; None: nothing is
    stated. `criticality` is how much of its work stops with us (empty: not assessed), `renews_at`
    the end of its last contract (None: there is none, or it has no end)."""

    account: str
    residency: str = ""
    clearances: frozenset[str] = frozenset()
    pod: str = ""
    engineers: frozenset[str] = frozenset()
    deputies: frozenset[str] = frozenset()
    cover: BusinessHours | None = None
    language: str = ""
    criticality: str = ""
    renews_at: datetime | None = None

    @property
    def people(self) -> OwnPeople:
        """The part of it that names people."""
        return OwnPeople(
            engineers=self.engineers, deputies=self.deputies, pod=self.pod, cover=self.cover
        )

    @property
    def has_people(self) -> bool:
        """Whether somebody of ours is there for this account above all."""
        return bool(self.engineers or self.pod)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseNeed:
    """`severity_rank` and `tier_rank` count from 0, the worst and the lowest; `is_worst` is the
    severity that is never left. `due_at` is None where nothing is due, and `topic` empty where
    nobody has said it. `owed_for` is the number of the case whose missed target lets this one go
    first; None where nothing is owed for it."""

    case: str
    tier: str
    severity: str
    severity_rank: int
    tier_rank: int
    opened_at: datetime
    due_at: datetime | None = None
    is_worst: bool = False
    skills: frozenset[str] = frozenset()
    topic: str = ""
    owed_for: int | None = None
    account: AccountNeed | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingCase:
    """An open case that nobody has, as it stands in the queue."""

    id: str
    number: int
    account: str | None
    tier: str
    severity: str
    terms: str
    opened_at: datetime
    due_at: datetime | None
    need: AccountNeed | None
    owned: Ownership
