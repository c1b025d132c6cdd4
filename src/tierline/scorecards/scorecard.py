"""The scorecard of a replay: every table of the report, worked out from judged milestones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tierline.calendars.local_time import zone_named
from tierline.scorecards.attainment import attainment_by
from tierline.scorecards.coverage import coverage_of
from tierline.scorecards.heatmap import week_hours
from tierline.scorecards.local_hours import local_micros, months_of, report_zone
from tierline.scorecards.misses import missed_rows, misses_of, worst_rows
from tierline.scorecards.outcomes import outcomes_of
from tierline.scorecards.over_delivery import cases_kept_above, over_delivery_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from tierline.cases.log import CaseLog
    from tierline.milestones.table import MilestoneTable
    from tierline.milestones.terms import Terms
    from tierline.scorecards.attainment import Attainment
    from tierline.scorecards.coverage import Coverage, ListedCase
    from tierline.scorecards.groups import Dimension
    from tierline.scorecards.heatmap import WeekHours
    from tierline.scorecards.misses import Miss
    from tierline.scorecards.outcomes import Outcomes
    from tierline.scorecards.over_delivery import OverDelivery, TierAbove

WORST_OF_EACH = 5
"""Missed milestones of each kind whose ledger a report shows; the CSV and the workbook have all."""


@dataclass(frozen=True)
class Scorecard:
    """What was promised, kept, missed and given beyond the promise."""

    zone: str
    """The time zone of months and hours of the week."""
    coverage: Coverage
    overall: Attainment
    by: Mapping[str, tuple[Attainment, ...]]
    """Attainment by `milestone`, `tier`, `severity`, `month`, `promise` (tier, severity and
    milestone together) and `tier_month`."""
    week: WeekHours
    over_delivery: tuple[OverDelivery, ...]
    above: tuple[TierAbove, ...]
    missed_rows: NDArray[np.int64]
    """All misses as rows of the table, the worst first."""
    worst: tuple[Miss, ...]
    """The ledgers of the WORST_OF_EACH worst misses of each kind of milestone."""


def scorecard_of(
    log: CaseLog,
    terms: Terms,
    table: MilestoneTable,
    *,
    raised: MilestoneTable,
    refused: Sequence[ListedCase] = (),
) -> Scorecard:
    """Measure a judged log. `raised` is the judgement of the log lifted one tier up, `refused` are
    the cases that the reader could not turn into facts."""
    outcomes = outcomes_of(log, table, terms)
    zone = report_zone(terms.hours)
    local = local_micros(outcomes.began, zone_named(zone))
    missed = missed_rows(table)
    return Scorecard(
        zone=zone,
        coverage=coverage_of(log, outcomes, terms, refused),
        overall=attainment_by((), outcomes, table)[0],
        by={
            name: attainment_by(dimensions, outcomes, table)
            for name, dimensions in _tables(outcomes, months_of(local)).items()
        },
        week=week_hours(outcomes, local, zone),
        over_delivery=over_delivery_of(table, raised, terms),
        above=cases_kept_above(table, raised, log, terms),
        missed_rows=missed,
        worst=misses_of(worst_rows(table, missed, WORST_OF_EACH), log, table, terms),
    )


def _tables(outcomes: Outcomes, months: Dimension) -> dict[str, tuple[Dimension, ...]]:
    return {
        "milestone": (outcomes.kind,),
        "tier": (outcomes.tier,),
        "severity": (outcomes.severity,),
        "month": (months,),
        "promise": (outcomes.tier, outcomes.severity, outcomes.kind),
        "tier_month": (outcomes.tier, months),
    }
