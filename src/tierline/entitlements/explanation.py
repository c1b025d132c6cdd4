"""Why a decision is what it is, step by step, in the order in which it was made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tierline.accounts.coverage import CoverageState
from tierline.catalog.words_amount import joined, money_in_words, number_in_words, percent_in_words
from tierline.entitlements.decision import included_units
from tierline.entitlements.sentence import answer_in_words, value_in_words
from tierline.kernel.instants import format_micros

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tierline.entitlements.decision import Decision
    from tierline.entitlements.rule import Rule


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was looked at, and what was found."""

    looked_at: str
    found: str


def explain(decision: Decision) -> tuple[Step, ...]:
    """The steps of a decision; the last one is the answer."""
    return tuple(_steps(decision))


def _steps(decision: Decision) -> Iterator[Step]:
    rule = decision.rule
    severity = f" for {decision.severity}" if decision.severity else ""
    asked = f"{number_in_words(decision.quantity)} of {rule.name}{severity}"
    yield Step("question", f"{decision.account} asks for {asked} at {format_micros(decision.at)}")
    yield Step("standing", _standing(decision))
    if rule.promise_id:
        yield Step("promise", f"{rule.promise_id}, version {rule.version}")
        yield Step("layers", _layers(rule))
    for conflict in rule.provenance.conflicts:
        yield Step("conflict", conflict)
    yield Step("gives", _gives(decision))
    if rule.limit is not None:
        yield Step("counter", _counter(decision))
        yield Step("beyond the limit", _beyond(decision))
    if rule.is_floor:
        yield Step("safety floor", "never denied, whatever the limit, the price or the payment")
    yield Step("answer", answer_in_words(decision))


def _standing(decision: Decision) -> str:
    span = decision.span
    if span.standing.coverage is CoverageState.unknown:
        return "unknown: no account of this name"
    contract = f" by {span.contract}" if span.contract else ""
    payment = span.standing.payment.value.replace("_", " ")
    return f"{span.standing.coverage.value}{contract}, payment {payment}"


def _layers(rule: Rule) -> str:
    source = rule.provenance
    added = f", with {joined(source.added)}" if source.added else ""
    over = f", over {joined(source.overruled)}" if source.overruled else ""
    return f"{source.layer} wins{added}{over}"


def _gives(decision: Decision) -> str:
    rule = decision.rule
    if rule.limit is not None:
        return f"{rule.limit_words}{f' each {rule.per}' if rule.per else ''}"
    if not decision.is_allowed and not rule.promise_id:
        return "nothing"
    return value_in_words(rule)


def _counter(decision: Decision) -> str:
    counter = decision.counter
    if counter is None:
        return "not known"
    carried = f", {number_in_words(counter.carried)} carried over" if counter.carried else ""
    resets = decision.resets_at
    until = "never resets" if resets is None else f"resets at {format_micros(resets)}"
    included = number_in_words(included_units(decision.rule, counter))
    return f"{number_in_words(counter.used)} of {included} used{carried}; {until}"


def _beyond(decision: Decision) -> str:
    rule = decision.rule
    said = [rule.behaviour]
    if rule.price is not None:
        said.append(f"{money_in_words(rule.price, rule.currency)} each")
    if decision.cap is not None:
        said.append(f"at most {money_in_words(decision.cap, rule.currency)}")
    elif rule.cap_percent is not None:
        said.append(f"at most {percent_in_words(rule.cap_percent)} of a fee that is not known here")
    if rule.warn_at_percent:
        said.append(
            f"warned at {joined([percent_in_words(each) for each in rule.warn_at_percent])}"
        )
    return ", ".join(said)
