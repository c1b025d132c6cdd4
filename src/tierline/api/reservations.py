"""Reservations over HTTP: hold units, then count what was used or let them go."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from tierline.access.permission import Permission
from tierline.actions import reservations as actions
from tierline.actions.checks import Question
from tierline.api.bodies import Answer, names_of, read_body, refuse_twice
from tierline.api.callers import account_for
from tierline.api.checks import Quantity, Word, document, units
from tierline.api.idempotency import once_hot
from tierline.entitlements.reservation import LONGEST_RESERVATION_SECONDS, RESERVED_FOR_SECONDS
from tierline.kernel.errors import NotFound
from tierline.kernel.instants import format_instant, to_micros

if TYPE_CHECKING:
    from tierline.api.hot import Call
    from tierline.entitlements.reservation import Reservation
    from tierline.store.records import Records

RESERVATIONS = "/v1/reservations"


class ReservationOrder(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Hold `quantity` units of a feature for an account, for `hold_for_seconds`."""

    account: Word
    feature: Word
    quantity: Quantity | int = 1
    severity: Word | None = None
    hold_for_seconds: Annotated[int, msgspec.Meta(ge=1, le=LONGEST_RESERVATION_SECONDS)] = (
        RESERVED_FOR_SECONDS
    )


class Finalisation(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """`used` units were used of those that are held; all, where it is absent."""

    used: Quantity | int | None = None


_ORDER: msgspec.json.Decoder[ReservationOrder] = msgspec.json.Decoder(ReservationOrder)
_FINALISATION: msgspec.json.Decoder[Finalisation] = msgspec.json.Decoder(Finalisation)
_ORDER_NAMES, _FINALISATION_NAMES = names_of(ReservationOrder), names_of(Finalisation)


def reserve(call: Call) -> Answer:
    """`POST /v1/reservations`: 201 with the reservation, 200 with `reservation: null` where it is
    denied or nothing is counted."""
    order = read_body(_ORDER, call.body)
    refuse_twice(call.body, _ORDER_NAMES)
    application = call.application
    account = account_for(application, call.caller, order.account, Permission.reserve)
    occasion = application.occasion(call.caller.id)
    question = Question(
        account=account,
        feature=order.feature,
        at=to_micros(occasion.now),
        quantity=units(order.quantity),
        severity=order.severity,
    )
    ruleset = application.rulebook.ruleset

    def work(records: Records) -> tuple[int, dict[str, Any]]:
        done = actions.reserve(
            records, ruleset, question, occasion, held_for_seconds=order.hold_for_seconds
        )
        application.limits.look(records, occasion)
        said = document(done.decision, is_explained=False)
        said["reservation"] = done.reservation and reservation_document(done.reservation)
        return 201 if done.reservation else 200, said

    return once_hot(call, RESERVATIONS, work)


def finalise(call: Call) -> Answer:
    """`POST /v1/reservations/{key}/finalisation`: count what was used."""
    order = read_body(_FINALISATION, call.body or b"{}")
    refuse_twice(call.body, _FINALISATION_NAMES)
    used = None if order.used is None else units(order.used)
    _refuse_stranger(call, call.key)
    occasion = call.application.occasion(call.caller.id)

    def work(records: Records) -> tuple[int, dict[str, Any]]:
        done = actions.finalise(records, call.key, used, occasion)
        call.application.limits.look(records, occasion)
        return 200, reservation_document(done)

    return once_hot(call, f"{RESERVATIONS}/{call.key}/finalisation", work)


def release(call: Call) -> Answer:
    """`POST /v1/reservations/{key}/release`: none were used."""
    _refuse_stranger(call, call.key)
    occasion = call.application.occasion(call.caller.id)

    def work(records: Records) -> tuple[int, dict[str, Any]]:
        return 200, reservation_document(actions.release(records, call.key, occasion))

    return once_hot(call, f"{RESERVATIONS}/{call.key}/release", work)


def reservation_document(reservation: Reservation) -> dict[str, Any]:
    """The reservation as a client gets it."""
    used = reservation.used
    return {
        "id": reservation.id,
        "account": reservation.account,
        "feature": reservation.feature,
        "quantity": f"{Decimal(reservation.quantity):f}",
        "made_at": format_instant(reservation.made_at),
        "expires_at": format_instant(reservation.expires_at),
        "ended_at": None if reservation.ended_at is None else format_instant(reservation.ended_at),
        "used": None if used is None else f"{used:f}",
    }


def _refuse_stranger(call: Call, reservation: str) -> None:
    """A reservation of an account that the caller does not see is not there for it."""
    found = call.application.read(lambda reads: reads.reservations.get(reservation))
    if not call.caller.sees(found.account):
        raise NotFound(f"There is no reservation '{reservation}'.")
    call.caller.require(Permission.reserve, found.account)
