"""Notices of limits in the database, and running counts of periods.

`limit_count` is no more than a help for several processes on one server: the row of a period is
where units that count at the same time meet, so that exactly one of them sees a limit crossed. It
can be made again from totals and reservations; where one process owns a file it stays empty.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import msgspec
import sqlalchemy as sa

from tierline.entitlements.limit_notice import LimitNotice
from tierline.kernel.instants import from_micros, to_micros
from tierline.store import dialect
from tierline.store.columns import Instant, Scaled, Words, whole
from tierline.store.schema import table
from tierline.store.unit_of_work import Snapshot, UnitOfWork

_PLACES = 6
_to_json = msgspec.json.Encoder().encode
_AT_ONCE = 500
PAGE_LIMIT_NOTICES = 200
Period = tuple[str, str, int]
"""Account, feature and start of the period in microseconds."""

limit_notice_table = table(
    "limit_notice",
    sa.Column("account_id", Words, sa.ForeignKey("account.id"), primary_key=True),
    sa.Column("feature", Words, primary_key=True),
    sa.Column("period_start", Instant, primary_key=True),
    sa.Column("level", Scaled(_PLACES), primary_key=True, autoincrement=False),
    sa.Column("limit_quantity", Scaled(_PLACES), primary_key=True, autoincrement=False),
    sa.Column("included_quantity", Scaled(_PLACES), nullable=False),
    sa.Column("used_quantity", Scaled(_PLACES), nullable=False),
    sa.Column("noticed_at", Instant, nullable=False),
)
limit_count_table = table(
    "limit_count",
    sa.Column("account_id", Words, primary_key=True),
    sa.Column("feature", Words, primary_key=True),
    sa.Column("period_start", Instant, primary_key=True),
    sa.Column("quantity", Scaled(_PLACES), nullable=False),
)
_notice, _count = limit_notice_table.c, limit_count_table.c
_INSERT = limit_notice_table.insert()
_FORGET = limit_count_table.delete()
_KEYS = ("account_id", "feature", "period_start")
_COUNT_AS_KEPT = sa.Table(
    limit_count_table.name,
    sa.MetaData(),
    *(sa.Column(name, dialect.text(), primary_key=True) for name in ("account_id", "feature")),
    sa.Column("period_start", dialect.integer(), primary_key=True),
    sa.Column("quantity", dialect.integer()),
)
"""The same table by what its columns hold, for the many rows of a batch."""
_COUNT_NAMES = tuple(column.name for column in _COUNT_AS_KEPT.columns)


class LimitNoticeReads:
    """Reads of notices."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def of_account(self, account: str) -> tuple[LimitNotice, ...]:
        """The notices of an account, the newest first, at most 200."""
        chosen = sa.select(limit_notice_table).where(_notice.account_id == account)
        ordered = chosen.order_by(_notice.noticed_at.desc(), _notice.feature, _notice.level.desc())
        rows = self._snapshot.execute(ordered.limit(PAGE_LIMIT_NOTICES)).mappings()
        return tuple(_notice_of(row) for row in rows)

    def told(self, periods: Sequence[Period]) -> dict[Period, dict[Decimal, Decimal]]:
        """Levels that were told in these periods, each with the highest limit at which it was."""
        wanted, found = set(periods), dict[Period, dict[Decimal, Decimal]]()
        for row in self._of(limit_notice_table, periods):
            period = row["account_id"], row["feature"], to_micros(row["period_start"])
            if period in wanted:
                told = found.setdefault(period, {})
                level, limit = row["level"], row["limit_quantity"]
                told[level] = max(limit, told.get(level, limit))
        return found

    def has_counts(self) -> bool:
        """Whether there are running counts of periods."""
        return self._snapshot.execute(sa.select(_count.account_id).limit(1)).first() is not None

    def _of(self, table: sa.Table, periods: Sequence[Period]) -> list[sa.RowMapping]:
        """Rows of these accounts from the earliest of the periods on."""
        accounts = sorted({account for account, *_ in periods})
        since = from_micros(min((start for *_, start in periods), default=0))
        chosen = sa.select(table).where(table.c.period_start >= since)
        return [
            row
            for first in range(0, len(accounts), _AT_ONCE)
            for row in self._snapshot.execute(
                chosen.where(table.c.account_id.in_(accounts[first : first + _AT_ONCE]))
            ).mappings()
        ]


class LimitNoticeRecords(LimitNoticeReads):
    """Notices inside of a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit

    def add(self, notices: Sequence[LimitNotice]) -> None:
        """Write notices. One that stands there already is a Conflict."""
        self._unit.write(
            _INSERT,
            [
                {
                    "account_id": each.account,
                    "feature": each.feature,
                    "period_start": from_micros(each.period_start),
                    "level": each.level,
                    "limit_quantity": each.limit,
                    "included_quantity": each.included,
                    "used_quantity": each.used,
                    "noticed_at": each.noticed_at,
                }
                for each in notices
            ],
        )

    def begin_counts(self, counts: Mapping[Period, Decimal]) -> None:
        """Write what was counted in these periods before this unit, where nobody has yet."""
        insert = self._unit.insert_new(_COUNT_AS_KEPT, *_KEYS)
        self._unit.write_rows(insert, _COUNT_NAMES, _rows(counts))

    def add_counts(
        self, added: Mapping[Period, Decimal], levels: Mapping[Period, Decimal]
    ) -> set[Period]:
        """Add to the counts of periods; those that have reached their level with it. Whoever else
        adds to one of them waits until this unit ends."""
        if not added:
            return set()
        add = self._unit.insert_or_add(_COUNT_AS_KEPT, keys=_KEYS, sums=("quantity",))
        many = dialect.from_document(add, _COUNT_NAMES)
        rows = [dict(zip(_COUNT_NAMES, row, strict=True)) for row in _rows(added)]
        given = {"rows": _to_json(rows).decode()}
        found: set[Period] = set()
        for row in self._unit.execute(many.returning(*_COUNT_AS_KEPT.c), given):
            period = row.account_id, row.feature, row.period_start
            level = levels.get(period)
            if level is not None and row.quantity >= level.scaleb(_PLACES):
                found.add(period)
        return found

    def forget_counts(self) -> None:
        """Let the running counts go: one process owns the file, and keeps its own."""
        self._unit.execute(_FORGET)


def _rows(counts: Mapping[Period, Decimal]) -> list[tuple[str, str, int, int]]:
    """In one order for all who write at the same time, so that none waits in a circle."""
    return [
        (account, feature, start, whole(int(quantity.scaleb(_PLACES))))
        for (account, feature, start), quantity in sorted(counts.items())
    ]


def _notice_of(row: sa.RowMapping) -> LimitNotice:
    return LimitNotice(
        account=row["account_id"],
        feature=row["feature"],
        period_start=to_micros(row["period_start"]),
        level=row["level"],
        limit=row["limit_quantity"],
        included=row["included_quantity"],
        used=row["used_quantity"],
        noticed_at=row["noticed_at"],
    )
