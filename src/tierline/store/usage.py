"""Usage events in the database, and their totals, in one transaction.

An event is written once by its source and id: the first write wins. Totals of meters that add up
are kept by half-hour from where the account's periods begin, so that the use of every period is a
sum of whole half-hours; of all other meters the values themselves are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import msgspec
import sqlalchemy as sa

from tierline.kernel.instants import from_micros, to_micros
from tierline.metering.event import UsageEvent
from tierline.metering.meter import HALF_HOUR_US, Aggregation, Meter
from tierline.metering.sequence import STEP
from tierline.store import dialect
from tierline.store.columns import Instant, Scaled, Whole, Words, whole
from tierline.store.schema import table
from tierline.store.unit_of_work import Snapshot, UnitOfWork

_PLACES = 6
# Plain types, because an event's words were looked at when it was read, and it is the one row that
# is written a hundred thousand times a second.
_TEXT, _INTEGER = dialect.text(), dialect.integer()
usage_event_table = table(
    "usage_event",
    sa.Column("sequence", _INTEGER, primary_key=True, autoincrement=False),
    sa.Column("source", _TEXT, nullable=False),
    sa.Column("id", _TEXT, nullable=False),
    sa.Column("digest", _TEXT, nullable=False),
    sa.Column("type", _TEXT, nullable=False),
    sa.Column("subject", _TEXT, nullable=False),
    sa.Column("account_id", _TEXT),
    sa.Column("at", _INTEGER, nullable=False),
    sa.Column("received_at", _INTEGER, nullable=False),
    sa.Column("data", _TEXT, nullable=False),
    sa.Column("corrects", _TEXT),
    sa.UniqueConstraint("id", "source"),
    sa.Index(
        "usage_event_unknown",
        "subject",
        sqlite_where=sa.text("account_id IS NULL"),
        postgresql_where=sa.text("account_id IS NULL"),
    ),
    sa.Index(
        "usage_event_corrects",
        "corrects",
        "source",
        sqlite_where=sa.text("corrects IS NOT NULL"),
        postgresql_where=sa.text("corrects IS NOT NULL"),
    ),
)
usage_total_table = table(
    "usage_total",
    sa.Column("account_id", Words, primary_key=True),
    sa.Column("meter", Words, primary_key=True),
    sa.Column("from_at", Instant, primary_key=True),
    sa.Column("quantity", Scaled(_PLACES), nullable=False),
    sa.Column("events", Whole, nullable=False),
)
usage_value_table = table(
    "usage_value",
    sa.Column("account_id", Words, primary_key=True),
    sa.Column("meter", Words, primary_key=True),
    sa.Column("at", Instant, primary_key=True),
    sa.Column("sequence", Whole, primary_key=True, autoincrement=False),
    sa.Column("quantity", Scaled(_PLACES)),
    sa.Column("word", Words),
)
_event, _total, _value = usage_event_table.c, usage_total_table.c, usage_value_table.c
_INSERT_VALUE = usage_value_table.insert()
_DELETE_VALUE = usage_value_table.delete().where(
    _value.account_id == sa.bindparam("account"),
    _value.meter == sa.bindparam("its_meter"),
    _value.at == sa.bindparam("its_at"),
    _value.sequence == sa.bindparam("its_sequence"),
)
_ADOPT = (
    usage_event_table.update()
    .where(_event.sequence == sa.bindparam("its_sequence"))
    .values(account_id=sa.bindparam("account"))
)
_TOTAL_AS_KEPT = sa.Table(
    usage_total_table.name,
    sa.MetaData(),
    *(sa.Column(name, dialect.text(), primary_key=True) for name in ("account_id", "meter")),
    sa.Column("from_at", dialect.integer(), primary_key=True),
    *(sa.Column(name, dialect.integer()) for name in ("quantity", "events")),
)
"""The same table by what its columns hold, for the many rows of a batch."""
_TOTAL_NAMES = tuple(column.name for column in _TOTAL_AS_KEPT.columns)
_EVENT_NAMES = tuple(column.name for column in usage_event_table.columns)
_KEYS = ("account_id", "meter", "from_at")
_ids = sa.tuple_(_event.source, _event.id)
_AT_ONCE = 500
_to_json = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event as it stands in the database."""

    sequence: int
    account: str | None
    event: UsageEvent


_UNKNOWN = (
    sa.select(_event.subject)
    .distinct()
    .where(_event.account_id.is_(None), _event.subject > sa.bindparam("after"))
    .order_by(_event.subject)
    .limit(sa.bindparam("most"))
)


class UsageReads:
    """Reads of usage."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def went_beyond(
        self, account: str, meter: Meter, window: tuple[int, int], limit: Decimal
    ) -> int | None:
        """The end of the half-hour in [start, end) in which use first was more than a limit; None
        where it was not."""
        chosen = sa.select(_total.from_at, _total.quantity).where(
            _total.account_id == account,
            _total.meter == meter.key,
            _total.from_at >= from_micros(window[0]),
            _total.from_at < from_micros(window[1]),
        )
        used = Decimal(0)
        for row in self._snapshot.execute(chosen.order_by(_total.from_at)):
            used += row.quantity
            if used > limit:
                return to_micros(row.from_at) + HALF_HOUR_US
        return None

    def used(self, account: str, meter: Meter, start: int, end: int) -> Decimal:
        """What a meter comes to in [start, end), in microseconds. Of a meter that adds up the
        half-hours count whose beginning lies in it."""
        if meter.is_additive:
            return self._sum(account, meter.key, start, end)
        return self._of_values(account, meter, start, end)

    def _sum(self, account: str, meter: str, start: int, end: int) -> Decimal:
        chosen = sa.select(sa.func.sum(_total.quantity)).where(
            _total.account_id == account,
            _total.meter == meter,
            _total.from_at >= from_micros(start),
            _total.from_at < from_micros(end),
        )
        return _scaled(self._snapshot.execute(chosen).scalar())

    def _of_values(self, account: str, meter: Meter, start: int, end: int) -> Decimal:
        within = (
            _value.account_id == account,
            _value.meter == meter.key,
            _value.at >= from_micros(start),
            _value.at < from_micros(end),
        )
        match meter.aggregation:
            case Aggregation.unique:
                chosen: sa.Select[Any] = sa.select(sa.func.count(sa.distinct(_value.word)))
                return Decimal(self._snapshot.execute(chosen.where(*within)).scalar_one())
            case Aggregation.max:
                chosen = sa.select(sa.func.max(_value.quantity))
                return _scaled(self._snapshot.execute(chosen.where(*within)).scalar())
            case _:
                chosen = sa.select(_value.quantity).where(*within)
                newest = chosen.order_by(_value.at.desc(), _value.sequence.desc()).limit(1)
                return _scaled(self._snapshot.execute(newest).scalar())

    def known(self, names: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
        """The digests of those events (source and id) that are written already."""
        wanted = sorted(set(names))
        found: dict[tuple[str, str], str] = {}
        for start in range(0, len(wanted), _AT_ONCE):
            chosen = sa.select(_event.source, _event.id, _event.digest).where(
                _ids.in_(wanted[start : start + _AT_ONCE])
            )
            for row in self._snapshot.execute(chosen):
                found[row.source, row.id] = row.digest
        return found

    def events(self, names: Iterable[tuple[str, str]]) -> dict[tuple[str, str], StoredEvent]:
        """Events by source and id."""
        chosen = sa.select(usage_event_table).where(_ids.in_(sorted(set(names))))
        found = (_stored(row) for row in self._snapshot.execute(chosen).mappings())
        return {(each.event.source, each.event.id): each for each in found}

    def corrected(self, names: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
        """Those events (source and id) that another one corrects already."""
        pairs = sa.tuple_(_event.source, _event.corrects)
        chosen = sa.select(_event.source, _event.corrects).where(
            _event.corrects.is_not(None), pairs.in_(sorted(set(names)))
        )
        return {(row.source, row.corrects) for row in self._snapshot.execute(chosen)}

    def unknown_subjects(self, after: str, limit: int) -> tuple[str, ...]:
        """Subjects that stood for no account when their events came, by name."""
        asked = {"after": after, "most": limit}
        return tuple(row.subject for row in self._snapshot.rows(_UNKNOWN, asked))

    def unknown_of(self, subject: str, limit: int) -> tuple[StoredEvent, ...]:
        """Events of a subject that stood for no account when they came."""
        chosen = sa.select(usage_event_table).where(
            _event.subject == subject, _event.account_id.is_(None)
        )
        rows = self._snapshot.execute(chosen.order_by(_event.sequence).limit(limit))
        return tuple(_stored(row) for row in rows.mappings())


class UsageRecords(UsageReads):
    """Usage inside of a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit
        self.changed: set[tuple[str, str]] = set()
        """Account and feature of what was counted in this unit."""

    def corrected(self, names: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
        """The same, and nobody else corrects an event until this unit ends."""
        self._unit.take_turn("correct usage")
        return super().corrected(names)

    def add(
        self,
        events: Sequence[UsageEvent],
        accounts: Sequence[str | None],
        *,
        first: int,
        received_at: int,
    ) -> set[int]:
        """Write events under sequence numbers from `first` on, by steps of `STEP`; the places of
        those that were new. An event whose source and id stand there already is left alone."""
        rows = [
            (
                sequence,
                event.source,
                event.id,
                event.digest,
                event.type,
                event.subject,
                account,
                event.at,
                received_at,
                _to_json(event.data).decode(),
                event.corrects,
            )
            for sequence, event, account in zip(
                range(first, first + len(events) * STEP, STEP), events, accounts, strict=True
            )
        ]
        insert = self._unit.insert_new(usage_event_table, "id", "source")
        if self._unit.write_rows(insert, _EVENT_NAMES, rows) == len(rows):
            return set(range(len(rows)))
        chosen = sa.select(_event.sequence).where(
            _event.sequence >= first, _event.sequence < first + len(rows) * STEP
        )
        found = (
            divmod(sequence - first, STEP) for sequence in self._unit.execute(chosen).scalars()
        )
        return {place for place, other_process in found if other_process == 0}

    def count(
        self, totals: Mapping[tuple[str, str, int], tuple[Decimal, int]], meters: Iterable[Meter]
    ) -> None:
        """Add quantities and numbers of events to the totals by account, meter and half-hour."""
        add = self._unit.insert_or_add(_TOTAL_AS_KEPT, keys=_KEYS, sums=("quantity", "events"))
        # In one order for all who write at the same time, so that none waits in a circle.
        rows = [
            (account, meter, start, whole(int(quantity.scaleb(_PLACES))), events)
            for (account, meter, start), (quantity, events) in sorted(totals.items())
        ]
        self._unit.write_rows(add, _TOTAL_NAMES, rows)
        self._has_changed(((account, meter) for account, meter, _ in totals), meters)

    def keep_values(self, values: Sequence[tuple[str, Meter, int, int, Decimal | str]]) -> None:
        """Keep values of meters that do not add up: account, meter, instant, sequence, value."""
        self._unit.write(
            _INSERT_VALUE,
            [
                {
                    "account_id": account,
                    "meter": meter.key,
                    "at": from_micros(at),
                    "sequence": sequence,
                    "quantity": value if isinstance(value, Decimal) else None,
                    "word": value if isinstance(value, str) else None,
                }
                for account, meter, at, sequence, value in values
            ],
        )
        for account, meter, *_ in values:
            self._has_changed([(account, meter.key)], [meter])

    def drop_value(self, account: str, meter: Meter, at: int, sequence: int) -> None:
        """Take back a value that was corrected."""
        self._unit.write(
            _DELETE_VALUE,
            {
                "account": account,
                "its_meter": meter.key,
                "its_at": from_micros(at),
                "its_sequence": sequence,
            },
        )
        self._has_changed([(account, meter.key)], [meter])

    def adopt(self, sequences: Sequence[int], account: str) -> None:
        """Let events that stood for nobody stand for an account."""
        self._unit.write(
            _ADOPT, [{"its_sequence": sequence, "account": account} for sequence in sequences]
        )

    def _has_changed(self, counted: Iterable[tuple[str, str]], meters: Iterable[Meter]) -> None:
        features = {meter.key: meter.feature for meter in meters}
        for account, meter in counted:
            feature = features.get(meter)
            if feature is not None:
                self.changed.add((account, feature))


def _scaled(found: Decimal | int | None) -> Decimal:
    """A sum or maximum as the column's type gives it; 0 where there is nothing."""
    return Decimal(0) if found is None else Decimal(found)


def _stored(row: sa.RowMapping) -> StoredEvent:
    event = UsageEvent(
        source=row["source"],
        id=row["id"],
        type=row["type"],
        subject=row["subject"],
        at=row["at"],
        data=msgspec.json.decode(row["data"]),
        corrects=row["corrects"],
        digest=row["digest"],
    )
    return StoredEvent(row["sequence"], row["account_id"], event)
