"""From what a wall clock shows to an instant, by one rule, wherever the clocks change."""

from __future__ import annotations

import difflib
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from tierline.kernel.errors import Fault, Invalid


def resolve_local(day: date, second: int, zone: ZoneInfo) -> datetime:
    """The instant (UTC) at which clocks in `zone` show `second` seconds after midnight of `day`.

    A time that the clocks skip moves forward by the gap (02:30 becomes 03:30); a time that they
    show twice is the first of the two. `second` may be 86,400 or more: the next day.
    """
    shown = datetime(day.year, day.month, day.day) + timedelta(seconds=second)  # noqa: DTZ001 - a wall clock has no zone yet
    # fold=0 is Python's name for exactly this rule (PEP 495): the offset before the change.
    return shown.replace(tzinfo=zone, fold=0).astimezone(UTC)


def local_date(instant: datetime, zone: ZoneInfo) -> date:
    """The date that a calendar on the wall in `zone` shows at `instant`."""
    return instant.astimezone(zone).date()


@lru_cache(maxsize=1024)
def zone_named(name: str) -> ZoneInfo:
    """The time zone of an IANA name. An unknown name is refused with the closest known one."""
    if name != "localtime":  # which is another zone on every machine
        with suppress(ZoneInfoNotFoundError, ValueError, OSError):
            return ZoneInfo(name)
    fault = zone_fault(name)
    raise Invalid(str(fault), [fault], code=fault.code)


def zone_fault(name: str, path: str = "time_zone") -> Fault:
    """The fault of a zone that does not exist, with what was probably meant."""
    known = {each.lower(): each for each in available_timezones()}
    wanted = name.strip().lower().replace(" ", "_")
    cities = {each.rsplit("/", 1)[-1]: each for each in sorted(known, key=len, reverse=True)}
    near = difflib.get_close_matches(wanted, known, n=1, cutoff=0.7)
    near_city = difflib.get_close_matches(wanted.rsplit("/", 1)[-1], cities, n=1, cutoff=0.8)
    meant = known[near[0]] if near else known[cities[near_city[0]]] if near_city else None
    advice = f"Did you mean '{meant}'?" if meant else "Write an IANA name such as 'Europe/Berlin'."
    return Fault("unknown_zone", f"'{name}' is not a time zone.", path, advice)
