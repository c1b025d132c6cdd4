"""Holding units before something is done, and counting or releasing them afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

from tierline.actions.checks import CountingBooks, Question, ask, counted_rule, period_of
from tierline.actions.occasion import Journal
from tierline.entitlements.reservation import (
    LONGEST_RESERVATION_SECONDS,
    RESERVED_FOR_SECONDS,
    Reservation,
)
from tierline.kernel.errors import Conflict, Invalid
from tierline.kernel.ids import RESERVATION

if TYPE_CHECKING:
    from tierline.actions.occasion import Occasion
    from tierline.entitlements.decision import Decision, Units
    from tierline.entitlements.ruleset import Ruleset


class Reservations(Protocol):
    """The reservations that there are."""

    def get(self, reservation: str) -> Reservation: ...
    def total(self, account: str, feature: str, period_start: int) -> Decimal: ...
    def expired(self, account: str, feature: str, now: datetime) -> Sequence[Reservation]: ...
    def add(self, reservation: Reservation) -> None: ...
    def end(self, reservation: Reservation, *, used: Decimal, at: datetime) -> bool: ...


class ReservationBooks(Journal, CountingBooks, Protocol):
    """What the actions of this module need."""

    @property
    def reservations(self) -> Reservations: ...


@dataclass(frozen=True, slots=True)
class Reserved:
    """The answer, and the reservation where it was no denial and the feature is counted."""

    decision: Decision
    reservation: Reservation | None


def reserve(
    books: ReservationBooks,
    ruleset: Ruleset,
    question: Question,
    occasion: Occasion,
    *,
    held_for_seconds: int = RESERVED_FOR_SECONDS,
) -> Reserved:
    """Hold units of a feature if the account may use them now. Two that ask at the same time for
    the last unit do not both get it."""
    if not 1 <= held_for_seconds <= LONGEST_RESERVATION_SECONDS:
        raise Invalid(
            f"A reservation is held for 1 to {LONGEST_RESERVATION_SECONDS:,} seconds.",
            code="bad_duration",
        )
    if question.quantity == 0:
        raise Invalid("A reservation holds more than 0 units.", code="bad_quantity")
    _let_expired_go(books, question, occasion)
    decision = ask(books, ruleset, question)
    found = counted_rule(ruleset, question)
    if not decision.is_allowed or found is None:
        return Reserved(decision, None)
    reservation = Reservation(
        id=occasion.new_id(RESERVATION),
        account=question.account,
        feature=question.feature,
        period_start=period_of(*found, question.at)[0],
        quantity=question.quantity,
        made_at=occasion.now,
        expires_at=occasion.now + timedelta(seconds=held_for_seconds),
    )
    books.reservations.add(reservation)
    return Reserved(decision, reservation)


def finalise(
    books: ReservationBooks, reservation: str, used: Units | None, occasion: Occasion
) -> Reservation:
    """Count what was used (all that was held, where `used` is None). The same again changes
    nothing. Raises Conflict where it was released, or ran out and its units were let go."""
    found = books.reservations.get(reservation)
    quantity = Decimal(found.quantity if used is None else used)
    if quantity > found.quantity:
        raise Invalid(
            f"{quantity} units are more than the {found.quantity} that were held. Reserve the "
            "rest first.",
            code="more_than_held",
        )
    if found.used == quantity:
        return found
    return _ended(books, found, quantity, occasion)


def release(books: ReservationBooks, reservation: str, occasion: Occasion) -> Reservation:
    """Let the units go. The same again changes nothing. Raises Conflict where they were used."""
    found = books.reservations.get(reservation)
    if found.ended_at is not None and not found.used:
        return found
    return _ended(books, found, Decimal(0), occasion)


def _ended(
    books: ReservationBooks, found: Reservation, used: Decimal, occasion: Occasion
) -> Reservation:
    if found.ended_at is not None or not books.reservations.end(found, used=used, at=occasion.now):
        raise Conflict(
            f"Reservation {found.id} was {found.state(occasion.now)} already.",
            code="reservation_ended",
        )
    return replace(found, ended_at=occasion.now, used=used)


def _let_expired_go(books: ReservationBooks, question: Question, occasion: Occasion) -> None:
    for each in books.reservations.expired(question.account, question.feature, occasion.now):
        books.reservations.end(each, used=Decimal(0), at=occasion.now)
