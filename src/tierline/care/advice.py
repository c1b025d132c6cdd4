"""Advice: a risk that we see, what it costs to take it away, what we recommend, what the customer
decided, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, auto
from typing import TYPE_CHECKING

from tierline.kernel.errors import Conflict
from tierline.languages.language import message

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from tierline.care.item import CareItem
    from tierline.care.schedule import Key

ARCHITECTURE_REVIEW = "architecture_review"
"""The feature whose deliverable has to yield advice."""
EVENTS_LIMIT_COUNT = 200
"""So much is said about one piece of advice."""


class AdviceState(StrEnum):
    """Where a piece of advice is in its life."""

    waiting = auto()
    """The customer has not decided."""
    accepted = auto()
    declined = auto()
    """The customer knows of the risk and leaves it."""
    closed = auto()
    """It is said what came of it: the risk is open no longer."""


class AdviceEventKind(StrEnum):
    """What happened to a piece of advice."""

    asked = auto()
    """`text` is a question of the customer."""
    answered = auto()
    accepted = auto()
    declined = auto()
    """`text` is why."""
    planned = auto()
    """From now on `owner` sees to it, and looks again on `follow_up_on`."""
    closed = auto()
    """`text` is what came of it."""


DECISIONS = {
    AdviceEventKind.accepted: AdviceState.accepted,
    AdviceEventKind.declined: AdviceState.declined,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceGiven:
    """Advice as it was given. `number` counts that of an account from 1. `topic` is one of the
    playbooks', empty for none; `key` is the item of care that it came out of. `owner` is a user."""

    id: str
    account: str
    number: int
    title: str
    risk: str
    trade_off: str
    recommendation: str
    topic: str
    key: Key | None
    owner: str
    follow_up_on: date
    given_at: datetime
    given_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceEvent:
    """One fact about advice."""

    advice: str
    at: datetime
    kind: AdviceEventKind
    by: str
    text: str = ""
    owner: str = ""
    follow_up_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """Advice with what happened. `decided` is the decision that stands, `closing` the end."""

    given: AdviceGiven
    events: tuple[AdviceEvent, ...]
    owner: str
    follow_up_on: date
    decided: AdviceEvent | None
    closing: AdviceEvent | None

    @property
    def state(self) -> AdviceState:
        """Where it is in its life."""
        if self.closing is not None:
            return AdviceState.closed
        return AdviceState.waiting if self.decided is None else DECISIONS[self.decided.kind]

    @property
    def is_open(self) -> bool:
        """Whether its risk is: advice that was declined leaves it open."""
        return self.closing is None

    @property
    def is_asked(self) -> bool:
        """Whether the last question has no answer."""
        said = (AdviceEventKind.asked, AdviceEventKind.answered)
        last = next((each for each in reversed(self.events) if each.kind in said), None)
        return last is not None and last.kind is AdviceEventKind.asked

    def is_overdue(self, now: datetime) -> bool:
        """Whether the day on which somebody looks again is over, in UTC."""
        return self.is_open and self.follow_up_on < now.date()


def advice_of(given: AdviceGiven, events: Iterable[AdviceEvent]) -> Advice:
    """Advice from its facts, as they were told."""
    told = tuple(events)
    plan = _last(told, AdviceEventKind.planned)
    follow_up_on = given.follow_up_on if plan is None else plan.follow_up_on
    return Advice(
        given=given,
        events=told,
        owner=given.owner if plan is None else plan.owner,
        follow_up_on=follow_up_on or given.follow_up_on,
        decided=_last(told, *DECISIONS),
        closing=_last(told, AdviceEventKind.closed),
    )


def known_at(found: Iterable[Advice], at: datetime) -> list[Advice]:
    """What was given by an instant, as it stood then."""
    return [
        advice_of(each.given, (event for event in each.events if event.at <= at))
        for each in found
        if each.given.given_at <= at
    ]


def refuse_after(advice: Advice, kind: AdviceEventKind) -> None:
    """Raise Conflict where a fact cannot follow on what happened."""
    if advice.closing is not None:
        told = message("It is said what came of this advice already.")
        raise Conflict(told, code="advice_closed")
    if advice.decided is not None and advice.decided.kind is kind:
        raise Conflict(message("This was decided so already."), code="advice_decided")
    if kind is AdviceEventKind.answered and not advice.is_asked:
        raise Conflict("Nothing was asked that has no answer.", code="nothing_asked")
    if len(advice.events) >= EVENTS_LIMIT_COUNT:
        raise Conflict(f"At most {EVENTS_LIMIT_COUNT} facts are kept of one.", code="too_many")


def without_advice(held: Iterable[CareItem], yielded: Iterable[Key]) -> list[CareItem]:
    """The architecture reviews among some items that were held, and that yielded no advice."""
    known = frozenset(yielded)
    return [
        each
        for each in held
        if each.promised.key.feature == ARCHITECTURE_REVIEW
        and each.is_held
        and each.promised.key not in known
    ]


def _last(events: Sequence[AdviceEvent], *kinds: AdviceEventKind) -> AdviceEvent | None:
    return next((each for each in reversed(events) if each.kind in kinds), None)
