"""A receipt: a decision as plain values, with all that it takes to make it again.

Every number is text, so that no reader turns one into a float.
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from tierline.accounts.contract import Fee, PaymentState
from tierline.accounts.coverage import CoverageState
from tierline.accounts.periods import cycles_of
from tierline.accounts.signed_terms import SignedFeature
from tierline.catalog.canonical import plain_statement
from tierline.catalog.clock_rules import Target
from tierline.catalog.statement import Period
from tierline.catalog.term import StaticValue, Term
from tierline.entitlements.check import judge, public_rule, unlisted_rule
from tierline.entitlements.decision import Counter, Decision, Units
from tierline.entitlements.limits import notices_of
from tierline.entitlements.rule import Provenance, Rule, rule_of
from tierline.entitlements.sentence import sentence_of
from tierline.entitlements.span import FIRST, LAST, Span, Standing
from tierline.kernel.errors import Invalid
from tierline.kernel.instants import format_micros, parse_instant, to_micros

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT = "tierline/decision/1"
Plain = str | bool | None | list["Plain"] | dict[str, "Plain"]
_TERM: TypeAdapter[Term] = TypeAdapter(Term)


def receipt_of(decision: Decision) -> dict[str, Plain]:
    """The question, what was known, the promise, and the answer with its sentence."""
    return {
        "format": FORMAT,
        "question": {
            "account": decision.account,
            "feature": decision.feature,
            "quantity": str(decision.quantity),
            "at": format_micros(decision.at),
            "severity": decision.severity,
        },
        "standing": _standing(decision.span),
        "counter": _counter(decision.counter),
        "promise": _promise(decision.rule),
        "answer": answer_of(decision),
    }


def answer_of(decision: Decision) -> dict[str, Plain]:
    """The answer alone: what a caller shows and acts on."""
    return {
        "outcome": decision.outcome.value,
        "reason": decision.reason.value,
        "sentence": sentence_of(decision),
        "promise_id": decision.promise_id,
        "catalog_version": decision.catalog_version,
        "layer": decision.layer,
        "included": _number(decision.included),
        "used": _number(decision.used),
        "remaining": _number(decision.remaining),
        "resets_at": None if decision.resets_at is None else _reset(decision.resets_at),
        "charge": _number(decision.charge),
        "overage_price": _number(decision.rule.price),
        "cap": _number(decision.cap),
        "currency": decision.rule.currency,
        "notices": list(notices_of(decision)),
    }


def recomputed(receipt: Mapping[str, Plain]) -> Decision:
    """The decision made again from the receipt's facts; its stored answer is not looked at.

    Raises Invalid for something that is not a receipt.
    """
    try:
        question, standing = _part(receipt, "question"), _part(receipt, "standing")
        stated = receipt["counter"]
        return judge(
            _span_again(standing, _text(question, "account")),
            _rule_again(_part(receipt, "promise"), _text(question, "feature")),
            _units(_text(question, "quantity")),
            at=_instant(_text(question, "at")),
            counter=_counter_again(stated) if isinstance(stated, dict) else None,
            severity=_optional(question, "severity"),
        )
    except (KeyError, ValueError, TypeError, ArithmeticError) as error:
        raise Invalid(
            f"This is not a receipt of a decision: {error}.", code="bad_receipt"
        ) from None


def _standing(span: Span) -> dict[str, Plain]:
    standing, fee = span.standing, span.standing.fee
    return {
        "contract": span.contract,
        "coverage": standing.coverage.value,
        "has_not_started": standing.is_before,
        "payment": standing.payment.value,
        "catalog": standing.catalog,
        "version": standing.version,
        "worst_severity": standing.worst_severity,
        "fee": None if fee is None else {"amount": str(fee.amount), "per": fee.per.value},
        "period_anchor": format_micros(span.cycles.anchor),
        "time_zone": span.cycles.zone,
    }


def _span_again(stated: Mapping[str, Plain], account: str) -> Span:
    coverage, payment = (
        CoverageState(_text(stated, "coverage")),
        PaymentState(_text(stated, "payment")),
    )
    fee = stated["fee"]
    standing = Standing(
        coverage=coverage,
        payment=payment,
        is_before=stated["has_not_started"] is True,
        catalog=_text(stated, "catalog"),
        version=_text(stated, "version"),
        worst_severity=_optional(stated, "worst_severity"),
        fee=Fee(amount=Decimal(_text(fee, "amount")), per=Period(_text(fee, "per")))
        if isinstance(fee, dict)
        else None,
    )
    return Span(
        account=account,
        start=FIRST,
        end=LAST,
        rules={},
        standing=standing,
        is_plain=coverage is CoverageState.covered and payment is PaymentState.paid,
        contract=_text(stated, "contract"),
        cycles=cycles_of(_instant(_text(stated, "period_anchor")), _text(stated, "time_zone")),
    )


def _promise(rule: Rule) -> dict[str, Plain]:
    """`is_listed` is false for what no catalog of the account names."""
    source, value = rule.provenance, rule.value
    kind = "target" if isinstance(value, Target) else "term"
    return {
        "promise_id": source.promise_id,
        "catalog": source.catalog,
        "version": source.version,
        "currency": source.currency,
        "layer": source.layer,
        "added": list(source.added),
        "overruled": list(source.overruled),
        "conflicts": list(source.conflicts),
        "listing": rule.listing.value,
        "feature": _texts(plain_statement(rule.feature)) if rule.feature else None,
        "is_floor": rule.is_floor,
        "is_channel": rule.is_channel,
        "is_number": isinstance(value, StaticValue) and isinstance(value.value, Decimal),
        kind: _texts(plain_statement(value)) if value is not None else None,
    }


def _rule_again(stated: Mapping[str, Plain], key: str) -> Rule:
    if stated["listing"] == "public":
        return public_rule(
            key, is_floor=stated["is_floor"] is True, is_channel=stated["is_channel"] is True
        )
    if stated["listing"] == "unlisted":
        return unlisted_rule(key)
    source = Provenance(
        promise_id=_text(stated, "promise_id"),
        catalog=_text(stated, "catalog"),
        version=_text(stated, "version"),
        layer=_text(stated, "layer"),
        added=_names(stated, "added"),
        overruled=_names(stated, "overruled"),
        conflicts=_names(stated, "conflicts"),
        currency=_text(stated, "currency"),
    )
    feature = stated["feature"]
    signed = SignedFeature.model_validate(feature) if feature is not None else None
    return rule_of(key, signed, _value_again(stated), source)


def _value_again(stated: Mapping[str, Plain]) -> Term | Target | None:
    if stated.get("target") is not None:
        return Target.model_validate(stated["target"])
    term = stated["term"]
    if isinstance(term, dict) and stated["is_number"] is True:
        return _TERM.validate_python({**term, "value": Decimal(_text(term, "value"))})
    return None if term is None else _TERM.validate_python(term)


def _counter(counter: Counter | None) -> Plain:
    if counter is None:
        return None
    reached = counter.reached_at
    return {
        "used": str(counter.used),
        "carried": str(counter.carried),
        "reached_at": None if reached is None else format_micros(reached),
    }


def _counter_again(stated: Mapping[str, Plain]) -> Counter:
    reached = _optional(stated, "reached_at")
    return Counter(
        _units(_text(stated, "used")),
        _units(_text(stated, "carried")),
        None if reached is None else _instant(reached),
    )


def _texts(value: object) -> Plain:
    """Plain values with every number as text."""
    if isinstance(value, dict):
        return {str(key): _texts(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_texts(part) for part in value]
    return value if value is None or isinstance(value, bool) else str(value)


_reset = lru_cache(1_024)(format_micros)
"""Periods end at few instants, and thousands of answers name the same one."""


def _number(number: Units | None) -> str | None:
    return None if number is None else f"{number:f}" if isinstance(number, Decimal) else str(number)


def _units(text: str) -> Units:
    number = Decimal(text)
    return int(text) if text.lstrip("-").isdigit() else number


def _instant(text: str) -> int:
    return to_micros(parse_instant(text))


def _part(stated: Mapping[str, Plain], name: str) -> dict[str, Plain]:
    part = stated[name]
    if not isinstance(part, dict):
        raise TypeError(f"'{name}' is not a mapping")
    return part


def _text(stated: Mapping[str, Plain], name: str) -> str:
    text = stated[name]
    if not isinstance(text, str):
        raise TypeError(f"'{name}' is not text")
    return text


def _optional(stated: Mapping[str, Plain], name: str) -> str | None:
    return None if stated[name] is None else _text(stated, name)


def _names(stated: Mapping[str, Plain], name: str) -> tuple[str, ...]:
    names = stated[name]
    return tuple(map(str, names)) if isinstance(names, list) else ()
