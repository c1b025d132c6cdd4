"""Times as exports write them, turned into microseconds since 1970 (UTC), a column at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tierline.calendars.horizon import FIRST_YEAR, LAST_YEAR
from tierline.calendars.local_time import resolve_local, zone_named
from tierline.connectors.event_log.mapping import DateOrder
from tierline.kernel.errors import Fault, Invalid
from tierline.kernel.instants import to_micros

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tierline.connectors.event_log.mapping import TimesStatement

UNKNOWN = np.iinfo(np.int64).min
"""Stands for a time that is not known or cannot be read."""

_EARLIEST = to_micros(datetime(FIRST_YEAR, 1, 1, tzinfo=UTC))
_LATEST = to_micros(datetime(LAST_YEAR, 1, 1, tzinfo=UTC))
_CLOCK = (
    r"(?:[T ]+(?<hour>\d{1,2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:[.,](?<part>\d{1,9}))?)?"
    r"\s*(?<half>[AaPp][Mm])?)?\s*(?<zone>Z|z|UTC|GMT|[+-](?:0\d|1[0-4])(?::?[0-5]\d)?)?$"
)
_DATE = {
    DateOrder.year_first: r"^(?<year>\d{4})[-/.](?<month>\d{1,2})[-/.](?<day>\d{1,2})",
    DateOrder.day_first: r"^(?<day>\d{1,2})[-/.](?<month>\d{1,2})[-/.](?<year>\d{4})",
    DateOrder.month_first: r"^(?<month>\d{1,2})[-/.](?<day>\d{1,2})[-/.](?<year>\d{4})",
}
_SHOWN = {
    DateOrder.year_first: "2026-10-31 09:00",
    DateOrder.day_first: "31/10/2026 09:00",
    DateOrder.month_first: "10/31/2026 9:00 AM",
}


_EPOCHS = {"epoch_seconds": 1_000_000, "epoch_milliseconds": 1_000}


class TimeFault(IntEnum):
    """Why a time cannot be used."""

    none = 0
    unreadable = 1
    no_zone = 2
    out_of_range = 3

    def reason(self, times: TimesStatement) -> str:
        """The reason as a sentence, for the list of rejected rows."""
        match self:
            case TimeFault.no_zone:
                return "This time states no zone, and the mapping states none for it."
            case TimeFault.out_of_range:
                return f"This time lies outside the years {FIRST_YEAR} to {LAST_YEAR}."
            case _:
                form = times.format or _SHOWN[times.order]
                return f"This is not a time of the form {form}."


@dataclass(frozen=True)
class ParsedTimes:
    """A column of instants; UNKNOWN where the file has none or one that cannot be read."""

    instants: NDArray[np.int64]
    faults: NDArray[np.int8]
    """Codes of TimeFault."""


def parse_times(column: pl.Series, times: TimesStatement, source: str) -> ParsedTimes:
    """Read a column. Raises Invalid where no time of it states a zone and the mapping has none."""
    frame = _parsed(column, times) if column.dtype == pl.String else _typed(column, times)
    instants = frame["instant"].fill_null(UNKNOWN).to_numpy().copy()
    faults = frame["fault"].fill_null(0).to_numpy().astype(np.int8)
    is_out = (instants != UNKNOWN) & ((instants < _EARLIEST) | (instants >= _LATEST))
    faults[is_out] = TimeFault.out_of_range
    instants[faults != TimeFault.none] = UNKNOWN
    if len(faults) and (faults == TimeFault.no_zone).any() and not (instants != UNKNOWN).any():
        raise _no_zone(column.name, source)
    return ParsedTimes(instants, faults)


def _no_zone(column: str, source: str) -> Invalid:
    fault = Fault(
        "no_time_zone",
        f"The times in '{column}' state no zone, and the mapping states none for them.",
        "times.time_zone",
        "Write 'time_zone: Europe/Berlin' (or what it is) under 'times' in the mapping.",
        source,
    )
    return Invalid(f"{source} has times without a zone.", [fault])


def _typed(column: pl.Series, times: TimesStatement) -> pl.DataFrame:
    """A column that is one of instants already (Parquet)."""
    column = column.dt.cast_time_unit("us")
    zone = getattr(column.dtype, "time_zone", None)
    naive = column.dt.replace_time_zone(None) if zone is None else column
    if zone is not None:
        instants = naive.dt.convert_time_zone("UTC").dt.replace_time_zone(None).to_physical()
        return pl.DataFrame({"instant": instants, "fault": np.zeros(len(column), np.int8)})
    return _in_zone(naive, times)


def _parsed(column: pl.Series, times: TimesStatement) -> pl.DataFrame:
    """Each different text is read once: logs repeat theirs many times."""
    texts = column.unique().drop_nulls().rename("text")
    read = _read(texts, times)
    parsed = pl.DataFrame([texts, read["instant"], read["fault"]])
    left = pl.DataFrame([column.rename("text")])
    return left.join(parsed, on="text", how="left", maintain_order="left")


def _read(texts: pl.Series, times: TimesStatement) -> pl.DataFrame:
    if times.format in _EPOCHS:
        return _by_epoch(texts, _EPOCHS[times.format])
    if times.format:
        return _by_format(texts, times)
    fields = texts.str.strip_chars().str.extract_groups(_DATE[times.order] + _CLOCK).struct.unnest()
    iso = fields.select(
        pl.concat_str(
            pl.col("year"),
            pl.lit("-"),
            pl.col("month").str.zfill(2),
            pl.lit("-"),
            pl.col("day").str.zfill(2),
            pl.lit(" "),
            _hour().cast(pl.String).str.zfill(2),
            pl.lit(":"),
            pl.col("minute").fill_null("00"),
            pl.lit(":"),
            pl.col("second").fill_null("00"),
            pl.lit("."),
            pl.col("part").fill_null("0").str.pad_end(9, "0"),
        ).alias("iso")
    )["iso"]
    naive = iso.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="us", strict=False)
    return _with_offsets(naive, _offset_minutes(fields["zone"]), times)


def _hour() -> pl.Expr:
    """The hour of the day from 0, with AM and PM; not known where it is past what they allow."""
    hour = pl.col("hour").fill_null("0").cast(pl.Int32, strict=False)
    half = pl.col("half").str.to_lowercase()
    twelve = pl.when(hour.is_between(1, 12)).then(
        hour % 12 + pl.when(half == "pm").then(12).otherwise(0)
    )
    return pl.when(half.is_null()).then(hour).otherwise(twelve)


def _offset_minutes(zone: pl.Series) -> pl.Series:
    """Minutes east of UTC; null where the text states no zone."""
    digits = zone.str.replace_all(":", "").str.slice(1)
    hours = digits.str.slice(0, 2).cast(pl.Int64, strict=False)
    minutes = digits.str.slice(2, 2).cast(pl.Int64, strict=False).fill_null(0)
    sign = zone.str.starts_with("-").cast(pl.Int64) * -2 + 1
    is_utc = zone.str.to_uppercase().is_in(["Z", "UTC", "GMT"])
    frame = pl.DataFrame({"utc": is_utc, "minutes": (hours * 60 + minutes) * sign})
    return frame.select(pl.when("utc").then(0).otherwise("minutes").alias("m"))["m"]


def _with_offsets(naive: pl.Series, offsets: pl.Series, times: TimesStatement) -> pl.DataFrame:
    local = _in_zone(naive, times)
    stated = naive.to_physical() - offsets * 60_000_000
    frame = local.with_columns(stated.alias("stated"), naive.is_null().alias("unreadable"))
    return frame.select(
        pl.coalesce("stated", "instant").alias("instant"),
        pl.when("unreadable")
        .then(int(TimeFault.unreadable))
        .when(pl.col("stated").is_not_null())
        .then(int(TimeFault.none))
        .otherwise("fault")
        .cast(pl.Int8)
        .alias("fault"),
    )


def _by_format(texts: pl.Series, times: TimesStatement) -> pl.DataFrame:
    form = str(times.format)
    try:
        read = texts.str.strip_chars().str.to_datetime(form, time_unit="us", strict=False)
    except pl.exceptions.PolarsError as error:
        raise Invalid(f"'{form}' is not a form of time: {str(error)[:120]}") from None
    none = pl.Series([None] * len(texts), dtype=pl.Int64)
    if getattr(read.dtype, "time_zone", None):
        read, none = read.dt.replace_time_zone(None), none.fill_null(0)
    return _with_offsets(read, none, times)


def _by_epoch(texts: pl.Series, unit_us: int) -> pl.DataFrame:
    """Counted from 1970 on, which needs no zone."""
    counted = texts.str.strip_chars().str.to_integer(strict=False, dtype=pl.Int64)
    is_near = counted.abs() < (1 << 62) // unit_us
    instants = pl.select(pl.when(is_near).then(counted * unit_us)).to_series()
    fault = instants.is_null().cast(pl.Int8) * int(TimeFault.unreadable)
    return pl.DataFrame({"instant": instants, "fault": fault})


def _in_zone(naive: pl.Series, times: TimesStatement) -> pl.DataFrame:
    """Local times as instants. A time that clocks skip moves forward by the gap, one that they show
    twice is the first; without a zone each known time is a fault."""
    if times.time_zone is None:
        fault = naive.is_not_null().cast(pl.Int8) * int(TimeFault.no_zone)
        return pl.DataFrame({"instant": naive.to_physical(), "fault": fault})
    local = naive.dt.replace_time_zone(times.time_zone, ambiguous="earliest", non_existent="null")
    instants = local.dt.convert_time_zone("UTC").dt.replace_time_zone(None).to_physical()
    skipped = naive.filter(instants.is_null() & naive.is_not_null()).unique()
    if len(skipped):
        moved = {time: _moved(time, times.time_zone) for time in skipped.to_list()}
        repaired = naive.replace_strict(
            list(moved), list(moved.values()), default=None, return_dtype=pl.Int64
        )
        instants = instants.fill_null(repaired)
    fault = pl.zeros(len(naive), dtype=pl.Int8, eager=True)
    return pl.DataFrame({"instant": instants, "fault": fault})


def _moved(time: datetime, zone: str) -> int:
    """A skipped local time: read with the offset before the change, which moves it by the gap."""
    midnight = datetime(time.year, time.month, time.day)  # noqa: DTZ001 - a wall clock
    passed = time - midnight
    moved = resolve_local(time.date(), passed.seconds, zone_named(zone))
    return to_micros(moved) + passed.microseconds
