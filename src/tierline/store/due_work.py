"""Due work in the database: rows that somebody does once their time has come.

A worker claims rows by moving `run_at` to the end of its lease, and takes them away in the same
unit that writes what it did. A worker that dies leaves its rows, which are due again when the lease
ends; one that was too slow finds its lease gone, and its unit is undone (decision 0122). A row that
is claimed with a lease on it is one of those: nobody knows what came of it (decision 0178).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from tierline.actions.due_work import DueWork
from tierline.kernel.errors import Conflict
from tierline.store.columns import Document, Instant, Whole, Words
from tierline.store.errors import OutOfTurn
from tierline.store.schema import table
from tierline.store.unit_of_work import Snapshot, UnitOfWork

ERROR_LIMIT_CHARACTERS = 500

due_work_table = table(
    "due_work",
    sa.Column("id", Words, primary_key=True),
    sa.Column("kind", Words, nullable=False),
    sa.Column("lane", Words, nullable=False),
    sa.Column("body", Document, nullable=False),
    sa.Column("run_at", Instant, nullable=False),
    sa.Column("attempts", Whole, nullable=False),
    sa.Column("lease", Words),
    sa.Column("error", Words),
    sa.Column("made_at", Instant, nullable=False),
    sa.Index("due_work_lane_run_at", "lane", "run_at", "id"),
)
_column = due_work_table.c
_INSERT = due_work_table.insert()
_OF_LANE = _column.lane == sa.bindparam("its_lane")
_IS_DUE = sa.select(_column.id).where(_OF_LANE, _column.run_at <= sa.bindparam("now")).limit(1)
_NOT_YET = sa.select(_column.id, _column.run_at).where(
    _OF_LANE, _column.run_at > sa.bindparam("now")
)
_RUN_AT = sa.select(_column.run_at).where(_column.id == sa.bindparam("its_id"))
_HOLD = (
    due_work_table.update()
    .where(_column.id == sa.bindparam("claimed"), _column.run_at == sa.bindparam("seen"))
    .values(run_at=sa.bindparam("until"))
)
_CLAIM = (
    due_work_table.update()
    .where(_column.id == sa.bindparam("claimed"), _column.run_at == sa.bindparam("seen"))
    .values(
        run_at=sa.bindparam("until"),
        lease=sa.bindparam("token"),
        attempts=_column.attempts + sa.literal_column("1"),
    )
)
_HELD = sa.and_(_column.id == sa.bindparam("claimed"), _column.lease == sa.bindparam("token"))
_FINISH = due_work_table.delete().where(_HELD)
_PUT_OFF = (
    due_work_table.update()
    .where(_HELD)
    .values(
        run_at=sa.bindparam("until"),
        attempts=sa.bindparam("tried"),
        error=sa.bindparam("said"),
        lease=sa.bindparam("left"),
    )
)
_REMOVE = due_work_table.delete().where(_column.id == sa.bindparam("removed"))


class LeaseLost(Conflict):
    """Another worker has the row by now: this one took longer than its lease."""

    code = "lease_lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A row in the hands of one worker, who proves it by `lease`. It was `due_at` that time by the
    clock of whoever asked for it or put it off. `attempts` counts this one.
    `is_again` where whoever had it before never said what came of it. One that is `held_until` then
    has still to be begun."""

    id: str
    kind: str
    body: Any
    due_at: datetime
    attempts: int
    lease: str
    is_again: bool = False
    held_until: datetime | None = None


class DueWorkReads:
    """Reads of due work."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def is_due(self, lane: str, now: datetime) -> bool:
        """Whether a lane has anything to do."""
        return self._snapshot.row(_IS_DUE, {"its_lane": lane, "now": now}) is not None

    def run_at(self, id_: str) -> datetime | None:
        """When a row is to be done; None where there is none."""
        row = self._snapshot.row(_RUN_AT, {"its_id": id_})
        return None if row is None else row.run_at

    def not_yet(self, lane: str, now: datetime) -> dict[str, datetime]:
        """The rows of a lane whose time has not come, and when it does."""
        found = self._snapshot.rows(_NOT_YET, {"its_lane": lane, "now": now})
        return {row.id: row.run_at for row in found}

    def next_of(self, lanes: tuple[str, ...]) -> dict[str, datetime]:
        """When the first row of each lane is due, or was, in one query; one that has none is not
        there."""
        found = self._snapshot.rows(_next_of(lanes), {}) if lanes else []
        return {row.lane: row.next_at for row in found if row.next_at is not None}

    def waiting(self) -> dict[str, tuple[int, datetime]]:
        """For each lane how many rows there are, and when the first of them is due."""
        chosen = sa.select(
            _column.lane,
            sa.func.count().label("rows"),
            sa.func.min(_column.run_at, type_=_column.run_at.type).label("first_at"),
        ).group_by(_column.lane)
        return {row.lane: (row.rows, row.first_at) for row in self._snapshot.execute(chosen)}


class DueWorkRecords(DueWorkReads):
    """Due work inside of a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit

    def add(self, rows: Iterable[DueWork], *, now: datetime) -> None:
        """Have something done. An id that waits already is a Conflict."""
        self._unit.write_later(_INSERT, [_row(each, now) for each in rows])

    def ensure(self, rows: Iterable[DueWork], *, now: datetime) -> None:
        """As `add`, and a row whose id waits already is left as it is."""
        insert = self._unit.insert_new(due_work_table, "id")
        self._unit.write(insert, [_row(each, now) for each in rows])

    def claim(
        self, lane: str, *, now: datetime, until: datetime, lease: str, limit: int
    ) -> tuple[Claim, ...]:
        """Take what is due in a lane, the longest due first, and hold it `until` then. `lease` is
        new and random. For `Isolation.BY_STATEMENT`."""
        chosen = sa.select(due_work_table).where(_column.lane == lane, _column.run_at <= now)
        return self._take(
            chosen.order_by(_column.run_at, _column.id).limit(limit), until=until, lease=lease
        )

    def hold(
        self, lane: str, *, now: datetime, until: datetime, lease: str, limit: int
    ) -> tuple[Claim, ...]:
        """Keep others off what is due in a lane, the longest due first, `until` then: each row is
        begun when its turn comes, and one that was not begun by then is due again as it was."""
        chosen = sa.select(due_work_table).where(_column.lane == lane, _column.run_at <= now)
        return self._take(
            chosen.order_by(_column.run_at, _column.id).limit(limit),
            until=until, lease=lease, is_begun=False,
        )  # fmt: skip

    def begin(self, claim: Claim, *, until: datetime) -> bool:
        """Claim a row that is held; False where its time was over, and it is another's."""
        values = {"claimed": claim.id, "seen": claim.held_until, "until": until,
                  "token": claim.lease}  # fmt: skip
        return self._unit.write(_CLAIM, [values]) == 1

    def let_go(self, claims: Sequence[Claim], *, now: datetime) -> None:
        """Let rows be due that were held and not begun."""
        self._unit.write(
            _HOLD,
            [{"claimed": each.id, "seen": each.held_until, "until": now} for each in claims],
        )

    def claim_one(
        self, identifier: str, *, now: datetime, until: datetime, lease: str
    ) -> Claim | None:
        """Take one row, if it is due and nobody has it."""
        chosen = sa.select(due_work_table).where(_column.id == identifier, _column.run_at <= now)
        taken = self._take(chosen, until=until, lease=lease)
        return taken[0] if taken else None

    def finish(self, claims: Sequence[Claim]) -> None:
        """Take done rows away. Raises LeaseLost."""
        values = [{"claimed": each.id, "token": each.lease} for each in claims]
        _expect(self._unit.write(_FINISH, values), len(claims))

    def put_off(
        self, claim: Claim, to: datetime, *, attempts: int, error: str = "", is_open: bool = False
    ) -> None:
        """Let a row be due again later, with what went wrong; `is_open` where it was worked on and
        nobody could write down what came of it. Raises LeaseLost."""
        values = {
            "claimed": claim.id,
            "token": claim.lease,
            "until": to,
            "tried": attempts,
            "said": error[:ERROR_LIMIT_CHARACTERS] or None,
            "left": claim.lease if is_open else None,
        }
        _expect(self._unit.write(_PUT_OFF, values), 1)

    def settle(self, claims: Sequence[Claim], again: Mapping[str, datetime]) -> None:
        """Take done rows away, but let those be due again, as if they were new, whose ids stand in
        `again`. Raises LeaseLost."""
        rest = {"tried": 0, "said": None, "left": None}
        values = [
            {"claimed": each.id, "token": each.lease, "until": again[each.id], **rest}
            for each in claims
            if each.id in again
        ]
        _expect(self._unit.write(_PUT_OFF, values), len(values))
        self.finish([each for each in claims if each.id not in again])

    def remove(self, identifiers: Iterable[str]) -> None:
        """Take rows away whoever holds them; ids that do not wait are passed over."""
        self._unit.write_later(_REMOVE, [{"removed": each} for each in identifiers])

    def _take(
        self, chosen: sa.Select[Any], *, until: datetime, lease: str, is_begun: bool = True
    ) -> tuple[Claim, ...]:
        rows = self._unit.execute(chosen.with_for_update(skip_locked=True)).all()
        token = {"token": lease} if is_begun else {}
        values = [{"claimed": row.id, "seen": row.run_at, "until": until, **token} for row in rows]
        if self._unit.write(_CLAIM if is_begun else _HOLD, values) != len(rows):
            raise OutOfTurn("Another worker took some of the same rows.")
        return tuple(
            Claim(
                id=row.id,
                kind=row.kind,
                body=row.body,
                due_at=row.run_at,
                attempts=row.attempts + 1,
                lease=lease,
                is_again=row.lease is not None,
                held_until=None if is_begun else until,
            )
            for row in rows
        )


@lru_cache(maxsize=64)
def _next_of(lanes: tuple[str, ...]) -> sa.CompoundSelect[Any]:
    """Each lane asked alone is a look at the end of an index, however many rows wait."""
    first = sa.func.min(_column.run_at, type_=_column.run_at.type).label("next_at")
    return sa.union_all(
        *(
            sa.select(sa.literal(lane, Words).label("lane"), first).where(_column.lane == lane)
            for lane in lanes
        )
    )


def _row(work: DueWork, now: datetime) -> dict[str, Any]:
    return {
        "id": work.id,
        "kind": work.kind,
        "lane": work.lane,
        "body": work.body,
        "run_at": work.run_at,
        "attempts": 0,
        "lease": None,
        "error": None,
        "made_at": now,
    }


def _expect(met: int, expected: int) -> None:
    if met != expected:
        raise LeaseLost("This took longer than its lease, and somebody else does it now.")
