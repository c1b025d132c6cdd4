"""Entitlements as feature flags: the OpenFeature Remote Evaluation Protocol.

`feature` answers "may it?"; `feature.limit` and `feature.remaining` answer with numbers,
`feature.value` with what is promised, `feature.decision` with the whole answer. Evaluating never
consumes anything.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec

from tierline.actions.checks import Question
from tierline.catalog.clock_rules import Target
from tierline.catalog.term import Expertise, FreeText, StaticValue, Uptime
from tierline.entitlements.decision import Reason
from tierline.entitlements.receipt import answer_of
from tierline.entitlements.sentence import sentence_of
from tierline.entitlements.span import LAST

if TYPE_CHECKING:
    from tierline.bootstrap.answers import Answers
    from tierline.entitlements.decision import Decision, Units
    from tierline.entitlements.rule import Rule

NO_LIMIT = 9_007_199_254_740_991
"""What `feature.limit` says where there is none: the largest integer that every client can hold."""
_PARTS = ("limit", "remaining", "value", "decision")
_DIVISIBLE = frozenset({"service_units"})
"""Kinds whose units can be used in part, so that their numbers are always floats."""
_NOBODY = frozenset({Reason.unknown_account, Reason.no_contract})
FlagValue = bool | int | float | str | dict[str, Any]


class Context(msgspec.Struct, kw_only=True):
    """Who asks. Other attributes of the client's context are left alone."""

    targeting_key: str | None = msgspec.field(default=None, name="targetingKey")
    contact: str | None = None
    severity: str | None = None


class Evaluation(msgspec.Struct):
    """What a client sends."""

    context: Context | None = None


class Flag(msgspec.Struct, kw_only=True):
    """One evaluated flag."""

    key: str
    value: FlagValue
    reason: str
    variant: str
    metadata: dict[str, bool | int | float | str]


class FlagsError(msgspec.Struct, kw_only=True, rename="camel"):
    """Why no flag was evaluated."""

    error_code: str
    error_details: str


class FlagError(msgspec.Struct, kw_only=True, rename="camel"):
    """Why a flag was not evaluated."""

    key: str
    error_code: str
    error_details: str


def evaluate(
    answers: Answers, account: str, key: str, *, at: int, severity: str | None
) -> Flag | None:
    """The flag of a key; None where the account's catalog names no such feature."""
    feature, part = _split(key)
    decision = _ask(answers, account, feature, at=at, severity=severity)
    if decision.reason is Reason.unknown_feature and part:
        # The keys of targets have a dot of their own: `S1.acknowledge`.
        feature, part = key, ""
        decision = _ask(answers, account, feature, at=at, severity=severity)
    if decision.reason is Reason.unknown_feature:
        return None
    value = _value(decision, part)
    return None if value is None else _flag(key, value, decision)


def evaluate_all(
    answers: Answers, account: str, features: list[str], *, at: int, severity: str | None
) -> tuple[list[Flag], int]:
    """Every flag of an account, with the parts that each feature has, and the instant at which the
    first count among them resets."""
    found: list[Flag] = []
    until = LAST
    for feature in features:
        decision = _ask(answers, account, feature, at=at, severity=severity)
        if decision.resets_at is not None:
            until = min(until, decision.resets_at)
        for part in ("", "limit", "remaining", "value"):
            value = _value(decision, part)
            if value is not None:
                key = f"{feature}.{part}" if part else feature
                found.append(_flag(key, value, decision))
    return found, until


def _ask(
    answers: Answers, account: str, feature: str, *, at: int, severity: str | None
) -> Decision:
    return answers.ask(Question(account=account, feature=feature, at=at, severity=severity))


def _split(key: str) -> tuple[str, str]:
    feature, _, part = key.rpartition(".")
    return (feature, part) if feature and part in _PARTS else (key, "")


def _flag(key: str, value: FlagValue, decision: Decision) -> Flag:
    return Flag(
        key=key,
        value=value,
        reason=_reason(decision),
        variant=decision.outcome.value,
        metadata=_metadata(decision),
    )


def _reason(decision: Decision) -> str:
    """A word of OpenFeature: STATIC cannot change by use, DEFAULT is for who has no contract."""
    if decision.reason in _NOBODY:
        return "DEFAULT"
    return "STATIC" if decision.rule.limit is None else "TARGETING_MATCH"


def _metadata(decision: Decision) -> dict[str, bool | int | float | str]:
    said: dict[str, bool | int | float | str] = {
        "why": decision.reason.value,
        "sentence": sentence_of(decision),
        "promise_id": decision.promise_id,
        "catalog_version": decision.catalog_version,
    }
    if decision.rule.limit is not None:
        for name, number in (("included", decision.included), ("used", decision.used)):
            if number is not None:
                said[name] = _number(decision.rule, number)
        said["remaining"] = _left(decision)
        if decision.resets_at is not None:
            said["resets_at"] = str(answer_of(decision)["resets_at"])
    return said


def _value(decision: Decision, part: str) -> FlagValue | None:
    rule = decision.rule
    match part:
        case "":
            return decision.is_allowed
        case "limit":
            return _limit(decision)
        case "remaining":
            return _remaining(decision)
        case "decision":
            return answer_of(decision)
        case _:
            return _promised(rule)


def _limit(decision: Decision) -> FlagValue | None:
    rule = decision.rule
    if rule.limit is not None:
        return _number(rule, decision.included or rule.limit)
    return _unlimited(rule) if decision.reason is Reason.unlimited else None


def _remaining(decision: Decision) -> FlagValue | None:
    """What is left before this question: asking uses nothing."""
    rule = decision.rule
    if decision.reason is Reason.unlimited:
        return _unlimited(rule)
    return None if rule.limit is None else _left(decision)


def _left(decision: Decision) -> int | float:
    left = (decision.included or 0) - (decision.used or 0)
    return _number(decision.rule, max(left, 0))


def _unlimited(rule: Rule) -> int | float:
    return float(NO_LIMIT) if rule.kind in _DIVISIBLE else NO_LIMIT


def _number(rule: Rule, number: Units) -> int | float:
    """The same type for one rule whatever the number is: clients check it. An integer is what is
    whole of the number."""
    if rule.kind in _DIVISIBLE or isinstance(rule.limit, Decimal):
        return float(number)
    return int(number)


def _promised(rule: Rule) -> FlagValue | None:
    value = rule.value
    match value:
        case Uptime(percent=Decimal() as percent):
            return float(percent)
        case StaticValue(value=Decimal() as number):
            return float(number)
        case StaticValue(value=bool() | str() as words):
            return words
        case Expertise():
            return value.assignment.value
        case FreeText():
            return value.text
        case Target():
            return dict(value.model_dump(mode="json", exclude_none=True))
        case _:
            return None
