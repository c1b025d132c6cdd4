"""By which channels cases came, and how many of them out of plan."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from tierline.actions.case_access import REFUSALS
from tierline.cases.channel import OUT_OF_PLAN, Channel, ChannelAccess
from tierline.store.cases import case_table
from tierline.store.journal import fact_table

if TYPE_CHECKING:
    from datetime import datetime

    from tierline.store.unit_of_work import Snapshot

_case = case_table.c


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelUse:
    """Cases of a tier (empty: nothing was promised) by one channel, by how it stood to the plan.
    `refused` are contacts of which there is no case."""

    tier: str
    channel: Channel
    cases: dict[ChannelAccess, int]
    refused: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.cases.values())

    @property
    def out_of_plan(self) -> int:
        """Those whose plan does not include the channel, but for the worst severity."""
        return sum(self.cases.get(access, 0) for access in OUT_OF_PLAN)


def channel_use(
    snapshot: Snapshot,
    *,
    since: datetime,
    until: datetime | None = None,
    accounts: Collection[str] | None = None,
) -> list[ChannelUse]:
    """Cases opened in [since, until), or since then, by tier and channel: what came most out of
    plan stands first."""
    chosen = (
        sa.select(_case.tier, _case.channel, _case.access, sa.func.count().label("cases"))
        .where(_case.opened_at >= since)
        .group_by(_case.tier, _case.channel, _case.access)
    )
    if until is not None:
        chosen = chosen.where(_case.opened_at < until)
    if accounts is not None:
        chosen = chosen.where(_case.account_id.in_(sorted(accounts)))
    refused = _refused(snapshot, since=since, until=until, accounts=accounts)
    found: dict[tuple[str, str], dict[ChannelAccess, int]] = {}
    for row in snapshot.execute(chosen):
        found.setdefault((row.tier, row.channel), {})[ChannelAccess(row.access)] = row.cases
    uses = [
        ChannelUse(
            tier=key[0],
            channel=Channel(key[1]),
            cases=found.get(key, {}),
            refused=refused.get(key, 0),
        )
        for key in {**found, **refused}
    ]
    return sorted(uses, key=lambda use: (-use.out_of_plan, -use.refused, use.tier, use.channel))


def _refused(
    snapshot: Snapshot,
    *,
    since: datetime,
    until: datetime | None,
    accounts: Collection[str] | None,
) -> Counter[tuple[str, str]]:
    chosen = sa.select(fact_table.c.body).where(
        fact_table.c.subject == REFUSALS, fact_table.c.at >= since
    )
    if until is not None:
        chosen = chosen.where(fact_table.c.at < until)
    bodies = (json.loads(body) for body in snapshot.execute(chosen).scalars())
    return Counter(
        (each["tier"], each["channel"])
        for each in bodies
        if accounts is None or each["account"] in accounts
    )
