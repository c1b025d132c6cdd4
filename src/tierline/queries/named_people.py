"""What became of cases of accounts with named engineers or a pod, beside others that were like
them."""

from __future__ import annotations

import json
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from tierline.cases.event import EventKind
from tierline.kernel.instants import to_micros
from tierline.milestones.improvement import plain_tier
from tierline.milestones.table import NEVER
from tierline.queries.case_columns import kept_cases
from tierline.scorecards.with_and_without import Counted, Taken, compared, counts_compared
from tierline.store.account_needs import account_need_table
from tierline.store.cases import case_table
from tierline.store.journal import fact_table
from tierline.store.routing import case_routing_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tierline.scorecards.desk import Stretch
    from tierline.scorecards.with_and_without import MoreOrFewer, WithAndWithout
    from tierline.store.unit_of_work import Snapshot

_case, _routing, _fact = case_table.c, case_routing_table.c, fact_table.c


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleEffect:
    """Time until service worked again, or the case was resolved where nothing says so, and handoffs
    of the cases that somebody has had: of accounts that had people of their own when the case was
    raised, and of the others."""

    recovery: WithAndWithout
    handoffs: MoreOrFewer


def people_effect(snapshot: Snapshot, during: Stretch) -> PeopleEffect:
    """Of the cases of a stretch of time, compared among those of one tier and severity."""
    kept = kept_cases(snapshot, during)
    had, handoffs = _had_people(snapshot), _handoffs(snapshot, during)
    works = kept.first_at((EventKind.restored, EventKind.resolved))
    taken: list[Taken] = []
    counted: list[Counted] = []
    for place, id_ in enumerate(kept.ids):
        opened = int(kept.opened[place])
        is_with = _had_at(had.get(kept.account.text(place), ()), opened)
        stratum = f"{plain_tier(kept.tier.text(place))} {kept.severity.text(place)}"
        if works[place] != NEVER:
            length = int(works[place]) - opened
            taken.append(Taken(stratum, length, 0 if is_with else None))
        if id_ in handoffs:
            counted.append(Counted(stratum, handoffs[id_], is_with))
    return PeopleEffect(recovery=compared(taken), handoffs=counts_compared(counted))


Change = tuple[int, bool]


def _had_people(snapshot: Snapshot) -> Mapping[str, Sequence[Change]]:
    """When each account came to have people of its own, and had none any more."""
    chosen = (
        sa.select(_fact.subject, _fact.at, _fact.body)
        .where(
            _fact.kind == "AccountNeedChanged",
            _fact.subject.in_(sa.select(account_need_table.c.account_id)),
        )
        .order_by(_fact.at, _fact.id)
    )
    found: dict[str, list[Change]] = {}
    for row in snapshot.execute(chosen):
        body = json.loads(row.body)
        has = bool(body.get("engineers") or body.get("pod"))
        found.setdefault(row.subject, []).append((to_micros(row.at), has))
    return found


def _had_at(changes: Sequence[Change], at: int) -> bool:
    place = bisect_right(changes, at, key=lambda change: change[0])
    return place > 0 and changes[place - 1][1]


def _handoffs(snapshot: Snapshot, during: Stretch) -> dict[str, int]:
    chosen = (
        sa.select(_routing.case_id, _routing.handoffs)
        .join(case_table, _case.id == _routing.case_id)
        .where(_case.opened_at >= during.since, _case.opened_at < during.until, _routing.places > 0)
    )
    return {row.case_id: row.handoffs for row in snapshot.execute(chosen)}
