"""The operations that a vector may ask for: each reads its question and calls a public function."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import get_args

from tierline.calendars.business_hours import BusinessHours
from tierline.calendars.calendar import Boundary, Calendar, calendar_for
from tierline.calendars.local_time import resolve_local, zone_named
from tierline.calendars.reading import parse_date, parse_time, read_hours
from tierline.calendars.shared_periods import in_zone_of, shared_periods, wall_clock_seconds
from tierline.calendars.validation import validate
from tierline.calendars.working_days import (
    Snap,
    add_business_days,
    business_dates,
    shift_working_days,
    working_days_between,
)
from tierline.kernel.errors import Fault, Invalid
from tierline.kernel.instants import SECOND_US, parse_instant, to_micros
from tierline.milestones.arithmetic import (
    CalendarChangeMode,
    Pause,
    RetargetMode,
    due_at,
    due_at_across_calendars,
    elapsed_seconds,
    retargeted_due_at,
)

_HALF_SECOND = timedelta(microseconds=500_000)
_SCHEDULE_KEYS = {
    "tz": "time_zone",
    "shifts": "overrides",
    "shifts_override_holidays": "overrides_beat_holidays",
}
# what every schedule may carry beside the hours themselves
_NOT_HOURS = frozenset({"name", "note"})


class BrokenVector(Exception):
    """The vector does not say what its operation needs."""


@dataclass(frozen=True, slots=True)
class Question:
    """The `schedule` and the `input` of a vector, read as typed values or refused.

    `expects_flag`: the vector wants to hear whether a law holds, not the instant that shows it.
    """

    schedule: object
    stated: object
    expects_flag: bool = False

    def hours(self) -> tuple[BusinessHours, list[Fault]]:
        """The schedule as hours, with the faults of reading it."""
        return _hours(self.schedule, "schedule")

    def calendar(self) -> Calendar:
        """The schedule, compiled."""
        return _calendar(self.schedule, "schedule")

    def get(self, key: str) -> object:
        """A value of the input; a missing one breaks the vector."""
        if not isinstance(self.stated, Mapping):
            raise BrokenVector("its input is not an object")
        if key not in self.stated:
            raise BrokenVector(f"its input has no '{key}'")
        return self.stated[key]

    def has(self, key: str) -> bool:
        """Whether the input states the key, and not as null."""
        return isinstance(self.stated, Mapping) and self.stated.get(key) is not None

    def instant(self, key: str) -> datetime:
        """An instant of the input."""
        return _instant(self.get(key), key)

    def day(self, key: str) -> date:
        """A date of the input; of an instant, the date that it is written with."""
        return parse_date(_text(self.get(key), key).split("T")[0])

    def whole(self, key: str) -> int:
        """A whole number of the input."""
        return _whole(self.get(key), key)

    def flag(self, key: str, *, otherwise: bool = False) -> bool:
        """True or false; `otherwise` where it is absent."""
        return bool(self.get(key)) if self.has(key) else otherwise

    def word(self, key: str, *known: str) -> str:
        """One of the known words; the first one where it is absent."""
        if not self.has(key):
            return known[0]
        word = _text(self.get(key), key)
        if word not in known:
            raise BrokenVector(f"its {key} '{word}' is not one of {', '.join(known)}")
        return word

    def boundary(self) -> Boundary:
        """Which edge is wanted where time runs out exactly at one; `near` where absent."""
        return "far" if self.word("boundary", *get_args(Boundary)) == "far" else "near"

    def pauses(self) -> list[Pause]:
        """The intervals of `pauses`, none where absent."""
        stated = self.get("pauses") if self.has("pauses") else []
        return [
            (_instant(_part(pause, 0), "pauses"), _instant(_part(pause, 1), "pauses"))
            for pause in _list(stated, "pauses")
        ]

    def changes(self) -> list[Mapping[str, object]]:
        """The entries of `changes`."""
        entries = _list(self.get("changes"), "changes")
        for entry in entries:
            if not isinstance(entry, Mapping) or "at" not in entry:
                raise BrokenVector("an entry of 'changes' has no 'at'")
        return [entry for entry in entries if isinstance(entry, Mapping)]


def _add(question: Question) -> object:
    return _rounded(
        question,
        question.calendar().add(
            question.instant("start"), question.whole("seconds"), boundary=question.boundary()
        ),
    )


def _sub(question: Question) -> object:
    return _rounded(
        question,
        question.calendar().subtract(
            question.instant("start"), question.whole("seconds"), boundary=question.boundary()
        ),
    )


def _roundtrip(question: Question) -> object:
    calendar, seconds = question.calendar(), question.whole("seconds")
    start = question.instant("start")
    back = calendar.subtract(calendar.add(start, seconds), seconds)
    return back == start if question.expects_flag else back


def _between(question: Question) -> object:
    calendar, signed = question.calendar(), question.flag("signed")
    start, end = question.instant("start"), question.instant("end")
    if question.word("clock", "elapsed", "wall") == "wall":
        return wall_clock_seconds(calendar, start, end, signed=signed)
    micros = calendar.open_micros(to_micros(start), to_micros(end), signed=signed)
    if question.has("rounding"):
        return (micros + SECOND_US // 2) // SECOND_US
    return micros // SECOND_US if micros % SECOND_US == 0 else micros / SECOND_US


def _is_open(question: Question) -> object:
    return question.calendar().is_open(question.instant("at"))


def _on_break(question: Question) -> object:
    return question.calendar().on_break(question.instant("at"))


def _on_holiday(question: Question) -> object:
    return question.calendar().on_holiday(question.instant("at"))


def _next_open(question: Question) -> object:
    return question.calendar().next_open(question.instant("at"))


def _next_close(question: Question) -> object:
    return question.calendar().next_close(question.instant("at"))


def _prev_open(question: Question) -> object:
    return question.calendar().prev_open(question.instant("at"))


def _next_opening_edge(question: Question) -> object:
    return question.calendar().next_opening_edge(question.instant("at"))


def _periods(question: Question) -> object:
    backward = question.word("direction", "forward", "backward") == "backward"
    return question.calendar().periods(
        question.instant("from"),
        "backward" if backward else "forward",
        count=question.whole("count") if question.has("count") else None,
        until=question.instant("until") if question.has("until") else None,
    )


def _intersect_periods(question: Question) -> object:
    calendar = question.calendar()
    other = in_zone_of(_calendar(question.get("other"), "other"), calendar)
    return shared_periods(
        calendar,
        other,
        question.instant("from"),
        count=question.whole("count") if question.has("count") else None,
        until=question.instant("until") if question.has("until") else None,
    )


def _resolve_local(question: Question) -> object:
    hours, faults = question.hours()
    _refuse(faults)
    second = parse_time(_text(question.get("time"), "time"))
    return resolve_local(question.day("date"), second, zone_named(hours.time_zone))


def _business_dates(question: Question) -> object:
    days = business_dates(question.calendar(), question.day("after"), question.whole("count"))
    return [day.isoformat() for day in days]


def _add_business_days(question: Question) -> object:
    snap: Snap | None = None
    if question.has("snap"):
        snap = (
            "forward" if question.word("snap", "forward", "backward") == "forward" else "backward"
        )
    return add_business_days(
        question.calendar(), question.instant("start"), question.whole("days"), snap=snap
    )


def _shift_working_days(question: Question) -> object:
    calendar = question.calendar()
    return shift_working_days(calendar, question.day("start"), question.whole("days")).isoformat()


def _working_days_between(question: Question) -> object:
    return working_days_between(question.calendar(), question.day("from"), question.day("to"))


def _validate(question: Question) -> object:
    hours, faults = question.hours()
    overnight = question.flag("overnight_windows", otherwise=True)
    return "error" if faults or validate(hours, overnight) else "ok"


def _validate_target(question: Question) -> object:
    seconds = question.get("seconds")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return "error"
    return "ok" if seconds > 0 else "error"


def _sla_due(question: Question) -> object:
    return _rounded(
        question,
        due_at(
            question.instant("start"),
            question.whole("seconds"),
            question.calendar(),
            question.pauses(),
            boundary=question.boundary(),
        ),
    )


def _sla_elapsed(question: Question) -> object:
    return elapsed_seconds(
        question.instant("start"), question.instant("end"), question.calendar(), question.pauses()
    )


def _sla_retarget(question: Question) -> object:
    modes: dict[str, RetargetMode] = {mode: mode for mode in get_args(RetargetMode)}
    changes = [
        (_instant(entry["at"], "at"), _whole(entry.get("seconds"), "seconds"))
        for entry in question.changes()
    ]
    return retargeted_due_at(
        question.instant("start"),
        question.whole("seconds") if question.has("seconds") else None,
        changes,
        question.calendar(),
        modes[question.word("mode", *modes)],
        question.pauses(),
    )


def _sla_calendar_change(question: Question) -> object:
    modes: dict[str, CalendarChangeMode] = {mode: mode for mode in get_args(CalendarChangeMode)}
    changes = [
        (_instant(entry["at"], "at"), _calendar(entry.get("schedule"), "schedule of a change"))
        for entry in question.changes()
    ]
    return due_at_across_calendars(
        question.instant("start"),
        question.whole("seconds"),
        question.calendar(),
        changes,
        modes[question.word("mode", *modes)],
        question.pauses(),
    )


OPERATIONS: Mapping[str, Callable[[Question], object]] = {
    "add": _add,
    "sub": _sub,
    "roundtrip": _roundtrip,
    "between": _between,
    "is_open": _is_open,
    "on_break": _on_break,
    "on_holiday": _on_holiday,
    "next_open": _next_open,
    "next_close": _next_close,
    "prev_open": _prev_open,
    "next_opening_edge": _next_opening_edge,
    "periods": _periods,
    "intersect_periods": _intersect_periods,
    "resolve_local": _resolve_local,
    "business_dates": _business_dates,
    "add_business_days": _add_business_days,
    "shift_working_days": _shift_working_days,
    "working_days_between": _working_days_between,
    "validate": _validate,
    "validate_target": _validate_target,
    "sla_due": _sla_due,
    "sla_elapsed": _sla_elapsed,
    "sla_retarget": _sla_retarget,
    "sla_calendar_change": _sla_calendar_change,
}


def _hours(stated: object, name: str) -> tuple[BusinessHours, list[Fault]]:
    if not isinstance(stated, Mapping):
        raise BrokenVector(f"its {name} is missing or not an object")
    return read_hours(
        {
            _SCHEDULE_KEYS.get(str(key), str(key)): value
            for key, value in stated.items()
            if key not in _NOT_HOURS
        }
    )


def _calendar(stated: object, name: str) -> Calendar:
    hours, faults = _hours(stated, name)
    _refuse(faults)
    return calendar_for(hours)


def _refuse(faults: Sequence[Fault]) -> None:
    if faults:
        raise Invalid("; ".join(map(str, faults)), faults, code="bad_hours")


def _rounded(question: Question, instant: datetime) -> datetime:
    if not question.has("rounding"):
        return instant
    return (instant + _HALF_SECOND).replace(microsecond=0)


def _instant(value: object, key: str) -> datetime:
    return parse_instant(_text(value, key))


def _text(value: object, key: str) -> str:
    if not isinstance(value, str):
        raise BrokenVector(f"'{key}' is not text")
    return value


def _whole(value: object, key: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value):
        raise BrokenVector(f"'{key}' is not a whole number")
    return int(value)


def _list(value: object, key: str) -> Sequence[object]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise BrokenVector(f"'{key}' is not a list")
    return value


def _part(value: object, index: int) -> object:
    pair = _list(value, "pauses")
    if len(pair) != 2:
        raise BrokenVector("an entry of 'pauses' is not a pair of instants")
    return pair[index]
