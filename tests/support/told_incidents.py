"""Incidents told in hours around one noon, for tests of the status page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

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
from tierline.status.scope import EVERYONE, Scope

NOON = datetime(2025, 9, 14, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
API, EXPORT = "component_api", "component_export"
MAJOR, PARTIAL = Condition.major_outage, Condition.partial_outage
FINE = Condition.operational
MAINTENANCE = Condition.under_maintenance


def at(hours: float) -> datetime:
    return NOON + hours * HOUR


def said(
    since: float, phase: Phase | None = None, *, told: float | None = None, **effects: Condition
) -> tuple[Update, datetime]:
    named = {f"component_{name}": each for name, each in effects.items()}
    update = Update(
        id=f"update_{since}_{told}", text="So it is.", since=at(since), phase=phase, effects=named
    )
    return update, at(since if told is None else told)


def incident(
    *told: tuple[Update, datetime],
    window: tuple[float, float] | None = None,
    scope: Scope = EVERYONE,
    number: int = 1,
    title: str = "Imports stand",
) -> Incident:
    """Published updates, each at its moment."""
    kinds = IncidentEventKind
    events = [IncidentEvent(at(-100), kinds.declared, "user_1")]
    for update, published_at in told:
        events.append(
            IncidentEvent(published_at, kinds.update_drafted, "user_1", update.id, update)
        )
        events.append(IncidentEvent(published_at, kinds.update_published, "user_2", update.id))
    return Incident(
        id=f"incident_{number}",
        number=number,
        kind=IncidentKind.disruption if window is None else IncidentKind.maintenance,
        title=title,
        scope=scope,
        window=None if window is None else Window(at(window[0]), at(window[1])),
        events=tuple(events),
    )
