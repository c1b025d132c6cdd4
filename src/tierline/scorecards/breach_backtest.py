"""What was learned of breaches, held against what came after: whether the probabilities came true,
and how many breaches an alert would have caught in time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tierline.kernel.instants import SECOND_US
from tierline.milestones.table import Verdict
from tierline.scorecards.breach_risk import AHEAD_SECONDS, LAST, looks_at, was_decided
from tierline.scorecards.breach_signs import signs_of
from tierline.scorecards.intervals import wilson_interval

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from tierline.cases.log import Labels
    from tierline.milestones.table import MilestoneTable
    from tierline.scorecards.breach_risk import BreachRisk
    from tierline.scorecards.breach_signs import Signs
    from tierline.scorecards.intervals import Interval

WANTED_CAUGHT = 0.80
ALLOWED_FALSE = 0.25
THRESHOLDS = tuple(percent / 100 for percent in range(5, 100, 5))
_AHEAD_US = AHEAD_SECONDS * SECOND_US
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
    short: int
    """How many had no more than twice as much: half of it is over when an alert must come."""
    bands: tuple[Band, ...]
    alerts: tuple[Alerts, ...]
    chosen: Alerts | None
    """The threshold that was best on what was learned from, as it did here; None where none kept
    false alarms within ALLOWED_FALSE there."""


def backtest(
    risk: BreachRisk, table: MilestoneTable, zone: Labels, *, learned_until: int, until: int
) -> Backtest:
    """Hold `risk` against the milestones that started from `learned_until` on and were decided by
    `until` (microseconds since 1970). The threshold is chosen on those before, never on these.
    `zone` is by case: the time zone of its account."""
    before = was_decided(table, learned_until) & (table.started < learned_until)
    tried = was_decided(table, until) & (table.started >= learned_until)
    signs = signs_of(table, zone)
    alerts = alerts_of(risk, table, signs, tried)
    best = best_of(alerts_of(risk, table, signs, before))
    missed = tried & (table.verdict == Verdict.missed)
    at_first = risk.shares(looks_at(table, tried, (0.0,)), table, signs)[0]
    return Backtest(
        milestones=int(tried.sum()),
        breaches=int(missed.sum()),
        unknown=int(tried.sum()) - len(at_first),
        too_short=int((missed & (table.allowance < _AHEAD_US)).sum()),
        short=int((missed & (table.allowance <= 2 * _AHEAD_US)).sum()),
        bands=tuple(_bands(risk, table, signs, tried)),
        alerts=alerts,
        chosen=None if best is None else alerts[THRESHOLDS.index(best.threshold)],
    )


def alerts_of(
    risk: BreachRisk, table: MilestoneTable, signs: Signs, chosen: NDArray[np.bool_]
) -> tuple[Alerts, ...]:
    """What each threshold would have done. A milestone is judged once, at the last moment that is
    early enough; one that has stopped by then gives no alert."""
    looks = looks_at(table, chosen, (LAST,))
    known, share = risk.shares(looks, table, signs)
    missed = table.verdict[looks.rows[known]] == Verdict.missed
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


def _bands(
    risk: BreachRisk, table: MilestoneTable, signs: Signs, chosen: NDArray[np.bool_]
) -> Iterator[Band]:
    """Each milestone once in each band into which it came."""
    looks = looks_at(table, chosen, _STEPS)
    known, share = risk.shares(looks, table, signs)
    rows, used = looks.rows[known], looks.used[known]
    band = np.minimum(_BANDS - 1, (share * _BANDS).astype(np.int64))
    order = np.lexsort((used, band, rows))
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = (np.diff(rows[order]) != 0) | (np.diff(band[order]) != 0)
    came = order[first]
    missed = table.verdict[rows[came]] == Verdict.missed
    for each in np.unique(band[came]).tolist():
        here = band[came] == each
        yield Band(
            each / _BANDS, (each + 1) / _BANDS, float(share[came][here].mean()),
            int(here.sum()), int(missed[here].sum()),
        )  # fmt: skip
