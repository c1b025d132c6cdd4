"""A decision in one sentence, for the person who is told yes or no."""

from __future__ import annotations

from datetime import UTC
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from tierline.calendars.local_time import zone_named
from tierline.catalog.clock_rules import Target
from tierline.catalog.term import Expertise, FreeText, StaticValue, Uptime
from tierline.catalog.words_amount import (
    counted,
    duration_in_words,
    money_in_words,
    number_in_words,
    percent_in_words,
)
from tierline.entitlements.decision import Decision, Outcome, Reason, Units, included_units
from tierline.kernel.durations import Duration
from tierline.kernel.instants import from_micros

if TYPE_CHECKING:
    from collections.abc import Callable

    from tierline.entitlements.rule import Rule


WOULD, WITH_THIS = "would be used", "used with this"


def sentence_of(decision: Decision) -> str:
    """`5 of 10 hours used with this; 5 left until 2025-02-01 00:00 (Europe/Berlin).`"""
    told = _TOLD.get(decision.reason)
    if told is not None:
        return told(decision)
    return _FIXED[decision.reason].format(name=decision.rule.name, account=decision.account)


_FIXED = {
    Reason.included: "{name} is included.",
    Reason.unlimited: "{name} is included without a limit.",
    Reason.not_included: "{name} is not included.",
    Reason.add_on_needed: "{name} is not included; it is sold as an add-on.",
    Reason.payment_suspended: "{account} is suspended for payment; only the safety floor is "
    "served.",
    Reason.contract_ended: "The contract of {account} has ended and so does not give {name}.",
    Reason.contract_not_started: "The contract of {account} has not started yet.",
    Reason.no_contract: "{account} has no contract, so nothing says whether {name} is included.",
    Reason.unknown_account: "We do not know {account} yet; whether {name} is included waits "
    "until we do.",
    Reason.unknown_feature: "No catalog of {account} names a feature '{name}'.",
}


def _within(decision: Decision) -> str:
    rule, counter = decision.rule, decision.counter
    if counter is None or rule.limit is None or rule.rollover or decision.resets_at is None:
        return f"{_count(decision)}; {_left(decision)}."
    # The answer of most questions, without a call for each part of it.
    total = counter.used + decision.quantity
    left, until = rule.limit - total, _local(decision.resets_at, decision.span.cycles.zone)
    return f"{_shown(total)} of {rule.limit_words} {WITH_THIS}; {_shown(left)} left until {until}."


def _near(decision: Decision) -> str:
    total = (decision.used or 0) + decision.quantity
    included = included_units(decision.rule, decision.counter)
    share = int(total * 100 / included) if included else 100
    return f"{_count(decision)} ({share}%); {_left(decision)}."


def _left(decision: Decision) -> str:
    """`5 left until 2025-02-01 00:00 (Europe/Berlin)`."""
    left, resets_at = _shown(decision.remaining or 0), decision.resets_at
    if resets_at is None:
        return f"{left} left"
    return f"{left} left until {_local(resets_at, decision.span.cycles.zone)}"


def _over_served(decision: Decision) -> str:
    return f"{_count(decision)}; beyond the limit we keep serving, at no charge."


def _in_grace(decision: Decision) -> str:
    return f"{_count(decision)}; beyond the limit it is served for a time of grace."


def _grace_over(decision: Decision) -> str:
    return f"{_count(decision, WOULD)}; the grace beyond the limit is over{_until(decision)}."


def _stopped(decision: Decision) -> str:
    return f"{_count(decision, WOULD)}; there is no more{_until(decision)}."


def _overage(decision: Decision) -> str:
    charge = decision.charge
    if charge is None:
        return f"{_count(decision)}; what is beyond the limit is charged{_up_to(decision)}."
    rule = decision.rule
    said = rule.price_words if charge is rule.price else money_in_words(charge, rule.currency)
    return f"{_count(decision)}; this costs {said}{_up_to(decision)}."


def _up_to(decision: Decision) -> str:
    rule, cap = decision.rule, decision.cap
    if cap is None:
        percent = rule.cap_percent
        return f", at most {percent_in_words(percent)} of the fee" if percent is not None else ""
    said = rule.cap_words if cap is rule.cap_amount else money_in_words(cap, rule.currency)
    return f", at most {said} in all"


def _capped(decision: Decision) -> str:
    cap = money_in_words(decision.cap or Decimal(0), decision.rule.currency)
    return f"{_count(decision)}; the cap of {cap} is reached and nothing more is charged."


def _uncounted(decision: Decision) -> str:
    served = "served all the same" if decision.is_allowed else "not served until it is"
    return f"How much of {decision.rule.name} is used is not known; it is {served}."


def _severity(decision: Decision) -> str:
    given = ", ".join(sorted(decision.rule.severities))
    return f"{decision.rule.name} is included for {given}, not for {decision.severity}."


def _floor(decision: Decision) -> str:
    rule = decision.rule
    if rule.is_floor:
        return f"{rule.name} is part of the safety floor: it is served, and flagged."
    return f"A case of severity {decision.severity} is never refused: {rule.name} is served."


def _past_due(decision: Decision) -> str:
    count = _count(decision, WOULD)
    return f"{count}; beyond the limit nothing is given while an invoice is past due."


def _ending(decision: Decision) -> str:
    if decision.outcome is Outcome.deny:
        count = _count(decision, WOULD)
        return f"{count}; beyond the limit nothing is given once a contract has ended."
    return f"The contract has ended; {decision.rule.name} is served until its grace is over."


def _value(decision: Decision) -> str:
    return f"{decision.rule.name}: {value_in_words(decision.rule)}."


_TOLD: dict[Reason, Callable[[Decision], str]] = {
    Reason.within_limit: _within,
    Reason.near_limit: _near,
    Reason.over_limit_served: _over_served,
    Reason.limit_grace: _in_grace,
    Reason.limit_grace_over: _grace_over,
    Reason.limit_reached: _stopped,
    Reason.overage: _overage,
    Reason.cap_reached: _capped,
    Reason.counter_unknown: _uncounted,
    Reason.severity_not_included: _severity,
    Reason.safety_floor: _floor,
    Reason.payment_past_due: _past_due,
    Reason.contract_in_grace: _ending,
    Reason.value_stated: _value,
    Reason.stated_in_words: _value,
}


def value_in_words(rule: Rule) -> str:
    """What a rule that counts nothing gives: `99.9%`, `15 minutes`, `30 days`."""
    match rule.value:
        case Target(within=Duration() as within):
            hours = f" (hours: {rule.value.hours})" if rule.value.hours else ""
            return f"within {duration_in_words(within)}{hours}"
        case Target():
            return "no target"
        case Uptime():
            percent = rule.value.percent
            return percent_in_words(percent) if percent is not None else "no uptime stated"
        case Expertise():
            return f"{rule.value.level.value}, {rule.value.assignment.value}".replace("_", " ")
        case StaticValue():
            return _static(rule.value)
        case FreeText():
            return rule.value.text
        case _:
            return "included"


def _static(term: StaticValue) -> str:
    if isinstance(term.value, bool):
        return "yes" if term.value else "no"
    if isinstance(term.value, str):
        return term.value
    return counted(term.value, term.unit) if term.unit else _shown(term.value)


def _count(decision: Decision, verb: str = WITH_THIS) -> str:
    """`5 of 10 hours used with this`: what is used with what is asked for."""
    rule, counter = decision.rule, decision.counter
    total = decision.quantity if counter is None else counter.used + decision.quantity
    words = rule.limit_words
    if rule.rollover and counter is not None and counter.carried:
        words = counted(included_units(rule, counter), rule.unit)
    return f"{_shown(total)} of {words} {verb}"


def _until(decision: Decision) -> str:
    if decision.resets_at is None:
        return ""
    return f" until {_local(decision.resets_at, decision.span.cycles.zone)}"


def _shown(number: Units) -> str:
    if number.__class__ is not int:
        return number_in_words(number)
    return str(number) if number < 1_000 else f"{number:,}"  # plain digits are made faster


@lru_cache(maxsize=65_536)
def _local(micros: int, zone: str) -> str:
    """The wall time of the customer, with its zone."""
    shown = from_micros(micros).replace(tzinfo=UTC).astimezone(zone_named(zone))
    clock = f"{shown:%H:%M}" if not shown.second else f"{shown:%H:%M:%S}"
    return f"{shown:%Y-%m-%d} {clock} ({zone})"


_SAID = {
    Outcome.allow: "Allowed",
    Outcome.allow_with_overage: "Allowed with overage",
    Outcome.warn: "Allowed, with a warning",
    Outcome.deny: "Denied",
}


def answer_in_words(decision: Decision) -> str:
    """The outcome and the sentence: `Denied: ...`."""
    return in_words(decision.outcome, sentence_of(decision))


def in_words(outcome: Outcome, sentence: str) -> str:
    """The same of an answer whose sentence was said already."""
    return f"{_SAID[outcome]}: {sentence}"
