"""Agents with what they have, and who has the cases of a list."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from tierline.cases.saved_view import CaseFilter
from tierline.cases.standing import CaseState
from tierline.queries.cases import OPEN_STATES, CaseRow
from tierline.queries.pages import Page, key_of, page_of
from tierline.routing.agent import Agent
from tierline.routing.risk import top_reason
from tierline.scorecards.breach_risk import Likelihood
from tierline.store.cases import NO_DUE_TIME, case_table
from tierline.store.effort import case_follow_up_table
from tierline.store.participants import case_merge_table
from tierline.store.prepared_reads import any_of
from tierline.store.routing import agent_of, agent_table, case_routing_table
from tierline.store.unit_of_work import Snapshot
from tierline.store.users import user_table

_agent, _routing = agent_table.c, case_routing_table.c
_case, _user = case_table.c, user_table.c
_COLLEAGUES = (
    sa.select(_user.id, _user.name)
    .join(agent_table, _agent.user_id == _user.id)
    .where(_user.disabled_at.is_(None))
    .order_by(_user.name, _user.id)
    .limit(sa.bindparam("most"))
)
_HOLDERS = (
    sa.select(_routing.case_id, _user.id.label("holder"), _user.name, agent_table)
    .join(user_table, _user.id == _routing.user_id)
    .outerjoin(agent_table, _agent.user_id == _routing.user_id)
    .where(_routing.case_id.in_(any_of("ids")))
)


class CaseView(StrEnum):
    """Which cases a list shows."""

    mine = "mine"
    """Those that I have."""
    unassigned = "unassigned"
    """Those that nobody has: the lead's queue."""
    at_risk = "at-risk"
    """Those in which something is due, what is due first at the top."""
    follow_up = "follow-up"
    """Those that somebody wanted to look at again by now, whatever their state."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentRow:
    """An agent in a list."""

    agent: Agent
    name: str
    is_disabled: bool
    cases: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Who has a case; `agent` is None for somebody whom no plan knows."""

    user: str
    name: str
    agent: Agent | None


def list_agents(snapshot: Snapshot, *, after: str | None, limit: int) -> Page[AgentRow]:
    """Everybody who works on cases, by name, with how many open cases they have; one query."""
    load = (
        sa.select(_routing.user_id, sa.func.count().label("cases"))
        .join(case_table, _case.id == _routing.case_id)
        .where(_routing.user_id.is_not(None), _case.state.in_(OPEN_STATES))
        .group_by(_routing.user_id)
        .subquery()
    )
    chosen = (
        sa.select(agent_table, _user.name, _user.disabled_at, load.c.cases)
        .join(user_table, _user.id == _agent.user_id)
        .outerjoin(load, load.c.user_id == _agent.user_id)
    )
    if after is not None:
        name, id_ = key_of(after, 2)
        later = sa.and_(_user.name == name, _agent.user_id > id_)
        chosen = chosen.where(sa.or_(_user.name > name, later))
    rows = snapshot.execute(chosen.order_by(_user.name, _agent.user_id).limit(limit + 1)).mappings()
    found = [
        AgentRow(
            agent=agent_of(row),
            name=row["name"],
            is_disabled=row["disabled_at"] is not None,
            cases=row["cases"] or 0,
        )
        for row in rows
    ]
    return page_of(found, limit, lambda row: (row.name, row.agent.user))


def holders_of(snapshot: Snapshot, cases: Collection[str]) -> dict[str, Holder]:
    """Who has each of these cases, by case, in one query."""
    return {
        row["case_id"]: Holder(
            user=row["holder"],
            name=row["name"],
            agent=None if row["user_id"] is None else agent_of(row),
        )
        for row in snapshot.rows(_HOLDERS, {"ids": sorted(cases)})
    }


def reason_of(
    row: CaseRow, holder: Holder | None, likely: Likelihood | None, now: datetime
) -> str | None:
    """Why a case is at risk; None where nothing of it is due."""
    if row.next_due_at is None:
        return None
    return top_reason(
        due_at=row.next_due_at,
        state=row.state,
        holder=holder.agent if holder else None,
        is_held=holder is not None,
        now=now,
        history="" if likely is None else next(iter(likely.signs), ""),
    )


def reasons_of(
    snapshot: Snapshot,
    rows: Sequence[CaseRow],
    likely: Mapping[str, Likelihood],
    now: datetime,
) -> dict[str, str]:
    """Why cases are at risk, by case, in one query."""
    holders = holders_of(snapshot, [row.id for row in rows])
    found = ((row.id, reason_of(row, holders.get(row.id), likely.get(row.id), now)) for row in rows)
    return {case: reason for case, reason in found if reason is not None}


def narrowed_to(view: CaseView, user: str, now: datetime) -> sa.ColumnElement[bool]:
    """The cases of a view, as a condition on `support_case`."""
    owned = sa.select(_routing.case_id).where(_routing.case_id == _case.id)
    match view:
        case CaseView.mine:
            return owned.where(_routing.user_id == user).exists()
        case CaseView.unassigned:
            merged = sa.select(case_merge_table.c.case_id)
            alone = merged.where(case_merge_table.c.case_id == _case.id)
            return sa.and_(~owned.where(_routing.user_id.is_not(None)).exists(), ~alone.exists())
        case CaseView.at_risk:
            return _case.next_due_at < NO_DUE_TIME
        case CaseView.follow_up:
            back = sa.select(case_follow_up_table.c.case_id)
            there = case_follow_up_table.c.case_id == _case.id
            return back.where(there, case_follow_up_table.c.at <= now).exists()


def condition_of(
    chosen: CaseFilter | None, user: str, now: datetime
) -> sa.ColumnElement[bool] | None:
    """The cases of a saved view, as a condition on `support_case`; its states are asked apart."""
    if chosen is None:
        return None
    asked = (
        (_case.severity, chosen.severities),
        (_case.tier, chosen.tiers),
        (_case.channel, [each.value for each in chosen.channels]),
        (_case.account_id, [chosen.account] if chosen.account else []),
    )
    found: list[sa.ColumnElement[bool]] = [
        column.in_(list(values)) for column, values in asked if values
    ]
    if chosen.view in set(CaseView):
        found.append(narrowed_to(CaseView(chosen.view), user, now))
    return sa.and_(*found) if found else None


def states_of(view: CaseView | None, chosen: CaseFilter | None) -> tuple[CaseState, ...]:
    """The states that a view asks for; none: all that have not ended."""
    if chosen is not None and chosen.states:
        return chosen.states
    is_back = view is CaseView.follow_up or (
        chosen is not None and chosen.view == CaseView.follow_up.value
    )
    return tuple(CaseState) if is_back else ()


def numbered(number: int | None) -> sa.ColumnElement[bool] | None:
    """The case that people call by a number, as a condition."""
    return None if number is None else _case.number == number


def both(
    one: sa.ColumnElement[bool] | None, other: sa.ColumnElement[bool] | None
) -> sa.ColumnElement[bool] | None:
    """Two conditions, of which either may be absent."""
    if one is None or other is None:
        return other if one is None else one
    return sa.and_(one, other)


def colleagues(snapshot: Snapshot, *, limit: int) -> list[tuple[str, str]]:
    """Who works on cases and may sign in: id and name, by name."""
    return [(row.id, row.name) for row in snapshot.rows(_COLLEAGUES, {"most": limit})]
