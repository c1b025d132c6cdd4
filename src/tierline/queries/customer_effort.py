"""What cases cost their customers, and whether the first contact was enough."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import sqlalchemy as sa

from tierline.cases.event import EventKind
from tierline.kernel.instants import to_micros
from tierline.milestones.improvement import plain_tier
from tierline.milestones.table import NEVER
from tierline.queries.case_columns import kept_cases
from tierline.queries.case_topics import guide_events, topics_of
from tierline.scorecards.customer_effort import CustomerEffort, EffortCase, effort_by
from tierline.store.cases import case_table
from tierline.store.effort import case_rating_table, time_entry_table
from tierline.store.routing import case_routing_table

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from tierline.scorecards.customer_effort import Raised
    from tierline.scorecards.desk import KeptCases, Stretch
    from tierline.store.records import Reads
    from tierline.store.unit_of_work import Snapshot

_case, _routing = case_table.c, case_routing_table.c
_rating, _entry = case_rating_table.c, time_entry_table.c


@dataclass(frozen=True)
class EffortReport:
    """The resolved cases of a stretch of time that are promised anything; `raised` are all of
    them, and `names` those of tiers."""

    cases: tuple[EffortCase, ...]
    raised: Raised
    known_until: int
    names: Mapping[str, str]

    def by(self, *by: str) -> tuple[CustomerEffort, ...]:
        """By channel, tier or both. Raises Invalid."""
        return effort_by(self.cases, by, self.raised, self.known_until)


def effort_report(
    reads: Reads, during: Stretch, *, accounts: Collection[str] | None = None
) -> EffortReport:
    """Nine queries, however many cases."""
    snapshot, guide = reads.snapshot, reads.guides.newest()[1]
    kept = kept_cases(snapshot, during, accounts=accounts)
    topics = topics_of(snapshot, guide, kept.ids, during, guide_events(snapshot, during))
    raised: dict[tuple[str, str], list[int]] = {}
    for place, topic in enumerate(topics):
        opened = int(kept.opened[place])
        raised.setdefault((kept.account.text(place), topic), []).append(opened)
    return EffortReport(
        cases=tuple(_cases(kept, topics, _Beside.of(snapshot, during))),
        raised=raised,
        known_until=min(to_micros(during.until), kept.as_of),
        names={key: name for _, _, terms in kept.parts for key, name in terms.names.items()},
    )


@dataclass(frozen=True)
class _Beside:
    """What is not in the facts of a case, by its id."""

    handoffs: Mapping[str, int]
    scores: Mapping[str, int]
    minutes: Mapping[str, int]

    @classmethod
    def of(cls, snapshot: Snapshot, during: Stretch) -> _Beside:
        then = (_case.opened_at >= during.since) & (_case.opened_at < during.until)

        def read(
            of: sa.Table,
            case: sa.ColumnElement[str],
            value: sa.ColumnElement[int],
            *more: sa.ColumnElement[bool],
        ) -> dict[str, int]:
            asked = (
                sa.select(case.label("case"), value.label("value"))
                .join_from(of, case_table, _case.id == case)
                .where(then, *more)
                .group_by(case)
            )
            return {row.case: int(row.value) for row in snapshot.execute(asked)}

        return cls(
            read(case_routing_table, _routing.case_id, sa.func.max(_routing.handoffs)),
            read(case_rating_table, _rating.case_id, sa.func.max(_rating.score),
                 _rating.answered_at <= during.as_of),
            read(time_entry_table, _entry.case_id, sa.func.sum(_entry.minutes),
                 _entry.removed_at.is_(None), _entry.recorded_at <= during.as_of),
        )  # fmt: skip


def _cases(kept: KeptCases, topics: Sequence[str], beside: _Beside) -> Iterator[EffortCase]:
    resolved = kept.first_at((EventKind.resolved,))
    said = (EventKind.customer_message,)
    contacts = _counts(kept, said, resolved)
    reopens = _counts(kept, (EventKind.reopened,))
    back = kept.first_at((EventKind.customer_message, EventKind.reopened), after=resolved)
    for place in np.flatnonzero(resolved != NEVER).tolist():
        id_ = kept.ids[place]
        yield EffortCase(
            account=kept.account.text(place),
            topic=topics[place],
            channel=kept.channel.text(place),
            tier=plain_tier(kept.tier.text(place)),
            opened=int(kept.opened[place]),
            resolved=int(resolved[place]),
            back_at=None if back[place] == NEVER else int(back[place]),
            contacts=1 + int(contacts[place]),
            handoffs=beside.handoffs.get(id_, 0),
            reopens=int(reopens[place]),
            score=beside.scores.get(id_),
            minutes=beside.minutes.get(id_, 0),
        )


def _counts(
    kept: KeptCases, kinds: Collection[EventKind], until: NDArray[np.int64] | None = None
) -> NDArray[np.int64]:
    """By case: how many of these there are (until an instant)."""
    found = np.zeros(len(kept), dtype=np.int64)
    for first, log, _ in kept.parts:
        rows = np.flatnonzero(np.isin(log.kind, [int(kind) for kind in kinds]))
        case = first + log.case_of_row[rows]
        if until is not None:
            case = case[log.at[rows] <= until[case]]
        np.add.at(found, case, 1)
    return found
