"""From what people write to a statement of hours; every fault is collected, not the first one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from tierline.calendars.business_hours import (
    WEEKDAYS,
    BusinessHours,
    DatedWindows,
    Window,
    Windows,
    dated,
    week_of,
)
from tierline.calendars.validation import validate
from tierline.kernel.errors import Fault, Invalid

_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")
_DASH = re.compile(r"\s*(?:-|–|\bto\b)\s*")
_RECURRING = re.compile(r"--(\d{2})-(\d{2})")
_CLOSED = frozenset({"", "closed", "none"})
_KEYS = (
    "time_zone", "week", "holidays", "country", "subdivision", "breaks", "overrides",
    "overrides_beat_holidays", "always_open",
)  # fmt: skip

FaultList = list[Fault]


def parse_hours(stated: Mapping[str, object], *, path: str = "") -> BusinessHours:
    """Read and check a mapping such as a catalog holds; `Invalid` carries all faults at once.

    Keys: `time_zone`; `week` {`mon`..`sun`, ranges such as `mon-fri`: windows}; `holidays` (dates,
    `--MM-DD` for every year); `country`, `subdivision`; `breaks` and `overrides` {date: windows};
    `overrides_beat_holidays`; `always_open`. Windows are text (`09:00-12:00, 13:00-17:00`,
    `closed`) or a list of such texts or of pairs.
    """
    hours, faults = read_hours(stated)
    faults = [_below(path, fault) for fault in faults] + validate(hours, path=path)
    if faults:
        raise Invalid("; ".join(map(str, faults)), faults, code="bad_hours")
    return hours


def read_hours(stated: Mapping[str, object]) -> tuple[BusinessHours, FaultList]:
    """The hours as far as they can be read, and what could not be. Not validated yet."""
    faults = [_unknown_key(key) for key in stated if key not in _KEYS]
    holidays, recurring = _holidays(stated.get("holidays"), faults)
    hours = BusinessHours(
        time_zone=_text(stated, "time_zone", faults) or "UTC",
        week=week_of(_week(stated.get("week"), faults)),
        holidays=holidays,
        recurring_holidays=recurring,
        country=_text(stated, "country", faults),
        subdivision=_text(stated, "subdivision", faults),
        breaks=_dated(stated, "breaks", faults),
        overrides=_dated(stated, "overrides", faults),
        overrides_beat_holidays=_flag(stated, "overrides_beat_holidays", True, faults),
        always_open=_flag(stated, "always_open", False, faults),
    )
    return hours, faults


def parse_windows(text: str) -> Windows:
    """Windows of one day, e.g. `09:00-12:00, 13:00-17:00`; `closed` is none."""
    faults: FaultList = []
    windows = _windows(text, "", faults)
    if faults:
        raise Invalid("; ".join(map(str, faults)), faults, code="bad_windows")
    return windows


def parse_days(text: str) -> tuple[str, ...]:
    """Weekdays of a key such as `mon`, `mon-fri`, `sat, sun` or `fri-mon`, from `mon` to `sun`."""
    days: set[str] = set()
    for part in text.lower().split(","):
        ends = [_weekday(end, text) for end in _DASH.split(part.strip())]
        if len(ends) > 2:
            raise _bad_days(text)
        length = (ends[-1] - ends[0]) % 7
        days |= {WEEKDAYS[(ends[0] + step) % 7] for step in range(length + 1)}
    return tuple(day for day in WEEKDAYS if day in days)


def parse_time(text: str) -> int:
    """Seconds after midnight of `09:00`, `09:00:30` or `24:00`."""
    match = _TIME.fullmatch(text.strip())
    hour, minute, second = (int(part or 0) for part in match.groups()) if match else (99, 0, 0)
    seconds = hour * 3600 + minute * 60 + second
    if minute > 59 or second > 59 or seconds > 86_400:
        raise Invalid(
            f"'{text.strip()}' is not a time of day. Write 00:00 to 24:00.", code="bad_time"
        )
    return seconds


def parse_date(text: str) -> date:
    """A date written as 2026-12-24."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise Invalid(f"'{text}' is not a date. Write it as 2026-12-24.", code="bad_date") from None


def _week(stated: object, faults: FaultList) -> dict[str, Windows]:
    week: dict[str, Windows] = {}
    for key, written in _mapping(stated, "week", faults).items():
        path = f"week.{key}"
        try:
            days = parse_days(str(key))
        except Invalid as error:
            faults.append(Fault(error.code, error.message, path))
            continue
        windows = _windows(written, path, faults)
        for day in days:
            if day in week:
                faults.append(
                    Fault("day_twice", f"{day} is stated twice.", path, "Name each day once.")
                )
            week[day] = windows
    return week


def _windows(stated: object, path: str, faults: FaultList) -> Windows:
    if stated is None or (isinstance(stated, str) and stated.strip().lower() in _CLOSED):
        return ()
    parts: Iterable[object]
    if isinstance(stated, str):
        parts = stated.split(",")
    elif isinstance(stated, Sequence):
        parts = stated
    else:
        faults.append(_bad_window(stated, path))
        return ()
    found = [_window(part, f"{path}[{n}]", faults) for n, part in enumerate(parts)]
    return tuple(sorted(window for window in found if window is not None))


def _window(stated: object, path: str, faults: FaultList) -> Window | None:
    edges = _DASH.split(stated.strip()) if isinstance(stated, str) else stated
    if not isinstance(edges, Sequence) or len(edges) != 2:
        faults.append(_bad_window(stated, path))
        return None
    try:
        return Window(parse_time(str(edges[0])), parse_time(str(edges[1])))
    except Invalid as error:
        faults.append(Fault(error.code, error.message, path))
        return None


def _dated(stated: Mapping[str, object], key: str, faults: FaultList) -> DatedWindows:
    days: dict[date, Windows] = {}
    for written, windows in _mapping(stated.get(key), key, faults).items():
        path = f"{key}.{written}"
        day = _date(written, path, faults)
        if day is not None:
            days[day] = _windows(windows, path, faults)
    return dated(days)


def _holidays(
    stated: object, faults: FaultList
) -> tuple[tuple[date, ...], tuple[tuple[int, int], ...]]:
    if stated is None:
        return (), ()
    if isinstance(stated, str) or not isinstance(stated, Sequence):
        faults.append(
            Fault(
                "bad_holidays",
                "The holidays are not a list.",
                "holidays",
                "Write a list of dates; a country goes beside it: country: DE.",
            )
        )
        return (), ()
    days: set[date] = set()
    recurring: set[tuple[int, int]] = set()
    for number, written in enumerate(stated):
        if isinstance(written, str) and (match := _RECURRING.fullmatch(written.strip())):
            recurring.add((int(match[1]), int(match[2])))
        elif (day := _date(written, f"holidays[{number}]", faults)) is not None:
            days.add(day)
    return tuple(sorted(days)), tuple(sorted(recurring))


def _date(written: object, path: str, faults: FaultList) -> date | None:
    if isinstance(written, date) and not isinstance(written, datetime):
        return written
    try:
        return parse_date(str(written))
    except Invalid as error:
        faults.append(Fault(error.code, error.message, path))
        return None


def _mapping(stated: object, path: str, faults: FaultList) -> Mapping[object, object]:
    if stated is None:
        return {}
    if isinstance(stated, Mapping):
        return stated
    faults.append(Fault("bad_hours", f"'{path}' is not a mapping.", path, "Write day: windows."))
    return {}


def _text(stated: Mapping[str, object], key: str, faults: FaultList) -> str | None:
    value = stated.get(key)
    if value is None or isinstance(value, str):
        return value or None
    # YAML reads an unquoted NO (Norway) as false
    faults.append(Fault("bad_text", f"{value!r} is not text.", key, "Put it in quotes."))
    return None


def _flag(stated: Mapping[str, object], key: str, otherwise: bool, faults: FaultList) -> bool:
    value = stated.get(key, otherwise)
    if isinstance(value, bool):
        return value
    faults.append(Fault("bad_flag", f"{value!r} is neither true nor false.", key))
    return otherwise


def _weekday(text: str, whole: str) -> int:
    if text[:3] in WEEKDAYS and len(text) >= 3:
        return WEEKDAYS.index(text[:3])
    raise _bad_days(whole)


def _bad_days(text: str) -> Invalid:
    return Invalid(f"'{text}' names no weekdays. Write mon..sun, or mon-fri.", code="bad_day")


def _bad_window(stated: object, path: str) -> Fault:
    return Fault(
        "bad_window",
        f"{stated!r} is not a window.",
        path,
        "Write opening and closing time, e.g. 09:00-17:00.",
    )


def _unknown_key(key: str) -> Fault:
    return Fault(
        "unknown_key", f"'{key}' is not known here.", str(key), f"Known: {', '.join(_KEYS)}."
    )


def _below(path: str, fault: Fault) -> Fault:
    if not path:
        return fault
    return Fault(fault.code, fault.message, f"{path}.{fault.path}", fault.write_instead)
