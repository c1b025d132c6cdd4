"""Whether a target can be believed with the people there are: past cases with the time entered for
them, agents and catalogs, each read once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import sqlalchemy as sa

from tierline.milestones.improvement import plain_tier
from tierline.staffing.cost import cost_delta
from tierline.staffing.credible import credibility_of
from tierline.staffing.known import PastCases, known_of
from tierline.staffing.question import question_of
from tierline.store.cases import case_table
from tierline.store.effort import time_entry_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from tierline.catalog.catalog import Catalog
    from tierline.scorecards.desk import Stretch
    from tierline.staffing.cost import CostDelta
    from tierline.staffing.credible import Credibility
    from tierline.staffing.known import Known
    from tierline.staffing.question import Question
    from tierline.store.records import Reads
    from tierline.store.unit_of_work import Snapshot

_T = TypeVar("_T")
_case, _entry = case_table.c, time_entry_table.c


@dataclass(frozen=True, slots=True, kw_only=True)
class CredibleTarget:
    """A question with what is known and, where that is enough, the answer. `cost` is that of the
    difference, where a rate was stated and people are enough."""

    question: Question
    known: Known
    catalogs: Sequence[Catalog]
    answer: Credibility | None = None
    cost: CostDelta | None = None

    @property
    def currency(self) -> str:
        """Of a rate that is stated without one."""
        question = self.question
        return next(
            each.currency for each in self.catalogs if each.catalog == question.terms.catalog
        )

    @property
    def cover_hours(self) -> Decimal:
        """Hours of a week that one more is on duty."""
        situation = self.known.situation
        return Decimal(0) if situation is None else Decimal(situation.cover_hours)


def credible_target(reads: Reads, during: Stretch, stated: Mapping[str, str]) -> CredibleTarget:
    """A question in words with what is known, from the cases of a stretch; `answered` works it out,
    which may take seconds that no database has to wait for. Raises Invalid."""
    catalogs = reads.catalogs.newest()
    question = question_of(stated, catalogs)
    past = _past(reads.snapshot, during)
    known = known_of(question, past, reads.routing.agents(), reads.routing.plan()[1])
    return CredibleTarget(question=question, known=known, catalogs=catalogs)


def answered(asked: CredibleTarget) -> CredibleTarget:
    """The same with its answer, where enough is known. Raises Invalid."""
    question, situation = asked.question, asked.known.situation
    if situation is None:
        return asked
    answer = credibility_of(situation, question.within_minutes, question.wanted_percent)
    cost = None
    if question.rate is not None and answer.extra is not None:
        cost = cost_delta(answer.extra, asked.cover_hours, question.rate)
    return replace(asked, answer=answer, cost=cost)


def _past(snapshot: Snapshot, during: Stretch) -> PastCases:
    """The cases of a stretch, with the time that was entered for each, in one query."""
    counts = (_entry.recorded_at <= during.as_of) & _entry.removed_at.is_(None)
    asked = (
        sa.select(
            _case.tier,
            _case.severity,
            _case.time_zone,
            sa.type_coerce(_case.opened_at, sa.BigInteger),
            sa.func.coalesce(sa.func.sum(_entry.minutes), 0),
            sa.func.count(_entry.id),
            sa.func.coalesce(sa.func.sum(_entry.minutes * _entry.minutes), 0),
        )
        .join_from(
            case_table,
            time_entry_table,
            (_entry.case_id == _case.id) & counts,
            isouter=True,
        )
        .where(_case.opened_at >= during.since, _case.opened_at < during.until)
        .where(_case.opened_at <= during.as_of)
        .group_by(_case.id, _case.tier, _case.severity, _case.time_zone, _case.opened_at)
    )
    rows: Sequence[Any] = snapshot.execute(asked).all()
    kinds, kind = _coded([(plain_tier(row[0]), row[1] or "") for row in rows])
    zones, zone = _coded([row[2] or "" for row in rows])
    opened, minutes, sittings, squares = (
        np.array([int(row[place]) for row in rows], dtype=np.int64) for place in range(3, 7)
    )
    return PastCases(
        since=during.since,
        until=during.until,
        kinds=tuple(kinds),
        kind=kind,
        zones=tuple(zones),
        zone=zone,
        opened=opened,
        minutes=minutes,
        sittings=sittings,
        squares=squares,
    )


def _coded(values: Sequence[_T]) -> tuple[list[_T], NDArray[np.int64]]:
    """Each value once, and the places of all."""
    place = {value: number for number, value in enumerate(dict.fromkeys(values))}
    return list(place), np.array([place[value] for value in values], dtype=np.int64)
