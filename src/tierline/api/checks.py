"""Checks over HTTP: "may this account do this now, and why?", one or many in one request."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from tierline.access.permission import Permission
from tierline.actions.checks import Question
from tierline.api.bodies import Answer, json_answer, read_body
from tierline.entitlements.explanation import explain
from tierline.entitlements.receipt import answer_of, receipt_of
from tierline.kernel.instants import parse_instant, to_micros

if TYPE_CHECKING:
    from tierline.access.caller import Caller
    from tierline.api.hot import Call
    from tierline.bootstrap.application import Application
    from tierline.entitlements.decision import Decision, Units

MOST_CHECKS = 1_000
Word = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Quantity = Annotated[Decimal, msgspec.Meta(description="Units; a whole number or a decimal.")]


class CheckOrder(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """May `account` (its id or an alias) use `quantity` units of `feature`? A quantity of 0 asks
    whether it is given at all. `severity` is that of a case, for channels. `at` is an instant with
    its zone, now where absent; `explain` adds the steps and the receipt."""

    account: Word
    feature: Word
    quantity: Quantity | int = 1
    severity: Word | None = None
    at: Word | None = None
    explain: bool = False


class CheckOrders(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Many questions, answered in their order."""

    checks: Annotated[list[CheckOrder], msgspec.Meta(min_length=1, max_length=MOST_CHECKS)]


_ONE: msgspec.json.Decoder[CheckOrder] = msgspec.json.Decoder(CheckOrder)
_MANY: msgspec.json.Decoder[CheckOrders] = msgspec.json.Decoder(CheckOrders)


def check_one(call: Call) -> Answer:
    """`POST /v1/checks`."""
    order = read_body(_ONE, call.body)
    return json_answer(_answered(call.application, call.caller, order))


def check_many(call: Call) -> Answer:
    """`POST /v1/checks/batch`."""
    orders = read_body(_MANY, call.body).checks
    answers = [_answered(call.application, call.caller, order) for order in orders]
    return json_answer({"answers": answers})


def _answered(application: Application, caller: Caller, order: CheckOrder) -> dict[str, Any]:
    account = application.account_of(order.account)
    caller.require(Permission.check_entitlements, account)
    at = application.now() if order.at is None else parse_instant(order.at)
    question = Question(
        account=account,
        feature=order.feature,
        at=to_micros(at),
        quantity=units(order.quantity),
        severity=order.severity,
    )
    return document(application.answers.ask(question), is_explained=order.explain)


def units(number: Decimal | int) -> Units:
    """A whole number as an integer, else the decimal."""
    if isinstance(number, int):
        return number
    return int(number) if number.is_finite() and number == number.to_integral_value() else number


def document(decision: Decision, *, is_explained: bool) -> dict[str, Any]:
    """The answer as a client gets it."""
    said: dict[str, Any] = {
        "account": decision.account,
        "feature": decision.feature,
        **answer_of(decision),
    }
    if is_explained:
        steps = explain(decision)
        said["steps"] = [{"looked_at": step.looked_at, "found": step.found} for step in steps]
        said["receipt"] = receipt_of(decision)
    return said
