"""What checks and reservations answer, for the API document: the routes write it as bytes."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from tierline.entitlements.decision import Outcome, Reason


def _said(meaning: str) -> msgspec.Meta:
    return msgspec.Meta(description=meaning)


def _instant(meaning: str) -> msgspec.Meta:
    return msgspec.Meta(description=meaning, extra_json_schema={"format": "date-time"})


class Step(msgspec.Struct, kw_only=True):
    """One step of an explanation."""

    looked_at: Annotated[str, _said("What was looked at.")]
    found: Annotated[str, _said("What was found there.")]


class CheckAnswer(msgspec.Struct, kw_only=True):
    """May an account do this now, and why? Every number is text, so that no reader bends it."""

    account: Annotated[str, _said("The account's id.")]
    feature: Annotated[str, _said("The key that was asked for.")]
    outcome: Annotated[Outcome, _said("What to do.")]
    reason: Annotated[Reason, _said("Why.")]
    sentence: Annotated[str, _said("The same in a sentence, for people.")]
    promise_id: Annotated[str | None, _said("The promise that it comes from.")]
    catalog_version: Annotated[str | None, _said("The version that it was signed on.")]
    layer: Annotated[str | None, _said("The layer that says so.")]
    included: Annotated[str | None, _said("Units of the period; null: not counted, or no limit.")]
    used: Annotated[str | None, _said("Units that are used of them.")]
    remaining: Annotated[str | None, _said("Units that are left.")]
    resets_at: Annotated[str | None, _instant("When the next period begins.")]
    charge: Annotated[str | None, _said("What these units cost beyond what is included.")]
    overage_price: Annotated[str | None, _said("What one unit costs beyond what is included.")]
    cap: Annotated[str | None, _said("The most that is charged in a period.")]
    currency: Annotated[str | None, _said("Of the charge, the price and the cap.")]
    notices: Annotated[list[str], _said("Shares of the limit that this use reaches or passes.")]
    steps: Annotated[
        list[Step] | msgspec.UnsetType, _said("Where `explain` is asked for: how it was decided.")
    ] = msgspec.UNSET
    receipt: Annotated[
        dict[str, Any] | msgspec.UnsetType,
        _said("Where `explain` is asked for: all that it takes to decide it again, offline."),
    ] = msgspec.UNSET


class CheckAnswers(msgspec.Struct, kw_only=True):
    """Many answers."""

    answers: Annotated[list[CheckAnswer], _said("In the order of the questions.")]


class ReservationAnswer(msgspec.Struct, kw_only=True):
    """Units that are held."""

    id: Annotated[str, _said("Its id.")]
    account: Annotated[str, _said("The account's id.")]
    feature: Annotated[str, _said("The key of the feature.")]
    quantity: Annotated[str, _said("Units that are held.")]
    made_at: Annotated[str, _instant("When they were taken.")]
    expires_at: Annotated[str, _instant("When they are let go by themselves.")]
    ended_at: Annotated[str | None, _instant("When they were counted or let go.")]
    used: Annotated[str | None, _said("Units that were used of them.")]


class ReservedAnswer(CheckAnswer, kw_only=True):
    """The answer to the question, and what is held."""

    reservation: Annotated[
        ReservationAnswer | None, _said("Null where it is denied, or nothing is counted.")
    ]
