"""Incidents in the database: what they are, their events, and the cases that they cause.

`published_at`, `ended_at` and `incident_case` are an index of the events: made anew they are the
same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from tierline.actions.incidents import LinkedCase
from tierline.cases.standing import ENDED
from tierline.kernel.errors import NotFound
from tierline.kernel.instants import format_instant, parse_instant
from tierline.status.component import Condition
from tierline.status.incident import (
    Incident,
    IncidentEvent,
    IncidentEventKind,
    IncidentKind,
    Phase,
    Update,
    Window,
)
from tierline.store.cases import case_table
from tierline.store.columns import Document, Instant, Whole, Words
from tierline.store.components import scope_columns, scope_of
from tierline.store.prepared_reads import Row, any_of
from tierline.store.schema import table
from tierline.store.unit_of_work import Snapshot, UnitOfWork

NO_END = datetime.fromisoformat("9999-01-01T00:00:00+00:00")
"""Orders an incident without an end after all others."""

incident_table = table(
    "incident",
    sa.Column("id", Words, primary_key=True),
    sa.Column("number", Whole, nullable=False, unique=True),
    sa.Column("kind", Words, nullable=False),
    sa.Column("title", Words, nullable=False),
    sa.Column("is_public", Whole, nullable=False),
    sa.Column("accounts", Document, nullable=False),
    sa.Column("regions", Document, nullable=False),
    sa.Column("planned_from", Instant),
    sa.Column("planned_until", Instant),
    sa.Column("published_at", Instant),
    sa.Column("ended_at", Instant, nullable=False),
    sa.Index("incident_ended_at", "ended_at", "id"),
)
incident_event_table = table(
    "incident_event",
    sa.Column("incident_id", Words, sa.ForeignKey("incident.id"), primary_key=True),
    sa.Column("place", Whole, primary_key=True, autoincrement=False),
    sa.Column("kind", Words, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("by", Words, nullable=False),
    sa.Column("about", Words, nullable=False),
    sa.Column("said", Document),
)
incident_case_table = table(
    "incident_case",
    sa.Column("incident_id", Words, sa.ForeignKey("incident.id"), primary_key=True),
    sa.Column("case_id", Words, sa.ForeignKey("support_case.id"), primary_key=True),
    sa.Index("incident_case_case_id", "case_id"),
)
_incident, _event = incident_table.c, incident_event_table.c
_link, _case = incident_case_table.c, case_table.c
_INSERT, _INSERT_EVENTS = incident_table.insert(), incident_event_table.insert()
_LINK = incident_case_table.insert()
_UNLINK = incident_case_table.delete().where(
    _link.incident_id == sa.bindparam("its_incident"), _link.case_id == sa.bindparam("its_case")
)
_INDEX = (
    incident_table.update()
    .where(_incident.id == sa.bindparam("its_id"))
    .values(published_at=sa.bindparam("new_published"), ended_at=sa.bindparam("new_end"))
)

_EVENTS_OF = (
    sa.select(incident_event_table)
    .where(_event.incident_id.in_(any_of("ids")))
    .order_by(_event.incident_id, _event.place)
)
_OF_CASE = (
    sa.select(incident_table)
    .where(
        _incident.id.in_(
            sa.select(_link.incident_id).where(_link.case_id == sa.bindparam("its_case"))
        )
    )
    .order_by(_incident.id.desc())
)


class IncidentReads:
    """Reads of incidents."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def get(self, incident: str) -> Incident:
        """The incident of an id, with its events. Raises NotFound."""
        found = self.chosen(sa.select(incident_table).where(_incident.id == incident))
        if not found:
            raise NotFound(f"There is no incident '{incident}'.")
        return found[0]

    def chosen(self, statement: sa.Select[Any]) -> list[Incident]:
        """The incidents of rows of their table, in the order of the statement."""
        return self._whole(self._snapshot.execute(statement).mappings().all())

    def _whole(self, rows: Sequence[Row]) -> list[Incident]:
        events: dict[str, list[IncidentEvent]] = {}
        for row in self._snapshot.rows(_EVENTS_OF, {"ids": [row["id"] for row in rows]}):
            events.setdefault(row["incident_id"], []).append(_event_of(row))
        return [_incident_of(row, events[row["id"]]) for row in rows]

    def open_at(self, instant: datetime) -> list[Incident]:
        """Those that have not ended then, the newest first."""
        chosen = sa.select(incident_table).where(_incident.ended_at > instant)
        return self.chosen(chosen.order_by(_incident.id.desc()))

    def open_cases(self, incident: str) -> tuple[LinkedCase, ...]:
        """The cases that it causes and that have not ended, the oldest first."""
        chosen = sa.select(_case.id, _case.account_id).join(
            incident_case_table, _link.case_id == _case.id
        )
        rows = self._snapshot.execute(
            chosen.where(
                _link.incident_id == incident,
                _case.state.not_in([state.value for state in ENDED]),
            ).order_by(_case.id)
        )
        return tuple(LinkedCase(row.id, row.account_id) for row in rows)

    def mark(self) -> int:
        """How many events there are: events are only added."""
        chosen = sa.select(sa.func.count()).select_from(incident_event_table)
        found: int = self._snapshot.execute(chosen).scalar_one()
        return found

    def of_case(self, case: str) -> list[Incident]:
        """The incidents that cause a case, the newest first."""
        return self._whole(self._snapshot.rows(_OF_CASE, {"its_case": case}))


class IncidentRecords(IncidentReads):
    """Incidents inside of a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit

    def next_number(self) -> int:
        """The number after the highest."""
        chosen = sa.select(sa.func.max(_incident.number))
        highest: int | None = self._unit.execute(chosen).scalar()
        return (highest or 0) + 1

    def add(self, incident: Incident) -> None:
        """Write a new incident with its events."""
        start, end = incident.window or (None, None)
        self._unit.write(
            _INSERT,
            {
                "id": incident.id,
                "number": incident.number,
                "kind": incident.kind.value,
                "title": incident.title,
                **scope_columns(incident.scope),
                "planned_from": start,
                "planned_until": end,
                "published_at": None,
                "ended_at": end or NO_END,
            },
        )
        self.append(incident.id, 0, incident.events)

    def append(self, incident: str, place: int, events: Iterable[IncidentEvent]) -> None:
        """Write further events, the first of them at this place. Where somebody else was quicker it
        is a Conflict, and the unit is tried again."""
        self._unit.write(
            _INSERT_EVENTS,
            [
                {
                    "incident_id": incident,
                    "place": place + number,
                    "kind": event.kind.value,
                    "at": event.at,
                    "by": event.by,
                    "about": event.about,
                    "said": None if event.update is None else _said(event.update),
                }
                for number, event in enumerate(events)
            ],
        )

    def index(
        self, incident: str, published_at: datetime | None, ended_at: datetime | None
    ) -> None:
        """Bring the index of an incident up to its events."""
        row = {"its_id": incident, "new_published": published_at, "new_end": ended_at or NO_END}
        self._unit.write(_INDEX, row)

    def link(self, incident: str, case: str) -> None:
        """Write down that it causes a case."""
        self._unit.write(_LINK, {"incident_id": incident, "case_id": case})

    def unlink(self, incident: str, case: str) -> None:
        """Write down that it does not."""
        self._unit.write(_UNLINK, {"its_incident": incident, "its_case": case})


def _said(update: Update) -> dict[str, object]:
    return {
        "text": update.text,
        "since": format_instant(update.since),
        "phase": None if update.phase is None else update.phase.value,
        "effects": {name: each.value for name, each in sorted(update.effects.items())},
    }


def _event_of(row: sa.RowMapping) -> IncidentEvent:
    said = row["said"]
    update = None
    if said is not None:
        update = Update(
            id=row["about"],
            text=said["text"],
            since=parse_instant(said["since"]),
            phase=None if said["phase"] is None else Phase(said["phase"]),
            effects={name: Condition(each) for name, each in said["effects"].items()},
        )
    kind = IncidentEventKind(row["kind"])
    return IncidentEvent(row["at"], kind, row["by"], row["about"], update)


def _incident_of(row: sa.RowMapping, events: Sequence[IncidentEvent]) -> Incident:
    start, end = row["planned_from"], row["planned_until"]
    return Incident(
        id=row["id"],
        number=row["number"],
        kind=IncidentKind(row["kind"]),
        title=row["title"],
        scope=scope_of(row),
        window=None if start is None else Window(start, end),
        events=tuple(events),
    )
