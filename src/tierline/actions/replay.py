"""Replay a log of cases under a catalog and any number of drafts: read once, judge many times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tierline.cases.event import EventKind
from tierline.catalog.statement import MilestoneKind
from tierline.governance.comparison import Comparison, compare
from tierline.milestones.columns import judge
from tierline.scorecards.accelerated import accelerated_cases
from tierline.scorecards.agreement import Agreement, agreement_of, old_verdicts
from tierline.scorecards.attainment import attainment_by
from tierline.scorecards.groups import Dimension
from tierline.scorecards.outcomes import outcomes_of
from tierline.scorecards.over_delivery import lifted
from tierline.scorecards.scorecard import Scorecard, scorecard_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tierline.cases.log import CaseLog
    from tierline.milestones.table import MilestoneTable
    from tierline.milestones.terms import Terms
    from tierline.scorecards.attainment import Attainment
    from tierline.scorecards.coverage import ListedCase


@dataclass(frozen=True)
class Draft:
    """A catalog that is not in force, under the name by which the report calls it."""

    name: str
    terms: Terms


@dataclass(frozen=True)
class DraftReplay:
    """History as a draft would have judged it."""

    draft: Draft
    comparison: Comparison
    overall: Attainment
    by: Mapping[str, tuple[Attainment, ...]]
    """Attainment under the draft by `milestone`, `tier`, `severity`, to set beside the
    scorecard's."""
    accelerated: int
    """Cases that would have owed an accelerated response."""


@dataclass(frozen=True)
class Replay:
    """A judged log with everything that a report shows."""

    log: CaseLog
    terms: Terms
    table: MilestoneTable
    scorecard: Scorecard
    agreements: tuple[Agreement, ...]
    """Beside the old tool's own verdicts, for each kind of milestone that the log states."""
    drafts: tuple[DraftReplay, ...]


def replay(
    log: CaseLog,
    terms: Terms,
    drafts: Sequence[Draft] = (),
    *,
    refused: Sequence[ListedCase] = (),
) -> Replay:
    """Judge the log under the terms and under each draft. `refused` are cases that could not be
    read; they stand in the report with their reasons."""
    table = judge(log, terms)
    raised = judge(lifted(log, terms), terms)
    return Replay(
        log=log,
        terms=terms,
        table=table,
        scorecard=scorecard_of(log, terms, table, raised=raised, refused=refused),
        agreements=_agreements(log, table, terms),
        drafts=tuple(_draft_replay(log, table, draft) for draft in drafts),
    )


def _draft_replay(log: CaseLog, table: MilestoneTable, draft: Draft) -> DraftReplay:
    judged = judge(log, draft.terms)
    outcomes = outcomes_of(log, judged, draft.terms)
    tables = {
        "milestone": (outcomes.kind,),
        "tier": (outcomes.tier,),
        "severity": (outcomes.severity,),
    }
    return DraftReplay(
        draft=draft,
        comparison=compare(table, judged),
        overall=attainment_by((), outcomes, judged)[0],
        by={name: attainment_by(each, outcomes, judged) for name, each in tables.items()},
        accelerated=accelerated_cases(judged, draft.terms),
    )


def _agreements(log: CaseLog, table: MilestoneTable, terms: Terms) -> tuple[Agreement, ...]:
    """Compared by the severity that was judged, and by whether the case ever waited."""
    waits = np.isin(log.kind, (EventKind.paused, EventKind.paused_without_question))
    waited = np.zeros(len(log), dtype=np.int64)
    waited[log.case_of_row[waits]] = 1
    wait = Dimension(waited, ("never waited", "waited"))
    return tuple(
        agreement_of(kind, theirs, table, (_judged_severity(kind, table, terms, len(log)), wait))
        for kind in MilestoneKind
        if (theirs := old_verdicts(kind, log)) is not None
    )


def _judged_severity(
    kind: MilestoneKind, table: MilestoneTable, terms: Terms, cases: int
) -> Dimension:
    codes = np.full(cases, -1, dtype=np.int64)
    of_kind = table.of_kind(kind)
    codes[table.case[of_kind]] = table.severity[of_kind]
    return Dimension(codes, terms.severities)
