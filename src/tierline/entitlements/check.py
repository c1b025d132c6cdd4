"""May this account do this now? A pure function: the same facts give the same answer for ever."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from msgspec import structs

from tierline.accounts.contract import PaymentState
from tierline.accounts.coverage import CoverageState
from tierline.catalog.term import LimitBehaviour
from tierline.entitlements.decision import (
    Counter,
    Decision,
    Outcome,
    Reason,
    Units,
    included_units,
)
from tierline.entitlements.limits import Ground, beyond_limit
from tierline.entitlements.rule import ALWAYS_FLOOR, Listing, Rule
from tierline.entitlements.span import FIRST, LAST, Span, Standing
from tierline.kernel.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tierline.entitlements.ruleset import PublicRules, Ruleset

_NOT_FOR_THE_FLOOR = frozenset({Outcome.deny, Outcome.allow_with_overage})
# Made once: each of these is the answer of most questions.
_WITHIN = Outcome.allow, Reason.within_limit
_NEAR = Outcome.warn, Reason.near_limit
_ENDING = Outcome.warn, Reason.contract_in_grace
_NEVER_ON_CREDIT = frozenset({LimitBehaviour.warn.value, LimitBehaviour.stop.value})
MOST_UNITS = 10**18
_ONE = 1
"""What is asked for most: a small number is one object, quicker to tell than to compare."""
NOTHING_KNOWN: Mapping[str, Counter] = {}


def check(
    ruleset: Ruleset,
    account: str,
    feature: str,
    quantity: Units = 1,
    *,
    at: int,
    counters: Mapping[str, Counter] = NOTHING_KNOWN,
    severity: str | None = None,
) -> Decision:
    """The answer at an instant (microseconds). `counters` are the account's own, by feature, of the
    period that runs at `at`; `severity` matters for channels. A quantity of 0 asks whether it is
    given at all. Raises Invalid for a quantity that is no number of units."""
    span = ruleset.accounts.get(account)
    if span is None:
        span = _stranger(account)
    elif not span.start <= at < span.end:
        span = span.at(at)
    try:
        rule = span.rules[feature]
    except KeyError:
        if not span.contract:
            return _without_contract(
                ruleset.public, span, feature, quantity=quantity, at=at, severity=severity
            )
        rule = unlisted_rule(feature)
    if (
        rule.outcome is not None
        and span.is_plain
        and severity is None
        and (quantity is _ONE or (quantity.__class__ is int and 0 <= quantity <= MOST_UNITS))
    ):
        return Decision(span, rule, at, quantity, rule.outcome, rule.reason)  # type: ignore[arg-type]  # set with the outcome
    return judge(span, rule, quantity, at=at, counter=counters.get(feature), severity=severity)


def judge(
    span: Span,
    rule: Rule,
    quantity: Units,
    *,
    at: int,
    counter: Counter | None = None,
    severity: str | None = None,
) -> Decision:
    """The answer of one rule in one span: what `check` finds, and what a receipt recomputes."""
    if quantity.__class__ is not int or not 0 <= quantity <= MOST_UNITS:
        _refuse_odd(quantity)
    ground = None
    if rule.outcome is not None or severity is not None or not span.is_plain:
        ground = _refused(span, rule, severity) or _static(span, rule)
    outcome, reason = ground or _counted(span, rule, quantity, at=at, counter=counter)
    if outcome in _NOT_FOR_THE_FLOOR and _is_floor(span, rule, severity):
        outcome, reason = Outcome.warn, Reason.safety_floor
    resets_at = None
    if rule.per is not None and rule.limit is not None:
        resets_at = span.cycles[rule.per].around(at)[1]
    return Decision(span, rule, at, quantity, outcome, reason, counter, severity, resets_at)


def _is_floor(span: Span, rule: Rule, severity: str | None) -> bool:
    """The safety floor, and every channel for a case of the worst severity."""
    is_worst = severity is not None and severity == span.standing.worst_severity
    return rule.is_floor or (rule.is_channel and is_worst)


def _refused(span: Span, rule: Rule, severity: str | None) -> Ground | None:
    """Why it is refused before any counter is looked at."""
    if span.is_plain and (severity is None or not rule.severities):
        return None
    if span.standing.coverage is CoverageState.unknown:
        return Outcome.deny, Reason.unknown_account
    if span.standing.coverage is CoverageState.uncovered:
        return Outcome.deny, _uncovered(span)
    if span.standing.payment is PaymentState.suspended:
        return Outcome.deny, Reason.payment_suspended
    if severity is not None and rule.severities and severity not in rule.severities:
        return Outcome.deny, Reason.severity_not_included
    return None


def _uncovered(span: Span) -> Reason:
    if not span.contract:
        return Reason.no_contract
    return Reason.contract_not_started if span.standing.is_before else Reason.contract_ended


def _static(span: Span, rule: Rule) -> Ground | None:
    """The answer of a rule that counts nothing."""
    if rule.outcome is None or rule.reason is None:
        return None
    if not span.is_plain and rule.outcome is Outcome.allow and _is_ending(span):
        return _ENDING
    return rule.outcome, rule.reason


def _counted(
    span: Span, rule: Rule, quantity: Units, *, at: int, counter: Counter | None
) -> Ground:
    if counter is None:
        return _uncounted(span, rule, quantity)
    total = counter.used + quantity
    included: Units | None = rule.limit
    warn_from: Units | None = rule.warn_from
    if included is None or (rule.rollover and counter.carried):
        included = included_units(rule, counter)
        warn_from = included * rule.warn_at_percent[0] / 100 if rule.warn_at_percent else None
    if total > included:
        return _beyond(span, rule, counter, at=at, included=included)
    if not span.is_plain and _is_ending(span):
        return _ENDING
    return _NEAR if warn_from is not None and total >= warn_from else _WITHIN


def _uncounted(span: Span, rule: Rule, quantity: Units) -> Ground:
    """Nobody can tell how much is used: each feature says whether it is served all the same."""
    if quantity == 0:
        return _ENDING if _is_ending(span) else (Outcome.allow, Reason.included)
    return (Outcome.warn if rule.fails_open else Outcome.deny), Reason.counter_unknown


def _beyond(span: Span, rule: Rule, counter: Counter, *, at: int, included: Units) -> Ground:
    """Nothing is given on credit to an account that owes, or whose contract has ended."""
    fee = span.standing.fee
    if span.is_plain:
        return beyond_limit(rule, counter, at=at, included=included, fee=fee)
    on_credit = rule.behaviour not in _NEVER_ON_CREDIT
    if on_credit and span.standing.payment is PaymentState.past_due:
        return Outcome.deny, Reason.payment_past_due
    if on_credit and _is_ending(span):
        return Outcome.deny, Reason.contract_in_grace
    return beyond_limit(rule, counter, at=at, included=included, fee=fee)


def _is_ending(span: Span) -> bool:
    """Served beyond its end."""
    return span.standing.coverage is CoverageState.grace


def unlisted_rule(feature: str) -> Rule:
    """A feature that no catalog of the account names."""
    is_floor = feature in ALWAYS_FLOOR
    return Rule(
        key=feature,
        name=feature.replace("_", " ") if is_floor else feature,
        listing=Listing.unlisted,
        is_floor=is_floor,
        outcome=Outcome.warn if is_floor else Outcome.deny,
        reason=Reason.safety_floor if is_floor else Reason.unknown_feature,
    )


def public_rule(feature: str, *, is_floor: bool, is_channel: bool) -> Rule:
    """A feature for somebody without a contract: the floor, and channels for the worst severity."""
    return Rule(
        key=feature,
        name=feature.replace("_", " "),
        listing=Listing.public,
        is_floor=is_floor,
        is_channel=is_channel,
        outcome=Outcome.deny,
        reason=Reason.unknown_account,
    )


def _without_contract(
    public: PublicRules, span: Span, feature: str, *, quantity: Units, at: int, severity: str | None
) -> Decision:
    """The floor is served to everybody, and the rest waits until somebody has looked."""
    worst = severity if severity in public.worst_severities else None
    standing = structs.replace(span.standing, worst_severity=worst)
    rule = public_rule(
        feature, is_floor=feature in public.floor, is_channel=feature in public.channels
    )
    asked = structs.replace(span, standing=standing, timeline=None)
    return judge(asked, rule, quantity, at=at, severity=severity)


_UNKNOWN = Standing(coverage=CoverageState.unknown)


def _stranger(account: str) -> Span:
    return Span(account=account, start=FIRST, end=LAST, rules={}, standing=_UNKNOWN)


def _refuse_odd(quantity: Units) -> None:
    is_number = isinstance(quantity, int) or (
        isinstance(quantity, Decimal) and quantity.is_finite()
    )
    if not is_number or not 0 <= quantity <= MOST_UNITS:
        raise Invalid(
            "The quantity is not a number of units. Write a number from 0 to 10^18.",
            code="bad_quantity",
        )
