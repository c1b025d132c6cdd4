"""What was learned of breaches, held against what came after: whether the probabilities came true,
and how many breaches an alert would have caught in time."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tierline.kernel.instants import SECOND_US
from tierline.milestones.table import Verdict
from tierline.scorecards.breach_risk import alike, was_decided
from tierline.scorecards.intervals import wilson_interval

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from tierline.milestones.table import MilestoneTable
    from tierline.scorecards.breach_risk import BreachRisk
    from tierline.scorecards.intervals import Interval

AHEAD_SECONDS = 30 * 60
"""An alert is worth something so long before the breach. It is open time of the milestone's hours:
on the wall it is as long, or longer."""
WANTED_CAUGHT = 0.80
ALLOWED_FALSE = 0.25
THRESHOLDS = tuple(percent / 100 for percent in range(5, 100, 5))
_BANDS = 10
_STEPS = tuple(step / 10 for step in range(10))
"""The shares of their time at which milestones are looked at."""


@dataclass(frozen=True, slots=True)
class Band:
    """Milestones to which about one probability was given. Each stands in a band at most once: as
    it came into it."""

    low: float
    high: float
    predicted: float
    """The mean of what was said of them."""
    open: int
    missed: int

    @property
    def observed(self) -> float:
        """The share that was missed in the end."""
        return self.missed / self.open

    @property
    def interval(self) -> Interval | None:
        """Of that share."""
        return wilson_interval(self.missed, self.open)

    @property
    def is_true(self) -> bool:
        """Whether what was said lies within the interval."""
        found = self.interval
        return found is not None and found.low <= self.predicted <= found.high


@dataclass(frozen=True, slots=True)
class Alerts:
    """Alerts given where the probability reached a threshold while there was time to act."""

    threshold: float
    alerts: int
    caught: int
    """How many of them were missed in the end."""
    breaches: int
    """All that were missed, those included of which nothing could be said in time."""

    @property
    def share_caught(self) -> float | None:
        """Of all breaches; None where there were none."""
        return self.caught / self.breaches if self.breaches else None

    @property
    def share_false(self) -> float | None:
        """Of the alerts, those that were met after all; None where none was given."""
        return (self.alerts - self.caught) / self.alerts if self.alerts else None

    @property
    def is_reached(self) -> bool:
        """Whether it is as good as it should be."""
        caught, false = self.share_caught, self.share_false
        return caught is not None and false is not None and (
            caught >= WANTED_CAUGHT and false <= ALLOWED_FALSE
        )  # fmt: skip


@dataclass(frozen=True)
class Backtest:
    """How a prediction did on milestones that it had not seen."""

    milestones: int
    breaches: int
    unknown: int
    """Of how many nothing was said: too few were like them."""
    too_short: int
    """How many breaches had less time in all than an alert comes ahead."""
    bands: tuple[Band, ...]
    alerts: tuple[Alerts, ...]
    chosen: Alerts | None
    """The threshold that was best on what was learned from, as it did here; None where none kept
    false alarms within ALLOWED_FALSE there."""


def backtest(
    risk: BreachRisk, table: MilestoneTable, *, learned_until: int, until: int
) -> Backtest:
    """Hold `risk` against the milestones that started from `learned_until` on and were decided by
    `until` (microseconds since 1970). The threshold is chosen on those before, never on these."""
    before = was_decided(table, learned_until) & (table.started < learned_until)
    tried = was_decided(table, until) & (table.started >= learned_until)
    alerts = alerts_of(risk, table, tried)
    best = best_of(alerts_of(risk, table, before))
    missed = tried & (table.verdict == Verdict.missed)
    known = sum(len(rows) for like, rows in alike(table, tried) if risk.pool(*like) is not None)
    return Backtest(
        milestones=int(tried.sum()),
        breaches=int(missed.sum()),
        unknown=int(tried.sum()) - known,
        too_short=int((missed & (table.allowance < AHEAD_SECONDS * SECOND_US)).sum()),
        bands=tuple(_bands(risk, table, tried)),
        alerts=alerts,
        chosen=None if best is None else alerts[THRESHOLDS.index(best.threshold)],
    )


def alerts_of(
    risk: BreachRisk, table: MilestoneTable, chosen: NDArray[np.bool_]
) -> tuple[Alerts, ...]:
    """What each threshold would have done. A milestone is judged once, at the last moment that is
    early enough; one that has stopped by then gives no alert."""
    share, missed = _at_the_last_moment(risk, table, chosen)
    breaches = int((chosen & (table.verdict == Verdict.missed)).sum())
    found = []
    for threshold in THRESHOLDS:
        alerted = share >= threshold
        found.append(Alerts(threshold, int(alerted.sum()), int(missed[alerted].sum()), breaches))
    return tuple(found)


def best_of(alerts: Sequence[Alerts]) -> Alerts | None:
    """The one that catches most and keeps false alarms within what is allowed."""
    within = [
        each
        for each in alerts
        if each.share_false is not None and each.share_false <= ALLOWED_FALSE
    ]
    return max(within, key=lambda each: each.caught, default=None)


def _at_the_last_moment(
    risk: BreachRisk, table: MilestoneTable, chosen: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """By milestone that was open then: the probability, and whether it was missed."""
    shares, misses = [np.zeros(0)], [np.zeros(0, dtype=np.bool_)]
    for like, rows in alike(table, chosen):
        found = risk.pool(*like)
        if found is None:
            continue
        last = 1 - AHEAD_SECONDS * SECOND_US / table.allowance[rows]
        missed = table.verdict[rows] == Verdict.missed
        was_open = (last >= 0) & (missed | (table.used[rows] / table.allowance[rows] >= last))
        pool = found[1]
        shares.append((pool.missed + 1) / (pool.open_at(last[was_open]) + 2))
        misses.append(missed[was_open])
    return np.concatenate(shares), np.concatenate(misses)


def _bands(risk: BreachRisk, table: MilestoneTable, chosen: NDArray[np.bool_]) -> Iterator[Band]:
    still: Counter[int] = Counter()
    missed: Counter[int] = Counter()
    said: Counter[int] = Counter()
    weights: dict[int, float] = dict.fromkeys(range(_BANDS), 0.0)
    for like, rows in alike(table, chosen):
        is_missed = table.verdict[rows] == Verdict.missed
        used = table.used[rows] / table.allowance[rows]
        last = -1
        for step in _STEPS:
            found = risk.likelihood(*like, used=step)
            band = last if found is None else min(_BANDS - 1, int(found.share * _BANDS))
            if found is None or band == last:
                continue
            last, open_ = band, int((is_missed | (used >= step)).sum())
            still[band] += open_
            missed[band] += int(is_missed.sum())
            weights[band] += found.share * open_
            said[band] += 1
    for band in sorted(band for band in still if still[band]):
        yield Band(
            band / _BANDS, (band + 1) / _BANDS, weights[band] / still[band],
            still[band], missed[band],
        )  # fmt: skip
