"""Raw events and what was counted of them, account after account, to count them anew."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

import msgspec
import sqlalchemy as sa

from tierline.kernel.instants import to_micros
from tierline.metering.event import UsageEvent
from tierline.metering.meter import Meter
from tierline.metering.recount import AccountRange
from tierline.store.accounts import account_table
from tierline.store.meters import COUNTING, meter_table
from tierline.store.unit_of_work import Snapshot, UnitOfWork
from tierline.store.usage import (
    StoredEvent,
    usage_event_table,
    usage_total_table,
    usage_value_table,
)

EVENTS_AT_ONCE = 5_000
_event, _total, _value = usage_event_table.c, usage_total_table.c, usage_value_table.c
_correction = usage_event_table.alias("correction")
_READ = (
    _event.sequence,
    _event.source,
    _event.id,
    _event.type,
    _event.subject,
    _event.account_id,
    _event.at,
    _event.data,
    _event.corrects,
)
_is_corrected = sa.exists(
    sa.select(_correction.c.sequence).where(
        _correction.c.corrects == _event.id, _correction.c.source == _event.source
    )
)
_COUNTED = (
    meter_table.update()
    .where(
        meter_table.c.key == sa.bindparam("its_key"),
        meter_table.c.version == sa.bindparam("its_version"),
    )
    .values(counted_upto=sa.bindparam("upto"))
)
_PROGRESS = sa.select(meter_table.c.key, meter_table.c.counted_upto).order_by(
    meter_table.c.key, meter_table.c.version
)


class UsageRecountReads:
    """What a recount reads."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def unfinished(self) -> dict[str, str]:
        """Meters whose newest definition has not counted the events of all accounts yet, each with
        the last account of which it has."""
        found = {row.key: row.counted_upto for row in self._snapshot.rows(_PROGRESS, {})}
        return {key: upto for key, upto in found.items() if upto is not None}

    def accounts(self, after: str, limit: int) -> tuple[str, ...]:
        """Ids of accounts, in their order."""
        id_ = account_table.c.id
        chosen = sa.select(id_).where(id_ > after).order_by(id_).limit(limit)
        return tuple(self._snapshot.execute(chosen).scalars())

    def numbers_of_rows(self, within: AccountRange) -> dict[str, int]:
        """How many totals and values each account has; none where it has none."""
        found: dict[str, int] = {}
        for account in (_total.account_id, _value.account_id):
            number = sa.func.count().label("number")
            chosen = sa.select(account, number).where(*_of(within, account))
            for row in self._snapshot.execute(chosen.group_by(account)):
                found[row.account_id] = found.get(row.account_id, 0) + row.number
        return found

    def events(
        self, within: AccountRange, event_types: Iterable[str]
    ) -> Iterator[Sequence[StoredEvent]]:
        """The events of these types that count, some thousands at once, in the order of receipt:
        an account's, and corrected by no other."""
        chosen = (
            sa.select(*_READ)
            .where(
                _event.sequence > sa.bindparam("after"),
                _event.type.in_(sorted(set(event_types))),
                *_of(within, _event.account_id),
                sa.not_(_is_corrected),
            )
            .order_by(_event.sequence)
            .limit(EVENTS_AT_ONCE)
        )
        after = -1
        while True:
            rows = self._snapshot.execute(chosen, {"after": after}).all()
            yield [_stored(row) for row in rows]
            if len(rows) < EVENTS_AT_ONCE:
                return
            after = rows[-1].sequence

    def totals(
        self, within: AccountRange, meters: Sequence[str]
    ) -> dict[tuple[str, str, int], tuple[Decimal, int]]:
        """What is kept by account, meter and half-hour: quantity, and number of events."""
        chosen = sa.select(usage_total_table).where(
            *_of(within, _total.account_id), _total.meter.in_(meters)
        )
        return {
            (row.account_id, row.meter, to_micros(row.from_at)): (row.quantity, row.events)
            for row in self._snapshot.execute(chosen)
        }

    def values(
        self, within: AccountRange, meters: Sequence[str]
    ) -> dict[tuple[str, str, int, int], Decimal | str]:
        """What is kept by account, meter, instant and sequence number."""
        chosen = sa.select(usage_value_table).where(
            *_of(within, _value.account_id), _value.meter.in_(meters)
        )
        return {
            (row.account_id, row.meter, to_micros(row.at), row.sequence): (
                row.quantity if row.word is None else row.word
            )
            for row in self._snapshot.execute(chosen)
        }


class UsageRecountRecords(UsageRecountReads):
    """The same inside of a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit

    def hold_counting(self) -> None:
        """From now on until this unit ends nobody else counts anything."""
        self._unit.take_turn(COUNTING)

    def counted(self, meter: Meter, upto: str | None) -> None:
        """A definition has counted the events of accounts up to one, or (None) of all."""
        self._unit.write(
            _COUNTED, {"its_key": meter.key, "its_version": meter.version, "upto": upto}
        )


def _of(within: AccountRange, account: sa.ColumnElement[str]) -> list[sa.ColumnElement[bool]]:
    """A range as conditions."""
    first = [account > within.after]
    return first if within.upto is None else [*first, account <= within.upto]


def _stored(row: sa.Row[Any]) -> StoredEvent:
    event = UsageEvent(
        source=row.source,
        id=row.id,
        type=row.type,
        subject=row.subject,
        at=row.at,
        data=msgspec.json.decode(row.data),
        corrects=row.corrects,
    )
    return StoredEvent(row.sequence, row.account_id, event)
