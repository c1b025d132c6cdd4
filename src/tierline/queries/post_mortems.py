"""Which cases owe a post-mortem, what is to be done after them, and what came again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from tierline.cases.post_mortem import ActionState, DebtState
from tierline.kernel.instants import format_instant, parse_instant
from tierline.knowledge.document import DocumentKind
from tierline.knowledge.words import words_of
from tierline.queries.pages import PAGE_ROWS, Page, key_of, page_of
from tierline.scorecards.recurrence import SPAN, Recurrence, recurrence
from tierline.store.accounts import account_table
from tierline.store.cases import NO_DUE_TIME, case_table
from tierline.store.post_mortems import (
    action_of,
    debt_of,
    post_mortem_action_table,
    post_mortem_case_table,
    post_mortem_table,
)
from tierline.store.search import SearchReads
from tierline.store.users import user_table

if TYPE_CHECKING:
    from tierline.cases.post_mortem import PostMortemAction, PostMortemDebt
    from tierline.store.unit_of_work import Snapshot

_debt, _case, _account = post_mortem_case_table.c, case_table.c, account_table.c
_action, _post_mortem, _user = post_mortem_action_table.c, post_mortem_table.c, user_table.c
UNSETTLED = (DebtState.owed, DebtState.drafted)
EARLIER_LIMIT_CASES = 50
_MOST_CASES = 5_000
"""Of a failure mode whose words more cases hold, near to its actions, none are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DebtRow:
    """A case with its post-mortem, or with the lack of one. `account` is its name."""

    debt: PostMortemDebt
    number: int
    subject: str
    severity: str
    account: str

    def is_overdue(self, now: datetime) -> bool:
        """Whether it was promised by an instant that is over."""
        due = self.debt.due_at
        return self.debt.state in UNSETTLED and due is not None and due < now


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionRow:
    """An action with its owner's name, and once it is closed how often the failure mode came before
    and after, or that too many cases hold its words to count them."""

    action: PostMortemAction
    owner: str
    failure_mode: str
    recurrence: Recurrence | None
    has_too_many_cases: bool = False


@dataclass(frozen=True, slots=True)
class EarlierCase:
    """A case of the same failure mode."""

    case: str
    number: int
    opened_at: datetime


def list_debts(
    snapshot: Snapshot,
    *,
    state: DebtState | None = None,
    after: str | None = None,
    limit: int = PAGE_ROWS,
) -> Page[DebtRow]:
    """Cases by when their post-mortem is due, those without a promised time last. Without a state:
    all that are owed or being written."""
    states = [each.value for each in (UNSETTLED if state is None else (state,))]
    chosen = (
        sa.select(
            post_mortem_case_table,
            _case.number,
            _case.subject,
            _case.severity,
            _account.name.label("account"),
        )
        .join(case_table, _case.id == _debt.case_id)
        .outerjoin(account_table, _account.id == _case.account_id)
        .where(_debt.state.in_(states))
    )
    if after is not None:
        due, id_ = key_of(after, 2)
        at = parse_instant(due)
        same = sa.and_(_debt.due_at == at, _debt.case_id > id_)
        chosen = chosen.where(sa.or_(_debt.due_at > at, same))
    ordered = chosen.order_by(_debt.due_at, _debt.case_id).limit(limit + 1)
    rows = [
        DebtRow(
            debt=debt_of(row),
            number=row["number"],
            subject=row["subject"],
            severity=row["severity"],
            account=row["account"] or "",
        )
        for row in snapshot.execute(ordered).mappings()
    ]
    return page_of(rows, limit, _by_due)


def list_actions(
    snapshot: Snapshot,
    now: datetime,
    *,
    state: ActionState = ActionState.open,
    owner: str | None = None,
    after: str | None = None,
    limit: int = PAGE_ROWS,
) -> Page[ActionRow]:
    """Actions by when they are due, so that what is overdue stands first; of one owner where they
    are stated."""
    chosen = _ACTIONS.where(_action.state == state.value)
    if owner is not None:
        chosen = chosen.where(_action.owner_id == owner)
    if after is not None:
        due, id_ = key_of(after, 2)
        same = sa.and_(_action.due_on == due, _action.id > id_)
        chosen = chosen.where(sa.or_(_action.due_on > due, same))
    ordered = chosen.order_by(_action.due_on, _action.id).limit(limit + 1)
    return page_of(_action_rows(snapshot, ordered, now), limit, _by_day)


def actions_of(snapshot: Snapshot, post_mortem: str, now: datetime) -> list[ActionRow]:
    """The actions of a post-mortem, by when they are due."""
    chosen = _ACTIONS.where(_action.post_mortem_id == post_mortem)
    return _action_rows(snapshot, chosen.order_by(_action.due_on, _action.id), now)


def action_row(snapshot: Snapshot, action: str, now: datetime) -> ActionRow:
    """One action."""
    (found,) = _action_rows(snapshot, _ACTIONS.where(_action.id == action), now)
    return found


def earlier_cases(
    snapshot: Snapshot, failure_mode: str, *, but: Collection[str]
) -> tuple[EarlierCase, ...]:
    """Other cases of a failure mode, the newest first."""
    if not failure_mode:
        return ()
    chosen = (
        sa.select(_case.id, _case.number, _case.opened_at)
        .join(post_mortem_case_table, _debt.case_id == _case.id)
        .join(post_mortem_table, _post_mortem.id == _debt.post_mortem_id)
        .where(_post_mortem.failure_mode == failure_mode, _case.id.not_in(sorted(but)))
        .order_by(_case.opened_at.desc(), _case.id)
        .limit(EARLIER_LIMIT_CASES)
    )
    return tuple(EarlierCase(row.id, row.number, row.opened_at) for row in snapshot.execute(chosen))


def failure_modes(snapshot: Snapshot) -> tuple[str, ...]:
    """The words that were written, to choose one again."""
    mode = _post_mortem.failure_mode
    chosen = sa.select(mode).where(mode != "").distinct().order_by(mode)
    return tuple(snapshot.execute(chosen.limit(PAGE_ROWS)).scalars())


def our_people(snapshot: Snapshot) -> list[tuple[str, str]]:
    """Who may own an action: id and name, by name."""
    chosen = (
        sa.select(_user.id, _user.name)
        .where(_user.account_id.is_(None), _user.disabled_at.is_(None))
        .order_by(_user.name, _user.id)
        .limit(500)
    )
    return [(row.id, row.name) for row in snapshot.execute(chosen)]


_ACTIONS = (
    sa.select(post_mortem_action_table, _user.name, _post_mortem.failure_mode)
    .join(user_table, _user.id == _action.owner_id)
    .join(post_mortem_table, _post_mortem.id == _action.post_mortem_id)
)


def _action_rows(
    snapshot: Snapshot, chosen: sa.Select[tuple[object, ...]], now: datetime
) -> list[ActionRow]:
    rows = snapshot.execute(chosen).mappings().all()
    ends: dict[str, list[datetime]] = {}
    for row in rows:
        if row["closed_at"] is not None and row["failure_mode"]:
            ends.setdefault(row["failure_mode"], []).append(row["closed_at"])
    opened = _opened(snapshot, ends)
    return [_action_row(row, ends, opened, now) for row in rows]


def _action_row(
    row: sa.RowMapping,
    ends: Mapping[str, object],
    opened: Mapping[str, Collection[datetime] | None],
    now: datetime,
) -> ActionRow:
    mode, closed_at = row["failure_mode"], row["closed_at"]
    is_looked_at = closed_at is not None and mode in ends
    near = opened.get(mode, ())
    return ActionRow(
        action=action_of(row),
        owner=row["name"],
        failure_mode=mode,
        recurrence=recurrence(near, closed_at, now) if is_looked_at and near is not None else None,
        has_too_many_cases=is_looked_at and near is None,
    )


def _opened(
    snapshot: Snapshot, ends: Mapping[str, Sequence[datetime]]
) -> dict[str, Collection[datetime] | None]:
    """When cases of failure modes were opened, near to the ends of their actions: those whose
    post-mortem names the mode, and those that hold its words; None where too many hold them."""
    if not ends:
        return {}
    opened: dict[str, dict[str, datetime]] = {mode: {} for mode in ends}
    for row in snapshot.execute(sa.union_all(*_named_near(ends))):
        opened[row.mode][row.id] = row.opened_at
    held, in_words = Counter[str](), list(_holding_near(SearchReads(snapshot), ends))
    for row in snapshot.execute(sa.union_all(*in_words)) if in_words else ():
        opened[row.mode][row.id] = row.opened_at
        held[row.mode] += 1
    return {
        mode: None if held[mode] > _MOST_CASES else found.values() for mode, found in opened.items()
    }


def _named_near(ends: Mapping[str, Sequence[datetime]]) -> Iterator[sa.Select[Any]]:
    for mode, its_ends in ends.items():
        yield (
            sa.select(sa.literal(mode).label("mode"), _case.id, _case.opened_at)
            .join(post_mortem_case_table, _debt.case_id == _case.id)
            .join(post_mortem_table, _post_mortem.id == _debt.post_mortem_id)
            .where(_post_mortem.failure_mode == mode, _is_near(its_ends))
        )


def _holding_near(
    search: SearchReads, ends: Mapping[str, Sequence[datetime]]
) -> Iterator[sa.Select[Any]]:
    """The dates are looked at before there are too many: what was before or after them does not
    count."""
    for number, (mode, its_ends) in enumerate(ends.items()):
        words = words_of(mode)
        if not words:
            continue
        holding = search.holding(words, DocumentKind.case, number=number)
        near = (
            sa.select(sa.literal(mode).label("mode"), _case.id, _case.opened_at)
            .join(holding, holding.c.number == _case.number)
            .where(_is_near(its_ends))
            .limit(_MOST_CASES + 1)
        )
        yield sa.select(near.subquery())


def _is_near(ends: Sequence[datetime]) -> sa.ColumnElement[bool]:
    return sa.and_(_case.opened_at >= min(ends) - SPAN, _case.opened_at < max(ends) + SPAN)


def _by_due(row: DebtRow) -> tuple[str, str]:
    return format_instant(row.debt.due_at or NO_DUE_TIME), row.debt.case


def _by_day(row: ActionRow) -> tuple[str, str]:
    return row.action.due_on.isoformat(), row.action.id
