"""Whether customers of one tier are served alike, from the cases of a stretch of time."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import sqlalchemy as sa

from tierline.cases.log import Labels
from tierline.milestones.improvement import plain_tier
from tierline.queries.adherence import desk_adherence
from tierline.scorecards.consistency import (
    Consistency,
    ServedCases,
    consistency_of,
    differences,
)
from tierline.scorecards.groups import Dimension, groups_of
from tierline.scorecards.outcomes import Outcome
from tierline.store.accounts import account_table
from tierline.store.cases import case_table
from tierline.store.routing import case_routing_table

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tierline.scorecards.desk import DeskAdherence, Stretch
    from tierline.store.unit_of_work import Snapshot

_case, _routing, _account = case_table.c, case_routing_table.c, account_table.c


@dataclass(frozen=True)
class ConsistencyReport:
    """Tiers in which anything differs; `names` are those of tiers and accounts by key and id."""

    tiers: tuple[Consistency, ...]
    names: Mapping[str, str]


def consistency_report(
    snapshot: Snapshot, during: Stretch, *, accounts: Collection[str] | None = None
) -> ConsistencyReport:
    """Of cases of known customers with a milestone that was decided. Who had a case last is its
    agent."""
    desk = desk_adherence(snapshot, during, accounts=accounts)
    kept = desk.cases
    difference = _differences(desk)
    chosen = np.flatnonzero(~np.isnan(difference) & (kept.account.codes >= 0))
    agents, places = _agents(snapshot, during), _accounts(snapshot)
    of_case = {
        "agent": Labels.of([agents.get(each, "") for each in kept.ids]),
        "region": Labels.of([places.get(kept.account.text(each), ("", ""))[0]
                             for each in range(len(kept))]),
        "channel": kept.channel,
    }  # fmt: skip
    tiers = np.array([plain_tier(kept.tier.text(each)) for each in range(len(kept))], dtype=object)
    found = []
    for tier in sorted(set(tiers[chosen])):
        rows = chosen[tiers[chosen] == tier]
        served = ServedCases(
            difference=difference[rows],
            severity=kept.severity.codes[rows],
            customer=Dimension(kept.account.codes[rows], kept.account.names),
            parts={name: Dimension(each.codes[rows], each.names) for name, each in of_case.items()},
        )
        one = consistency_of(str(tier), served)
        if one is not None:
            found.append(one)
    names = {id_: name for id_, (_, name) in places.items()}
    return ConsistencyReport(tuple(found), {**names, **desk.adherence.names})


def _differences(desk: DeskAdherence) -> NDArray[np.float64]:
    """By case how much more of the allowed time it used than its like."""
    judged = desk.adherence.judged
    table, outcome = judged.table, judged.outcomes.outcome[: len(judged.table)]
    rows = np.flatnonzero(np.isin(outcome, (Outcome.met, Outcome.missed)) & (table.allowance > 0))
    dimensions = [desk.adherence.dimensions[name] for name in ("tier", "severity", "milestone")]
    alike = groups_of([Dimension(each.codes[rows], each.names) for each in dimensions], len(rows))
    used = table.used[rows] / table.allowance[rows]
    return differences(used, alike.of_row, table.case[rows], len(desk.cases))


def _agents(snapshot: Snapshot, during: Stretch) -> dict[str, str]:
    """Who has each case, or had it last, by its id."""
    chosen = (
        sa.select(_routing.case_id, _routing.user_id)
        .join(case_table, _case.id == _routing.case_id)
        .where(
            _case.opened_at >= during.since,
            _case.opened_at < during.until,
            _routing.user_id.is_not(None),
        )
    )
    return {row.case_id: row.user_id for row in snapshot.execute(chosen)}


def _accounts(snapshot: Snapshot) -> dict[str, tuple[str, str]]:
    """Region and name of every account."""
    rows = snapshot.execute(sa.select(_account.id, _account.region, _account.name))
    return {row.id: (row.region or "", row.name) for row in rows}
