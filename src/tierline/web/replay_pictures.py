"""The pictures of a replay page: what stands where in each chart, and the sentence beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tierline.scorecards.intervals import WEAK_BELOW
from tierline.scorecards.local_hours import DAYS
from tierline.web import replay_words as words
from tierline.web.formats import number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tierline.actions.replay import DraftReplay, Replay
    from tierline.scorecards.attainment import Attainment
    from tierline.scorecards.heatmap import WeekHours
    from tierline.scorecards.intervals import Interval

_MOST_SERIES = 5
LEAST_IN_A_MONTH = 30
"""Decided milestones from which a month of a tier is a point of a line: with fewer, an interval is
so wide that it would set the scale of the whole picture."""
_MOST_DOTS = 14
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

View = dict[str, Any]
"""Values of a template."""
Names = Mapping[str, str]


def months_picture(replay: Replay) -> View | None:
    """Attainment of each tier by month."""
    return months_of_tiers(replay.scorecard.by["tier_month"], replay.terms.names)


def months_of_tiers(by_tier_and_month: Sequence[Attainment], names: Names) -> View | None:
    """The same as lines with intervals. None where there are too few months or too many tiers for
    lines. `names` are those for people, by key."""
    rows = [row for row in by_tier_and_month if row.decided >= LEAST_IN_A_MONTH]
    months = sorted({row.group[1] for row in rows})
    tiers = list(dict.fromkeys(row.group[0] for row in rows))
    if len(months) < 3 or not 0 < len(tiers) <= _MOST_SERIES:
        return None
    months = _every_month(months[0], months[-1])
    of = {row.group: row for row in rows}
    series = [_series(tier, months, of, names) for tier in tiers]
    if len(series) == 1:
        series[0]["text"] = words.share(of[tiers[0], months[-1]].share)
    lows = [low for one in series for low in one["lows"] if low is not None]
    return {
        "title": "by tier and month" if len(tiers) > 1 else "by month",
        "labels": [month_label(month, with_year=place == 0) for place, month in enumerate(months)],
        "every": max(1, len(months) // 4),
        "series": series,
        "months": months,
        "tiers": tiers,
        "sentence": _last_month(tiers, months[-1], of, names),
        "low": max(0, min(90, int(min(lows)) // 10 * 10)),
        "period": f"{month_label(months[0], with_year=True)} to "
        f"{month_label(months[-1], with_year=True)}",
    }


def _series(
    tier: str, months: Sequence[str], of: dict[tuple[str, ...], Attainment], names: Names
) -> View:
    rows = [of.get((tier, month)) for month in months]
    return {
        "name": names.get(tier, tier),
        "values": [None if row is None else _points(row.share) for row in rows],
        "lows": [None if row is None else _points(_low(row.interval)) for row in rows],
        "highs": [None if row is None else _points(_high(row.interval)) for row in rows],
    }


def _last_month(
    tiers: Sequence[str], month: str, of: dict[tuple[str, ...], Attainment], names: Names
) -> str:
    """The last points in words."""
    shown = [
        f"{names.get(tier, tier)} {words.share(row.share)}"
        for tier in tiers
        if (row := of.get((tier, month))) is not None
    ]
    return f"{month_label(month, with_year=True)}: {', '.join(shown)}."


def promise_dots(replay: Replay) -> tuple[list[View], int]:
    """The promises with most misses, with intervals, and how many promises there are in all."""
    rows = [row for row in replay.scorecard.by["promise"] if row.decided]
    worst = sorted(rows, key=lambda row: -row.missed)[:_MOST_DOTS]
    return [_dot(words.promise_words(replay.terms, row.group), row) for row in worst], len(rows)


def tier_dots(replay: Replay) -> list[View]:
    """Attainment by tier with intervals: the opening picture where months make no line."""
    return [
        _dot(words.name_of(replay.terms, row.group[0]), row)
        for row in replay.scorecard.by["tier"]
        if row.decided
    ]


def _dot(label: str, row: Attainment) -> View:
    weak = row.decided < WEAK_BELOW
    return {
        "label": f"{label} ?" if weak else label,
        "value": _points(row.share),
        "low": _points(_low(row.interval)),
        "high": _points(_high(row.interval)),
        "text": words.share(row.share),
        "interval": f"{words.interval(row.interval)}, n = {number(row.decided)}",
        "class": "s6" if weak else "s1",
    }


def least(dots: Sequence[View]) -> int:
    """Where the scale of a dot picture begins: the round ten below all intervals."""
    lows = [dot["low"] for dot in dots if dot["low"] is not None]
    return int(min(lows, default=0)) // 10 * 10


def above_dots(replay: Replay) -> list[View]:
    """Cases that got the service of the tier above, with intervals."""
    terms = replay.terms
    return [
        {
            "label": f"{words.name_of(terms, row.tier)} as {words.name_of(terms, row.tier_above)}"
            + (" ?" if words.caution(row) else ""),
            "value": _points(row.share),
            "low": _points(_low(row.interval)),
            "high": _points(_high(row.interval)),
            "text": words.share(row.share),
            "interval": f"{words.interval(row.interval)}, n = {number(row.cases)}",
            "class": "s6" if words.caution(row) else "s1",
        }
        for row in replay.scorecard.above
        if row.cases
    ]


def week_picture(replay: Replay) -> View:
    """Missed share by day and hour."""
    return hours_of_the_week(replay.scorecard.week, replay.scorecard.overall)


def hours_of_the_week(week: WeekHours, overall: Attainment) -> View:
    """The same; an hour with fewer than 8 decided has no colour."""
    shares = [
        [_hour_share(*week.cell(day, hour)) for hour in range(24)] for day in range(len(DAYS))
    ]
    shown = [share for row in shares for share in row if share is not None]
    most = max(shown, default=0.0) or 1.0
    rows = [
        {
            "label": name,
            "cells": [_cell(shares[day][hour], most, week.cell(day, hour)) for hour in range(24)],
        }
        for day, name in enumerate(DAYS)
    ]
    return {
        "columns": [f"{hour:02}" for hour in range(24)],
        "rows": rows,
        "sentence": _worst_hour(week, overall, shares),
    }


def _hour_share(missed: int, decided: int) -> float | None:
    return missed / decided if decided >= WEAK_BELOW else None


def _cell(share: float | None, most: float, counts: tuple[int, int]) -> View:
    missed, decided = counts
    says = "none decided" if not decided else f"{number(missed)} of {number(decided)}"
    return {
        "share": None if share is None else share / most,
        "text": "" if share is None else f"{share * 100:.0f}",
        "says": says,
        "class": "breach",
    }


def _worst_hour(
    week: WeekHours, overall: Attainment, shares: Sequence[Sequence[float | None]]
) -> str:
    """The hour with the largest missed share among those with enough decided milestones."""
    found = [
        (share, day, hour)
        for day, row in enumerate(shares)
        for hour, share in enumerate(row)
        if share is not None
    ]
    if not found:
        return f"No hour of the week has {WEAK_BELOW} decided milestones: too few to compare hours."
    share, day, hour = max(found)
    if not share:
        return "No hour of the week with enough decided milestones has a miss."
    missed, decided = week.cell(day, hour)
    return (
        f"Clocks that start on {DAYS[day]} between {hour:02}:00 and {(hour + 1) % 24:02}:00 are "
        f"missed most: {number(missed)} of {number(decided)} ({words.share(share)}), against "
        f"{words.share(_missed_share(overall))} over the week."
    )


def _missed_share(row: Attainment) -> float | None:
    return None if row.share is None else 1 - row.share


def draft_rows(draft: DraftReplay, replay: Replay) -> list[View]:
    """Attainment as it was and as it would be, by tier and by milestone."""
    names = {row.group: row for row in (*draft.by["tier"], *draft.by["milestone"])}
    found = []
    for by in ("tier", "milestone"):
        was_of = {row.group: row for row in replay.scorecard.by[by]}
        for group in dict.fromkeys([*was_of, *(row.group for row in draft.by[by])]):
            was, will_be = was_of.get(group), names.get(group)
            name = words.kind_words(words.name_of(draft.draft.terms, group[0]))
            row = _was_and_will_be(name[:1].upper() + name[1:], was, will_be)
            if row is not None:
                found.append(row)
    return found


def _was_and_will_be(label: str, was: Attainment | None, will_be: Attainment | None) -> View | None:
    before = None if was is None else was.share
    after = None if will_be is None else will_be.share
    if before is None and after is None:
        return None
    return {
        "label": label,
        "before": _points(before),
        "after": _points(after),
        "text": f"{words.share(before)} → {words.share(after)}",
        "before_text": _counted(was),
        "after_text": _counted(will_be),
        "is_worse": before is not None and after is not None and after < before,
    }


def _counted(row: Attainment | None) -> str:
    if row is None or not row.decided:
        return "–"
    return f"{words.share(row.share)} of {number(row.decided)}"


def _every_month(first: str, last: str) -> list[str]:
    """All months from the first to the last, those without cases included."""
    start, end = (int(each[:4]) * 12 + int(each[5:]) - 1 for each in (first, last))
    return [f"{count // 12}-{count % 12 + 1:02}" for count in range(start, end + 1)]


def month_label(month: str, *, with_year: bool) -> str:
    """`Jan` or `Jan 2026` for `2026-01`; January always has its year."""
    name = _MONTHS[int(month[5:]) - 1]
    return f"{name} {month[:4]}" if with_year or month.endswith("-01") else name


def _points(share: float | None) -> float | None:
    return None if share is None else share * 100


def _low(interval: Interval | None) -> float | None:
    return None if interval is None else interval.low


def _high(interval: Interval | None) -> float | None:
    return None if interval is None else interval.high
