"""When a promise runs out, and how much of it is used: pauses, retargets, changed calendars.

Pure functions over a `Calendar`. A pause is an interval `(from, to)`; pauses may overlap and come
in any order. Everything here is one instant at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal

from tierline.calendars.calendar import Boundary, Calendar
from tierline.kernel.errors import Invalid
from tierline.kernel.instants import SECOND_US, from_micros, to_micros

Pause = tuple[datetime, datetime]
RetargetMode = Literal["from_original_start", "from_change", "from_original_start_with_floor"]
CalendarChangeMode = Literal["bank_elapsed", "recompute_from_start"]
Spans = Sequence[tuple[int, int]]


def due_at(
    start: datetime,
    open_seconds: int,
    calendar: Calendar,
    pauses: Iterable[Pause] = (),
    *,
    boundary: Boundary = "near",
) -> datetime:
    """The first instant at which open and unpaused time since `start` reaches `open_seconds`.

    With `boundary="far"`, the last such instant: where the clock would run on.
    """
    spans = merged_pauses(pauses)
    wanted = open_seconds * SECOND_US
    return from_micros(due_micros(to_micros(start), wanted, calendar, spans, boundary=boundary))


def elapsed_seconds(
    start: datetime, end: datetime, calendar: Calendar, pauses: Iterable[Pause] = ()
) -> int:
    """Whole seconds of open and unpaused time from `start` to `end`; 0 where `end` is before."""
    spans = merged_pauses(pauses)
    return elapsed_micros(to_micros(start), to_micros(end), calendar, spans) // SECOND_US


def retargeted_due_at(
    start: datetime,
    open_seconds: int | None,
    changes: Sequence[tuple[datetime, int]],
    calendar: Calendar,
    mode: RetargetMode = "from_original_start",
    pauses: Iterable[Pause] = (),
    *,
    floor_seconds: int = 0,
) -> datetime:
    """The due time after the target changed, e.g. because the severity did.

    `changes` are (instant, new target in open seconds); the last one counts. The new target is
    measured `from_original_start` (used time stays used), or `from_change`; or from the start, but
    `with_floor`: at least `floor_seconds` of open time are left after the change.
    `open_seconds` is the target before any change, None where there was none.
    """
    ordered = sorted(changes, key=lambda change: change[0])
    if not ordered:
        if open_seconds is None:
            raise Invalid("Neither a target nor a change of it is stated.", code="no_target")
        return due_at(start, open_seconds, calendar, pauses)
    changed_at, target = ordered[-1]
    if mode == "from_change":
        return due_at(max(start, changed_at), target, calendar, pauses)
    due = due_at(start, target, calendar, pauses)
    if mode == "from_original_start":
        return due
    if mode == "from_original_start_with_floor":
        if due >= changed_at and floor_seconds == 0:
            return due
        return max(due, due_at(max(start, changed_at), floor_seconds, calendar, pauses))
    raise _unknown_mode(mode)


def due_at_across_calendars(
    start: datetime,
    open_seconds: int,
    calendar: Calendar,
    changes: Sequence[tuple[datetime, Calendar]],
    mode: CalendarChangeMode = "bank_elapsed",
    pauses: Iterable[Pause] = (),
) -> datetime:
    """The due time of a promise whose calendar changed while it ran.

    `bank_elapsed`: open time used before a change stays used, the rest counts on the new calendar.
    `recompute_from_start`: everything counts on the last calendar.
    """
    ordered = sorted(changes, key=lambda change: change[0])
    if mode == "recompute_from_start":
        last = ordered[-1][1] if ordered else calendar
        return due_at(start, open_seconds, last, pauses)
    if mode != "bank_elapsed":
        raise _unknown_mode(mode)
    spans = merged_pauses(pauses)
    reached, left = to_micros(start), open_seconds * SECOND_US
    for changed_at, next_calendar in ordered:
        change = max(reached, to_micros(changed_at))
        used = elapsed_micros(reached, change, calendar, spans)
        if 0 < left <= used or left < used:
            break
        reached, left, calendar = change, left - used, next_calendar
    return from_micros(due_micros(reached, left, calendar, spans))


def merged_pauses(pauses: Iterable[Pause]) -> list[tuple[int, int]]:
    """Pauses in microseconds, sorted and joined where they touch; empty ones are dropped."""
    merged: list[tuple[int, int]] = []
    for paused, resumed in sorted((to_micros(start), to_micros(end)) for start, end in pauses):
        if resumed <= paused:
            continue
        if merged and paused <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], resumed))
        else:
            merged.append((paused, resumed))
    return merged


def due_micros(
    start: int, open_us: int, calendar: Calendar, spans: Spans, *, boundary: Boundary = "near"
) -> int:
    """`due_at` in microseconds, over pauses that are merged already."""
    reached, left = start, open_us
    for paused, resumed in spans:
        if resumed <= reached:
            continue
        if paused > reached:
            free = calendar.open_micros(reached, paused)
            if left < free or (left == free and left > 0 and boundary == "near"):
                break
            left -= free
        reached = resumed
    return calendar.add_micros(reached, left, boundary=boundary)


def elapsed_micros(start: int, end: int, calendar: Calendar, spans: Spans) -> int:
    """`elapsed_seconds` in microseconds, exact, over pauses that are merged already."""
    if end <= start:
        return 0
    paused = sum(
        calendar.open_micros(max(start, pause_from), min(end, pause_to))
        for pause_from, pause_to in spans
        if pause_from < end and pause_to > start
    )
    return calendar.open_micros(start, end) - paused


def _unknown_mode(mode: str) -> Invalid:
    return Invalid(f"'{mode}' is not a rule for changes.", code="unknown_mode")
