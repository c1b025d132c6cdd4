"""How far every customer under contract has come with what it is entitled to, as of an instant."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

import sqlalchemy as sa

from tierline.accounts.effective import effective
from tierline.catalog.statement import Period
from tierline.kernel.instants import from_micros, to_micros
from tierline.queries.activation import is_given, yearly_price
from tierline.queries.contract_exceptions import CatalogsOnce, contracts_in_force
from tierline.queries.feature_use import METERS_OF_FEATURES
from tierline.scorecards.activation_funnel import HABIT_STRETCHES, STRETCHES, Entitlement, Step
from tierline.store.contracts import contract_table
from tierline.store.usage import usage_total_table, usage_value_table

if TYPE_CHECKING:
    from tierline.accounts.contract import Contract
    from tierline.catalog.clock_rules import Target
    from tierline.catalog.term import Term
    from tierline.metering.meter import Meter
    from tierline.store.records import Reads

_total, _value, _contract = usage_total_table.c, usage_value_table.c, contract_table.c
_STRETCH_DAYS = {Period.month: 30, Period.quarter: 91, Period.year: 365}
WEEK_DAYS = 7


class _Right(NamedTuple):
    """A feature that a contract gives, and in stretches of how many days it is looked at."""

    contract: Contract
    feature: str
    value: Term | Target | None
    days: int


class _Seen(NamedTuple):
    """Who ever used a feature, and in how many of the last stretches."""

    ever: frozenset[str]
    stretches: Mapping[str, int]


def activation_funnel(reads: Reads, at: int) -> tuple[Entitlement, ...]:
    """Every feature whose use a meter shows, of every account under contract. A stretch is the
    period of the entitlement, at least a week, counted back from the instant."""
    meters = meters_of_features(reads.meters.newest())
    rights = [*_rights(reads, meters, at)]
    seen = {
        (feature, days): _seen(reads, meters[feature], days, at)
        for feature, days in {(right.feature, right.days) for right in rights}
    }
    since, catalogs = _customers_since(reads), CatalogsOnce(reads)
    found = []
    for right in rights:
        plan = right.contract.plan_at(at)
        named = plan.features.get(right.feature)
        age_us = at - since[right.contract.account]
        found.append(
            Entitlement(
                account=right.contract.account,
                feature=right.feature,
                name=named.name if named else right.feature.replace("_", " "),
                step=_step(right, seen[right.feature, right.days], timedelta(microseconds=age_us)),
                yearly=yearly_price(catalogs.of(right.contract, at), right.feature, right.value),
                currency=plan.currency,
            )
        )
    return tuple(found)


def meters_of_features(meters: tuple[Meter, ...]) -> dict[str, Meter]:
    """The meter that shows whether a feature is used: the one that uses it up, or the one that is
    named for it."""
    by_key = {meter.key: meter for meter in meters}
    found = {feature: by_key[key] for feature, key in METERS_OF_FEATURES.items() if key in by_key}
    for meter in reversed(meters):
        if meter.feature is not None:
            found[meter.feature] = meter
    return found


def _rights(reads: Reads, meters: Mapping[str, Meter], at: int) -> list[_Right]:
    found = []
    for contract in contracts_in_force(reads, at):
        for feature in meters:
            value = effective(contract, feature, at).value
            if is_given(value):
                per = getattr(value, "per", None)
                days = _STRETCH_DAYS.get(per, WEEK_DAYS) if per is not None else WEEK_DAYS
                found.append(_Right(contract, feature, value, days))
    return found


def _customers_since(reads: Reads) -> dict[str, int]:
    first = sa.func.min(_contract.start_at).label("first")
    rows = reads.snapshot.execute(
        sa.select(_contract.account_id, first).group_by(_contract.account_id)
    )
    return {row.account_id: to_micros(row.first) for row in rows}


def _seen(reads: Reads, meter: Meter, days: int, at: int) -> _Seen:
    """One query: each account's row is found by the key of the table, whatever it has used."""
    edges = [from_micros(at) - timedelta(days=days * number) for number in range(STRETCHES + 1)]
    columns = [_used(meter, None, edges[0]).label("ever")]
    columns += [
        _used(meter, edges[number + 1], edges[number]).label(f"stretch_{number}")
        for number in range(STRETCHES)
    ]
    accounts = sa.select(_contract.account_id).distinct().subquery("customer")
    chosen = sa.select(accounts.c.account_id, *columns)
    rows = [tuple(row) for row in reads.snapshot.execute(chosen)]
    return _Seen(
        frozenset(account for account, ever, *_ in rows if ever),
        {account: sum(map(bool, stretches)) for account, _, *stretches in rows},
    )


def _used(meter: Meter, start: object, end: object) -> sa.ColumnElement[bool]:
    """Whether a customer used it in [start, end)."""
    table, at = (_total, _total.from_at) if meter.is_additive else (_value, _value.at)
    account: sa.ColumnElement[str] = sa.literal_column("customer.account_id")
    conditions = [table.account_id == account, table.meter == meter.key, at < end]
    if meter.is_additive:
        conditions.append(_total.quantity > Decimal(0))
    if start is not None:
        conditions.append(at >= start)
    return sa.exists(sa.select(at).where(*conditions))


def _step(right: _Right, seen: _Seen, age: timedelta) -> Step:
    account = right.contract.account
    if account not in seen.ever:
        return Step.entitled
    if seen.stretches.get(account, 0) >= HABIT_STRETCHES:
        return Step.habitual
    is_new = age < timedelta(days=right.days * HABIT_STRETCHES)
    return Step.too_new if is_new else Step.activated
