"""What was promised beside how it was found, by tier: adherence, ratings, reopened cases, and
updates without news."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

import numpy as np
import sqlalchemy as sa

from tierline.cases.effort import BEST_SCORE
from tierline.cases.event import EventKind
from tierline.cases.news import Updates
from tierline.scorecards.experience import Scores, Share, TierExperience
from tierline.store.cases import case_event_table, case_message_table, case_table
from tierline.store.effort import case_rating_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tierline.scorecards.desk import DeskAdherence, Stretch
    from tierline.store.unit_of_work import Snapshot

_case, _event, _message = case_table.c, case_event_table.c, case_message_table.c
_rating = case_rating_table.c


def experience_by_tier(
    snapshot: Snapshot, desk: DeskAdherence, during: Stretch
) -> tuple[TierExperience, ...]:
    """The cases of the desk by the tier that they were raised on; what is not promised anything is
    left out. An update is a reply of ours to the customer after the first."""
    met = {row.group[0]: Share(row.met, row.decided) for row in desk.adherence.by(("tier",))}
    scores = _scores(snapshot, during)
    reopened, resolved = _counts(desk, EventKind.reopened), _counts(desk, EventKind.resolved)
    empty = _updates(snapshot, desk, during)
    return tuple(
        TierExperience(
            tier=tier,
            met=met.get(tier, Share(0, 0)),
            scores=Scores(scores.get(tier, (0,) * BEST_SCORE)),
            reopened=Share(reopened.get(tier, 0), resolved[tier]),
            empty=empty.get(tier, Share(0, 0)),
        )
        for tier in sorted(resolved)
    )


def _scores(snapshot: Snapshot, during: Stretch) -> dict[str, tuple[int, ...]]:
    asked = (
        sa.select(_case.tier, _rating.score, sa.func.count().label("answers"))
        .join(case_table, _case.id == _rating.case_id)
        .where(
            _case.opened_at >= during.since,
            _case.opened_at < during.until,
            _rating.answered_at <= during.as_of,
        )
        .group_by(_case.tier, _rating.score)
    )
    found: dict[str, list[int]] = {}
    for row in snapshot.execute(asked):
        found.setdefault(row.tier, [0] * BEST_SCORE)[row.score - 1] = row.answers
    return {tier: tuple(counts) for tier, counts in found.items()}


def _counts(desk: DeskAdherence, fact: EventKind) -> dict[str, int]:
    """Cases with such a fact, by tier."""
    found: dict[str, int] = {}
    for first, log, _ in desk.cases.parts:
        for case in np.unique(log.case_of_row[log.kind == fact]).tolist():
            tier = desk.cases.tier.text(first + case)
            found[tier] = found.get(tier, 0) + 1
    return found


def _updates(snapshot: Snapshot, desk: DeskAdherence, during: Stretch) -> dict[str, Share]:
    """Updates without news of all updates, by tier."""
    tier_of = {id_: desk.cases.tier.text(place) for place, id_ in enumerate(desk.cases.ids)}
    counts: dict[str, list[int]] = {}
    for case, rows in groupby(_written(snapshot, during), key=attrgetter("case_id")):
        written = list(rows)
        updates = Updates(written[0].subject)
        for row in written:
            updates.take(row.text, is_reply=row.kind == EventKind.public_reply.name)
        if case in tier_of:
            of_tier = counts.setdefault(tier_of[case], [0, 0])
            of_tier[0] += updates.empty
            of_tier[1] += updates.total
    return {tier: Share(empty, total) for tier, (empty, total) in counts.items() if total}


def _written(snapshot: Snapshot, during: Stretch) -> Iterator[sa.Row[tuple[str, str, str, str]]]:
    """What the customer can see, of each case in its order."""
    asked = (
        sa.select(_message.case_id, _case.subject, _event.kind, _message.text)
        .join_from(case_message_table, case_table, _case.id == _message.case_id)
        .join(
            case_event_table,
            (_event.case_id == _message.case_id) & (_event.place == _message.place),
        )
        .where(
            _case.opened_at >= during.since,
            _case.opened_at < during.until,
            _event.recorded_at <= during.as_of,
            _message.is_public == 1,
        )
        .order_by(_message.case_id, _message.place, _message.id)
    )
    yield from snapshot.execute(asked)
