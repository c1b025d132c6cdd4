"""Targets that were agreed beside the plan, and how cases came out against them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tierline.accounts.exceptions import ExceptionState
from tierline.milestones.table import Verdict
from tierline.queries.contract_exceptions import AccountException, contract_exceptions

if TYPE_CHECKING:
    from tierline.accounts.contract import AgreedDocument
    from tierline.scorecards.desk import DeskAdherence
    from tierline.store.records import Reads


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterKept:
    """A tightened target of one account, with the milestones of its cases that were opened since:
    met, missed and open; `missing` are the ids of the cases with a miss, `numbers` what people call
    them by."""

    account: str
    contract: str
    target: str
    within: str
    since: int
    met: int
    missed: int
    open: int
    missing: tuple[str, ...]
    numbers: tuple[int, ...]
    document: AgreedDocument | None


def side_letters_kept(reads: Reads, desk: DeskAdherence, at: int) -> tuple[LetterKept, ...]:
    """Every override of a target that is in force at an instant and tighter than the plan, by
    account; the cases are those of the desk."""
    return tuple(
        _kept(each, desk)
        for each in contract_exceptions(reads, at)
        if each.agreed.state is ExceptionState.in_force and each.agreed.tightened is not None
    )


def _kept(each: AccountException, desk: DeskAdherence) -> LetterKept:
    severity, _, kind = each.agreed.feature.rpartition(".")
    table, opened = desk.adherence.judged.table, desk.cases.opened
    among = {"account": each.account, "severity": severity, "milestone": kind}
    rows = desk.adherence.where(among)
    rows = rows[rows < len(table)]
    rows = rows[opened[table.case[rows]] >= each.agreed.start]
    verdict = table.verdict[rows]
    missing = np.unique(table.case[rows[verdict == Verdict.missed]])
    return LetterKept(
        account=each.account,
        contract=each.contract,
        target=each.agreed.feature,
        within=str(each.agreed.tightened),
        since=each.agreed.start,
        met=int((verdict == Verdict.met).sum()),
        missed=int((verdict == Verdict.missed).sum()),
        open=int((verdict >= Verdict.running).sum()),
        missing=tuple(desk.cases.ids[case] for case in missing),
        numbers=tuple(desk.cases.numbers[case] for case in missing),
        document=each.agreed.document,
    )
