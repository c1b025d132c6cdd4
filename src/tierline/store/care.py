"""Care in the database: what happened to items, and the calendars that are read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa

from tierline.actions.care import CareCalendar
from tierline.care.item import CareEvent, CareEventKind
from tierline.care.schedule import Key
from tierline.kernel.digest import canonical_json
from tierline.kernel.errors import NotFound
from tierline.store.columns import Instant, Whole, Words
from tierline.store.prepared_reads import Row, any_of
from tierline.store.schema import table
from tierline.store.unit_of_work import Snapshot, UnitOfWork

care_event_table = table(
    "care_event",
    sa.Column("contract_id", Words, sa.ForeignKey("contract.id"), primary_key=True),
    sa.Column("feature", Words, primary_key=True),
    sa.Column("due_on", Words, primary_key=True),
    sa.Column("place", Whole, primary_key=True, autoincrement=False),
    sa.Column("account_id", Words, sa.ForeignKey("account.id"), nullable=False),
    sa.Column("kind", Words, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("recorded_at", Instant, nullable=False),
    sa.Column("by", Words, nullable=False),
    sa.Column("about", Words, nullable=False),
    sa.Column("text", Words, nullable=False),
    sa.Index("care_event_account_id", "account_id"),
)
care_calendar_table = table(
    "care_calendar",
    sa.Column("id", Words, primary_key=True),
    sa.Column("digest", Words, nullable=False, unique=True),
    sa.Column("account_id", Words, sa.ForeignKey("account.id")),
    sa.Column("owner", Words),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("made_by", Words, nullable=False),
    sa.Column("revoked_at", Instant),
    sa.Index("care_calendar_account_id", "account_id"),
    sa.Index("care_calendar_owner", "owner"),
)
_event, _calendar = care_event_table.c, care_calendar_table.c
LAST_INSTANT = datetime.max.replace(tzinfo=UTC)
_OF_ALL = (
    sa.select(care_event_table)
    .where(_event.recorded_at <= sa.bindparam("known"))
    .order_by(_event.recorded_at, _event.contract_id, _event.feature, _event.due_on, _event.place)
)
_OF_CONTRACTS = _OF_ALL.where(_event.contract_id.in_(any_of("ids")))
_INSERT, _INSERT_CALENDAR = care_event_table.insert(), care_calendar_table.insert()
_REVOKE = (
    care_calendar_table.update()
    .where(_calendar.id == sa.bindparam("its_id"))
    .values(revoked_at=sa.bindparam("new_end"))
)
_CLEAR = (
    care_event_table.update()
    .where(
        _event.contract_id == sa.bindparam("its_contract"),
        _event.feature == sa.bindparam("its_feature"),
        _event.due_on == sa.bindparam("its_date"),
        _event.place == sa.bindparam("its_place"),
    )
    .values(text=sa.bindparam("new_text"))
)


class CareReads:
    """Reads of care."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def events_of(
        self, contracts: Sequence[str], known_at: datetime | None = None
    ) -> tuple[CareEvent, ...]:
        """What happened to the items of some contracts, in the order in which it was told: what was
        told by `known_at`, or all of it."""
        asked = {"ids": [*contracts], "known": known_at or LAST_INSTANT}
        return tuple(_event_of(row) for row in self._snapshot.rows(_OF_CONTRACTS, asked))

    def all_events(self, known_at: datetime) -> tuple[CareEvent, ...]:
        """The same of every contract."""
        return tuple(_event_of(row) for row in self._snapshot.rows(_OF_ALL, {"known": known_at}))

    def with_actions(self, accounts: Iterable[str] | None) -> list[Key]:
        """The items of accounts (None: of all) of which a finding is an action, done or not."""
        chosen = sa.select(_event.contract_id, _event.feature, _event.due_on).where(
            _event.kind == CareEventKind.agreed.value
        )
        if accounts is not None:
            chosen = chosen.where(_event.account_id.in_(sorted(accounts)))
        rows = self._snapshot.execute(chosen.distinct())
        keys = [Key(row.contract_id, row.feature, date.fromisoformat(row.due_on)) for row in rows]
        return sorted(keys)

    def calendar(self, calendar: str) -> CareCalendar:
        """The calendar of an id. Raises NotFound."""
        found = self._calendars(_calendar.id == calendar)
        if not found:
            raise NotFound(f"There is no calendar '{calendar}'.")
        return found[0]

    def calendar_of_secret(self, digest: str) -> CareCalendar | None:
        """The calendar behind a secret, if it is still read."""
        found = self._calendars(_calendar.digest == digest)
        return found[0] if found and found[0].revoked_at is None else None

    def calendars_of(self, *, account: str | None, owner: str | None) -> tuple[CareCalendar, ...]:
        """The calendars of an account or of a user that are still read, the oldest first."""
        whose = _calendar.owner == owner if account is None else _calendar.account_id == account
        return self._calendars(sa.and_(whose, _calendar.revoked_at.is_(None)))

    def texts_naming(self, account: str, words: Sequence[str]) -> list[sa.RowMapping]:
        """Events of an account in whose text one of the words (in lower case) stands."""
        chosen = sa.select(care_event_table).where(_event.account_id == account, _event.text != "")
        rows = self._snapshot.execute(chosen).mappings()
        return [row for row in rows if any(word in row["text"].lower() for word in words)]

    def _calendars(self, which: sa.ColumnElement[bool]) -> tuple[CareCalendar, ...]:
        rows = self._snapshot.execute(
            sa.select(care_calendar_table).where(which).order_by(_calendar.id)
        )
        return tuple(_calendar_of(row) for row in rows.mappings())


class CareRecords(CareReads):
    """Care inside of a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit

    def append(self, account: str, events: Iterable[CareEvent], *, recorded_at: datetime) -> None:
        """Write further events of items. Where somebody else was quicker it is a Conflict, and the
        unit is tried again."""
        for event in events:
            self._unit.write(
                _INSERT,
                {
                    "contract_id": event.key.contract,
                    "feature": event.key.feature,
                    "due_on": event.key.due_on.isoformat(),
                    "place": self._next_place(event.key),
                    "account_id": account,
                    "kind": event.kind.value,
                    "at": event.at,
                    "recorded_at": recorded_at,
                    "by": event.by,
                    "about": _about_of_event(event),
                    "text": event.text,
                },
            )

    def add_calendar(self, calendar: CareCalendar, digest: str) -> None:
        """Write a new calendar behind the digest of its secret."""
        self._unit.write(
            _INSERT_CALENDAR,
            {
                "id": calendar.id,
                "digest": digest,
                "account_id": calendar.account,
                "owner": calendar.owner,
                "made_at": calendar.made_at,
                "made_by": calendar.made_by,
                "revoked_at": calendar.revoked_at,
            },
        )

    def revoke_calendar(self, calendar: str, *, at: datetime) -> None:
        """Write down that nobody reads it any longer."""
        self._unit.write(_REVOKE, {"its_id": calendar, "new_end": at})

    def erase_people(self, account: str, words: Sequence[str], instead: str) -> None:
        """Clear what was written about items of an account where it names somebody."""
        found = self.texts_naming(account, [word.lower() for word in words])
        rows: list[dict[str, Any]] = [
            {
                "its_contract": row["contract_id"],
                "its_feature": row["feature"],
                "its_date": row["due_on"],
                "its_place": row["place"],
                "new_text": instead,
            }
            for row in found
        ]
        self._unit.write(_CLEAR, rows)

    def _next_place(self, key: Key) -> int:
        chosen = sa.select(sa.func.count()).where(
            _event.contract_id == key.contract,
            _event.feature == key.feature,
            _event.due_on == key.due_on.isoformat(),
        )
        found: int = self._unit.execute(chosen).scalar_one()
        return found


def _about_of_event(event: CareEvent) -> str:
    """What a fact is about: a user, or of a finding its number with who does it and by when."""
    if event.finding is None:
        return event.about
    due_on = None if event.due_on is None else event.due_on.isoformat()
    stated = {"finding": event.finding, "owner": event.about, "due_on": due_on}
    return canonical_json(stated).decode()


def _event_of(row: Row) -> CareEvent:
    return CareEvent(
        Key(row.contract_id, row.feature, date.fromisoformat(row.due_on)),
        row.at,
        CareEventKind(row.kind),
        row.by,
        text=row.text,
        **_about_of(row.about),
    )


def _about_of(text: str) -> dict[str, Any]:
    if not text.startswith("{"):
        return {"about": text}
    stated = json.loads(text)
    due_on = stated["due_on"]
    return {
        "about": stated["owner"],
        "finding": stated["finding"],
        "due_on": None if due_on is None else date.fromisoformat(due_on),
    }


def _calendar_of(row: sa.RowMapping) -> CareCalendar:
    return CareCalendar(
        id=row["id"],
        account=row["account_id"],
        owner=row["owner"],
        made_at=row["made_at"],
        made_by=row["made_by"],
        revoked_at=row["revoked_at"],
    )
