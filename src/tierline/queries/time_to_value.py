"""How long customers take to their first value, from the instants that a meter keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from tierline.kernel.errors import NotFound
from tierline.kernel.instants import from_micros, to_micros
from tierline.metering.meter import REACHED, STARTED, Aggregation
from tierline.metering.time_to_value import CustomerTime
from tierline.queries.contract_exceptions import contracts_in_force
from tierline.store.contracts import contract_table
from tierline.store.usage import usage_value_table

if TYPE_CHECKING:
    from tierline.metering.meter import Meter
    from tierline.store.records import Reads

_value, _contract = usage_value_table.c, contract_table.c


def time_to_value_meter(reads: Reads, key: str) -> Meter:
    """The newest version of a meter that tells a time to value. Raises NotFound."""
    for meter in reads.meters.newest():
        if meter.key == key and meter.aggregation is Aggregation.time_to_value:
            return meter
    raise NotFound(f"There is no meter '{key}' that tells a time to value.")


def times_to_value(reads: Reads, meter: Meter, at: int) -> tuple[CustomerTime, ...]:
    """Every customer that is under contract at an instant, by account, as far as it was then. What
    came before the start is not its first value."""
    found = {
        row.account_id: (to_micros(row.started_at), row.reached_at)
        for row in reads.snapshot.execute(_firsts(meter, at))
    }
    nothing = None, None
    return tuple(
        CustomerTime(
            account=contract.account,
            tier=contract.plan_at(at).tier,
            started_at=found.get(contract.account, nothing)[0],
            reached_at=None
            if found.get(contract.account, nothing)[1] is None
            else to_micros(found[contract.account][1]),
        )
        for contract in contracts_in_force(reads, at)
    )


def _firsts(meter: Meter, at: int) -> sa.Select[Any]:
    """Who has started, when, and when their first value came after it."""
    started = _starts(meter, at).subquery()
    first = (
        sa.select(_value.at)
        .where(
            _value.account_id == started.c.account_id,
            _value.meter == meter.key,
            _value.word == REACHED,
            _value.at >= started.c.started_at,
            _value.at <= from_micros(at),
        )
        .order_by(_value.at)
        .limit(1)
        .scalar_subquery()
    )
    return sa.select(started.c.account_id, started.c.started_at, first.label("reached_at"))


def _starts(meter: Meter, at: int) -> sa.Select[Any]:
    """When each account started: with its first contract, or with the first event of a type."""
    if meter.since is None:
        when, account = sa.func.min(_contract.start_at), _contract.account_id
        chosen = sa.select(account, when.label("started_at")).where(
            _contract.start_at <= from_micros(at)
        )
        return chosen.group_by(account)
    when, account = sa.func.min(_value.at), _value.account_id
    chosen = sa.select(account, when.label("started_at")).where(
        account.in_(sa.select(_contract.account_id)),
        _value.meter == meter.key,
        _value.word == STARTED,
        _value.at <= from_micros(at),
    )
    return chosen.group_by(account)
