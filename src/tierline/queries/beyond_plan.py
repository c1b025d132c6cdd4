"""Exceptions: who was helped with what their plan does not include, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from tierline.cases.playbook_run import GuideEventKind
from tierline.queries.guide_notes import with_notes
from tierline.scorecards.beyond_plan import ExceptionsOf, PlanException, by_group
from tierline.store.accounts import account_table
from tierline.store.cases import case_table
from tierline.store.guides import case_guide_event_table
from tierline.store.users import user_table

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from tierline.scorecards.desk import Stretch
    from tierline.store.records import Reads
    from tierline.store.unit_of_work import Snapshot

_case, _said, _account = case_table.c, case_guide_event_table.c, account_table.c
_user = user_table.c


@dataclass(frozen=True)
class BeyondPlan:
    """Exceptions of the cases that were raised in a stretch of time, the newest first. `names` are
    those of accounts, users and topics, by id or key."""

    exceptions: tuple[PlanException, ...]
    cases: int
    raised: Mapping[str, Mapping[str, int]]
    names: Mapping[str, str]

    def by(self, by: str) -> tuple[ExceptionsOf, ...]:
        """Grouped by tier, account or topic, most first. Raises Invalid."""
        return by_group(self.exceptions, by, self.raised.get(by, {}))


def beyond_plan(
    reads: Reads, during: Stretch, *, accounts: Collection[str] | None = None
) -> BeyondPlan:
    """Three queries, however many cases."""
    chosen = (_case.opened_at >= during.since) & (_case.opened_at < during.until)
    chosen &= _case.opened_at <= during.as_of
    if accounts is not None:
        chosen &= _case.account_id.in_(sorted(accounts))
    names = {key: topic.name for key, topic in reads.guides.newest()[1].topics.items()}
    found = _exceptions(reads.snapshot, chosen & (_said.at <= during.as_of), names)
    raised: dict[str, dict[str, int]] = {"tier": {}, "account": {}}
    counted = sa.select(_case.tier, _case.account_id, sa.func.count().label("cases")).where(chosen)
    for row in reads.snapshot.execute(counted.group_by(_case.tier, _case.account_id)):
        for of, key in (("tier", row.tier), ("account", row.account_id or "")):
            raised[of][key] = raised[of].get(key, 0) + row.cases
    return BeyondPlan(tuple(found), sum(raised["tier"].values()), raised, names)


def _exceptions(
    snapshot: Snapshot, chosen: sa.ColumnElement[bool], names: dict[str, str]
) -> list[PlanException]:
    """The reason is the note that was written with it."""
    asked = (
        sa.select(
            _said.case_id, _said.place, _said.value, _said.at, _said.by, _case.number,
            _case.subject, _case.tier, _case.account_id, _account.name.label("account"),
            _user.name.label("user"),
        )
        .join_from(case_guide_event_table, case_table, _case.id == _said.case_id)
        .outerjoin(account_table, _account.id == _case.account_id)
        .outerjoin(user_table, _user.id == _said.by)
        .where(chosen, _said.kind == GuideEventKind.exception.value)
    )  # fmt: skip
    found: dict[tuple[str, int], PlanException] = {}
    for row in snapshot.execute(with_notes(asked)):
        names |= {
            id_: name
            for id_, name in ((row.account_id, row.account), (row.by, row.user))
            if id_ and name
        }
        found[row.case_id, row.place] = PlanException(  # of several notes the last
            case=row.case_id,
            number=row.number,
            subject=row.subject,
            account=row.account_id or "",
            tier=row.tier,
            topic=row.value,
            at=row.at,
            by=row.by,
            reason=row.text or "",
        )
    return list(found.values())
