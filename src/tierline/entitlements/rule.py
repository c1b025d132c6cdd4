"""A rule: one feature's term, compiled to the few values that a check compares."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, assert_never

import msgspec
from msgspec import structs

from tierline.catalog.clock_rules import Target
from tierline.catalog.feature import CounterUnknown, Safety
from tierline.catalog.term import (
    Assignment,
    AtLimit,
    Channel,
    Deliverable,
    Expertise,
    FreeText,
    Included,
    LimitBehaviour,
    QuantityTerm,
    Rate,
    Seats,
    ServiceUnits,
    StaticValue,
    Term,
    Uptime,
)
from tierline.catalog.words_amount import counted, money_in_words
from tierline.entitlements.decision import Outcome, Reason, Units
from tierline.kernel.instants import SECOND_US

if TYPE_CHECKING:
    from tierline.accounts.signed_terms import SignedFeature
    from tierline.catalog.statement import Quantity

ALWAYS_FLOOR = frozenset(safety.value for safety in Safety)
"""Keys that are served whatever a catalog says of them, or does not say."""


class Provenance(msgspec.Struct, frozen=True, gc=False):
    """Where a rule comes from."""

    promise_id: str = ""
    catalog: str = ""
    version: str = ""
    layer: str = ""
    added: tuple[str, ...] = ()
    overruled: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    currency: str = "USD"


class Listing(StrEnum):
    """Who says what a rule says."""

    signed = "signed"
    """The catalog version that the contract was signed on."""
    unlisted = "unlisted"
    """Nobody: no catalog of the account names the feature."""
    public = "public"
    """The published catalogs, for who has no contract."""


class Rule(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a check needs of one feature. A rule with an `outcome` counts nothing."""

    key: str
    name: str
    kind: str = "none"
    value: Term | Target | None = None
    feature: SignedFeature | None = None
    listing: Listing = Listing.signed
    provenance: Provenance = Provenance()
    is_floor: bool = False
    """Part of the safety floor: never denied."""
    is_channel: bool = False
    fails_open: bool = True
    severities: frozenset[str] = frozenset()
    outcome: Outcome | None = None
    reason: Reason | None = None
    limit: Units | None = None
    """A whole number as an integer: it compares several times as fast."""
    unit: str = "unit"
    per: str | None = None
    """The word of the period (`month`)."""
    rollover: bool = False
    behaviour: str = LimitBehaviour.stop.value
    """The word of what happens beyond the limit; words compare faster than members of an enum."""
    warn_at_percent: tuple[Decimal, ...] = ()
    warn_from: Units | None = None
    """Units from which the first warning is due, with nothing carried over."""
    grace_us: int | None = None
    price: Decimal | None = None
    cap_amount: Decimal | None = None
    cap_percent: Decimal | None = None
    limit_words: str = ""
    """`10 hours`; as the words below, made once for all answers."""
    price_words: str = ""
    cap_words: str = ""

    @property
    def promise_id(self) -> str:
        """The promise that the rule keeps."""
        return self.provenance.promise_id

    @property
    def version(self) -> str:
        """The catalog version that it was signed on."""
        return self.provenance.version

    @property
    def layer(self) -> str:
        """The layer that won."""
        return self.provenance.layer

    @property
    def currency(self) -> str:
        """Of price and cap."""
        return self.provenance.currency


def rule_of(
    key: str,
    feature: SignedFeature | None,
    value: Term | Target | None,
    provenance: Provenance,
) -> Rule:
    """The rule of a feature (or target) that an account is given as `value`."""
    rule = Rule(
        key=key,
        name=feature.name if feature else key.replace("_", " "),
        value=value,
        feature=feature,
        provenance=provenance,
        is_floor=key in ALWAYS_FLOOR or (feature is not None and feature.safety is not None),
        is_channel=isinstance(value, Channel) or (feature is not None and feature.is_channel),
        fails_open=feature is None or feature.counter_unknown is CounterUnknown.serve,
    )
    unit = feature.unit if feature and feature.unit else "unit"
    return _compiled(rule, value, unit)


def _compiled(rule: Rule, value: Term | Target | None, unit: str) -> Rule:
    match value:
        case None:
            return _denying(rule, Reason.not_included)
        case Included() | Channel():
            given = structs.replace(rule, kind=value.kind, severities=frozenset(value.severities))
            return _given(given, is_given=value.included)
        case QuantityTerm() | Rate() | Seats() | ServiceUnits() | Deliverable():
            return _limited(structs.replace(rule, kind=value.kind), value, unit)
        case Expertise():
            return _expertise(rule, value)
        case StaticValue(value=False):
            return _denying(structs.replace(rule, kind=value.kind), Reason.not_included)
        case StaticValue() | Uptime():
            return _allowing(structs.replace(rule, kind=value.kind), Reason.value_stated)
        case FreeText():
            return _allowing(structs.replace(rule, kind=value.kind), Reason.stated_in_words)
        case Target():
            return _allowing(structs.replace(rule, kind="target"), Reason.value_stated)
        case _:
            assert_never(value)


def _limited(
    rule: Rule, value: QuantityTerm | Rate | Seats | ServiceUnits | Deliverable, unit: str
) -> Rule:
    match value:
        case QuantityTerm():
            periodic = structs.replace(
                rule, per=value.per and value.per.value, rollover=value.rollover
            )
            return _counted(periodic, value.limit, value.unit or unit, value.at_limit)
        case Rate():
            periodic = structs.replace(rule, per=value.per.value)
            return _counted(periodic, value.limit, value.unit, value.at_limit)
        case Seats():
            return _counted(rule, value.limit, value.role, value.at_limit)
        case ServiceUnits():
            periodic = structs.replace(
                rule, per=value.per and value.per.value, rollover=value.rollover
            )
            return _counted(periodic, value.amount, value.unit, value.at_limit)
        case Deliverable():
            periodic = structs.replace(rule, per=value.per.value)
            return _counted(periodic, Decimal(value.times), value.what, None)
        case _:
            assert_never(value)


def _given(rule: Rule, *, is_given: bool) -> Rule:
    return _allowing(rule, Reason.included) if is_given else _denying(rule, Reason.not_included)


def _allowing(rule: Rule, reason: Reason) -> Rule:
    return structs.replace(rule, outcome=Outcome.allow, reason=reason)


def _denying(rule: Rule, reason: Reason) -> Rule:
    """A rule that says no; on the safety floor nothing does."""
    if rule.is_floor:
        return structs.replace(rule, outcome=Outcome.warn, reason=Reason.safety_floor)
    return structs.replace(rule, outcome=Outcome.deny, reason=reason)


def _expertise(rule: Rule, value: Expertise) -> Rule:
    experts = structs.replace(rule, kind=value.kind, severities=frozenset(value.severities))
    match value.assignment:
        case Assignment.none:
            return _denying(experts, Reason.not_included)
        case Assignment.add_on:
            return _denying(experts, Reason.add_on_needed)
        case _:
            return _allowing(experts, Reason.value_stated)


def _counted(rule: Rule, limit: Quantity, unit: str, at_limit: AtLimit | None) -> Rule:
    """A rule with a counter. A limit without a stated behaviour stops, as its words say."""
    named = structs.replace(rule, unit=unit)
    if isinstance(limit, str):
        return _allowing(named, Reason.unlimited)
    behaviour = at_limit.behaviour if at_limit else LimitBehaviour.stop
    if limit == 0 and behaviour is LimitBehaviour.stop:
        return _denying(named, Reason.not_included)
    stated = at_limit or AtLimit(behaviour=behaviour)
    warn_at = tuple(sorted(stated.warn_at_percent)) if limit else ()
    return structs.replace(
        named,
        limit=_whole(limit),
        behaviour=behaviour.value,
        warn_at_percent=warn_at,
        warn_from=_whole(limit * warn_at[0] / 100) if warn_at else None,
        grace_us=stated.grace.elapsed_seconds() * SECOND_US if stated.grace else None,
        price=stated.overage_amount,
        cap_amount=stated.cap_amount,
        cap_percent=stated.cap_percent_of_fee,
        limit_words=counted(limit, unit),
        price_words=_money(stated.overage_amount, rule.currency),
        cap_words=_money(stated.cap_amount, rule.currency),
    )


def _whole(number: Decimal) -> Units:
    return int(number) if number == number.to_integral_value() else number


def _money(amount: Decimal | None, currency: str) -> str:
    return "" if amount is None else money_in_words(amount, currency)
