"""Which cases owe a post-mortem, and by when: kept up with their facts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from tierline.cases.post_mortem import PostMortemDebt
from tierline.catalog.statement import MilestoneKind
from tierline.kernel.instants import from_micros
from tierline.milestones.roles import CASE_ENDS
from tierline.milestones.table import NEVER

if TYPE_CHECKING:
    from datetime import datetime

    from tierline.cases.case import Case
    from tierline.milestones.fold import Milestone
    from tierline.milestones.terms import Terms


class DebtBook(Protocol):
    """The post-mortems that cases owe."""

    def debt(self, case: str) -> PostMortemDebt | None: ...
    def keep_debt(self, debt: PostMortemDebt) -> None: ...


class DebtBooks(Protocol):
    """What keeping them needs."""

    @property
    def post_mortems(self) -> DebtBook: ...


def keep_debt(books: DebtBooks, case: Case, terms: Terms, milestones: Sequence[Milestone]) -> None:
    """After further facts of a case that has ended once: whether it owes a post-mortem. One of the
    worst severity of its promise does, and one that is promised it."""
    ended_at = _ended_at(case)
    if ended_at is None:
        return
    promised = [each for each in milestones if each.kind is MilestoneKind.post_mortem]
    is_required = bool(promised) or case.standing.severity == terms.severities[0]
    known = books.post_mortems.debt(case.id)
    if known is None and not is_required:
        return
    due = promised[-1].due if promised else NEVER
    debt = replace(
        known or PostMortemDebt(case=case.id),
        is_required=is_required,
        ended_at=ended_at,
        due_at=None if due == NEVER else from_micros(due),
    )
    if debt != known:
        books.post_mortems.keep_debt(debt)


def _ended_at(case: Case) -> datetime | None:
    """When a case ended for the first time: from then on its post-mortem is owed."""
    return next((event.at for event in case.in_time if event.kind in CASE_ENDS), None)
