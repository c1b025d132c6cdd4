"""Checks over HTTP: "may this account do this now, and why?", one or many in one request."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from tierline.access.permission import Permission
from tierline.actions.checks import Question
from tierline.api.bodies import (
    Answer,
    names_of,
    read_body,
    to_json,
    written_answer,
)
from tierline.api.callers import account_for
from tierline.api.strict_json import refuse_ambiguous
from tierline.entitlements.decision import Reason
from tierline.entitlements.explanation import explain
from tierline.entitlements.receipt import answer_of, receipt_of
from tierline.kernel.instants import parse_instant, to_micros

if TYPE_CHECKING:
    from tierline.access.caller import Caller
    from tierline.api.hot import Call
    from tierline.bootstrap.application import Application
    from tierline.entitlements.decision import Decision, Units
    from tierline.entitlements.rule import Rule

MOST_CHECKS = 1_000
Word = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Quantity = Annotated[Decimal, msgspec.Meta(description="Units; a whole number or a decimal.")]


class CheckOrder(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, gc=False):
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
_NAMES = names_of(CheckOrder)
_DEFAULTS = CheckOrder.__struct_defaults__
_REQUIRED = _NAMES[: -len(_DEFAULTS)]
_QUOTES = 4 * len(_REQUIRED)
"""Around the keys and the texts of an order that states what it must."""
_OPTIONAL = tuple(zip(CheckOrder.__struct_fields__[len(_REQUIRED) :], _DEFAULTS, strict=True))


def check_one(call: Call) -> Answer:
    """`POST /v1/checks`."""
    order = read_body(_ONE, call.body)
    _refuse_twice(call.body, [order])
    now = to_micros(call.application.now())
    return written_answer(_answered(call.application, call.caller, order, now))


def check_many(call: Call) -> Answer:
    """`POST /v1/checks/batch`: all as of one instant."""
    orders = read_body(_MANY, call.body).checks
    _refuse_twice(call.body, orders)
    now = to_micros(call.application.now())
    answers = [_answered(call.application, call.caller, order, now) for order in orders]
    return written_answer(b'{"answers":[' + b",".join(answers) + b"]}")


def _refuse_twice(body: bytes, orders: list[CheckOrder]) -> None:
    """Raise Invalid where an order names a key twice. What is required stands there once for each,
    and what is not at most as often as orders state something else than its default; what counting
    cannot tell is read again. Most bodies have no more quotes than what is required needs, and
    those of `checks` or of one key that is no text."""
    has_escapes = b"\\" in body
    if not has_escapes and body.count(b'"') <= 2 + _QUOTES * len(orders):
        return
    is_doubtful = (
        has_escapes
        or body.count(b'"checks"') > 1
        or any(body.count(name) > len(orders) for name in _REQUIRED)
        or any(_stands_too_often(body, name, default, orders) for name, default in _OPTIONAL)
    )
    if is_doubtful:
        refuse_ambiguous(body)


def _stands_too_often(body: bytes, field: str, default: Any, orders: list[CheckOrder]) -> bool:
    times = body.count(f'"{field}"'.encode())
    return times > 0 and times > sum(getattr(order, field) != default for order in orders)


def _answered(application: Application, caller: Caller, order: CheckOrder, now: int) -> bytes:
    """The answer as JSON."""
    account = account_for(application, caller, order.account, Permission.check_entitlements)
    question = Question(
        account=account,
        feature=order.feature,
        at=now if order.at is None else to_micros(parse_instant(order.at)),
        quantity=order.quantity if order.quantity.__class__ is int else units(order.quantity),
        severity=order.severity,
    )
    decision = application.answers.ask(question)
    if order.explain:
        return to_json(document(decision, is_explained=True))
    return b'{"account":%b,%b' % (to_json(account), _same_for_all(decision) or _end(decision))


def _end(decision: Decision) -> bytes:
    """The answer's JSON after its account."""
    return b'"feature":%b,%b' % (to_json(decision.feature), to_json(answer_of(decision))[1:])


class _Written:
    """Answers that are the same for everybody who has the rule, each written once.

    What a plan gives or does not give depends on nobody's counts, and thousands of accounts share
    the rule; writing it is most of what an answer costs.
    """

    def __init__(self) -> None:
        self._by_rule: dict[int, tuple[Rule, bytes]] = {}

    def of(self, decision: Decision) -> bytes | None:
        """The end of the answer's JSON; None where it depends on more than the rule."""
        rule = decision.rule
        if decision.reason not in _BY_THE_RULE_ALONE:
            return None
        known = self._by_rule.get(id(rule))
        if known is not None and known[0] is rule:
            return known[1]
        if len(self._by_rule) >= KEPT_ANSWERS:
            self._by_rule.clear()
        written = _end(decision)
        self._by_rule[id(rule)] = rule, written
        return written


KEPT_ANSWERS = 100_000
_BY_THE_RULE_ALONE = frozenset(
    {
        Reason.included,
        Reason.value_stated,
        Reason.stated_in_words,
        Reason.not_included,
        Reason.add_on_needed,
    }
)
_same_for_all = _Written().of


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
