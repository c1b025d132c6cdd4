"""Public figures for programs: the form of `/v1/performance`; page and table are made of it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from tierline.kernel.instants import SECOND_US, format_instant
from tierline.languages.language import message
from tierline.scorecards.intervals import wilson_interval
from tierline.scorecards.performance import ATTAINMENT, UPTIME, Edition, corrections
from tierline.scorecards.performance_figures import LEAST
from tierline.status.uptime import Uptime

if TYPE_CHECKING:
    from datetime import datetime

    from tierline.scorecards.performance import Correction, Figure, Value

FORMAT = "tierline/performance/1"
RULE = message(
    "Counted are the cases that were opened in a month (UTC). What was promised was met where no "
    "more open time was used than allowed; what is still open counts on neither side. Half of all "
    "took no more open time than the median."
)
SUPPRESSION_RULE = message(
    "A figure that rests on fewer than 5 cases, or on cases of fewer than 5 customers, is left "
    "out, and so is the whole where it would give such a figure away."
)
CORRECTION_RULE = message(
    "A month is told of a week after its end. What was told stays as it was; where a figure is "
    "otherwise later, because a case was decided or a fact came late, both stand here, with the "
    "day."
)


def performance_document(
    editions: Sequence[Edition], *, company: str, since: str, until: str, now: datetime
) -> dict[str, Any]:
    """Months as JSON values, the newest first; from their editions, by month and in their order."""
    months = [_month(list(found)) for _, found in groupby(editions, lambda each: each.month)]
    return {
        "format": FORMAT,
        "company": company,
        "as_of": format_instant(now),
        "since": since,
        "until": until,
        "least": LEAST,
        "rules": [RULE, SUPPRESSION_RULE, CORRECTION_RULE],
        "months": months[::-1],
    }


def _month(editions: Sequence[Edition]) -> dict[str, Any]:
    newest = editions[-1]
    return {
        "month": newest.month,
        "published_at": format_instant(editions[0].at),
        "edition": newest.number,
        "figures": [_figure(each) for each in newest.figures],
        "corrections": [_correction(each) for each in corrections(editions)],
    }


def _figure(each: Figure) -> dict[str, Any]:
    return {
        "what": each.what,
        "tier": each.tier or None,
        "name": each.name,
        "value": value_fields(each.what, each.value),
    }


def _correction(each: Correction) -> dict[str, Any]:
    return {
        "at": format_instant(each.at),
        "what": each.what,
        "tier": each.tier or None,
        "name": each.name,
        "was": value_fields(each.what, each.was),
        "now": value_fields(each.what, each.now),
    }


def value_fields(what: str, value: Value | None) -> dict[str, Any] | None:
    """The parts of a figure; None where it is not told."""
    if value is None:
        return None
    fields: dict[str, Any] = dict.fromkeys(VALUE_FIELDS)
    if what == ATTAINMENT:
        met, decided, open_ = value
        between = wilson_interval(met, decided)
        fields |= {"met": met, "of": decided, "open": open_, "share": met / decided}
        fields |= {"low": between and between.low, "high": between and between.high}
    elif what == UPTIME:
        uptime = Uptime(*value)
        fields |= {
            "uptime_percent": str(uptime.percent),
            "watched_seconds": uptime.watched_us // SECOND_US,
            "down_seconds": uptime.down_us // SECOND_US,
            "planned_maintenance_seconds": uptime.planned_us // SECOND_US,
        }
    else:
        fields |= {"median_seconds": value[0] / SECOND_US, "of": value[1]}
    return fields


VALUE_FIELDS = (
    "share", "met", "of", "open", "low", "high", "median_seconds", "uptime_percent",
    "watched_seconds", "down_seconds", "planned_maintenance_seconds",
)  # fmt: skip
