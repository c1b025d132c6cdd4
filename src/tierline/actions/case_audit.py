"""Folding cases anew, and replaying them as columns: to prove what is kept and what was told."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from tierline.actions.case_clocks import next_due
from tierline.kernel.instants import to_micros
from tierline.milestones.agreement import Agreement, Disagreement, MilestoneKey, compared
from tierline.milestones.fold import milestones_of
from tierline.milestones.signals import BREACH

if TYPE_CHECKING:
    from datetime import datetime

    from tierline.cases.case import Case
    from tierline.cases.standing import CaseState
    from tierline.milestones.signals import SignalKey
    from tierline.milestones.terms import Terms

CASES_AT_ONCE = 500
INDEX = "index"
"""Not of a milestone: the state, the severity and the due time by which lists find a case."""
CaseIndex = tuple["CaseState", str, "datetime | None"]


class AuditedCases(Protocol):
    """Cases in the order of their ids, with what is kept beside their facts."""

    def after(self, case: str, limit: int) -> Sequence[tuple[Case, CaseIndex]]: ...
    def terms(self, digest: str) -> Terms: ...
    def signalled_of(self, cases: Collection[str]) -> Mapping[str, dict[SignalKey, datetime]]: ...


@dataclass(frozen=True, slots=True)
class CaseAudit:
    """What was found of some cases; `next` is the last of them, None where there are no more."""

    cases: int
    milestones: int
    breaches: int
    disagreements: tuple[Disagreement, ...]
    next: str | None


def audit_cases(cases: AuditedCases, after: str, as_of: datetime) -> CaseAudit:
    """The next cases, folded one by one and replayed as columns as they stand at `as_of`: every
    milestone, every breach that was told, and the index of every case."""
    found = cases.after(after, CASES_AT_ONCE)
    by_terms: dict[str, list[Case]] = {}
    for case, _ in found:
        by_terms.setdefault(case.terms, []).append(case)
    told = _told(cases, [case.id for case, _ in found])
    agreed = [
        _agreement(cases.terms(digest), held, told, as_of)
        for digest, held in sorted(by_terms.items())
        if digest
    ]
    stale = [each for case, index in found for each in _index(cases, case, index, as_of)]
    return CaseAudit(
        cases=len(found),
        milestones=sum(each.milestones for each in agreed),
        breaches=sum(each.breaches for each in agreed),
        disagreements=(*(one for each in agreed for one in each.disagreements), *stale),
        next=found[-1][0].id if len(found) == CASES_AT_ONCE else None,
    )


def _agreement(
    terms: Terms, held: Sequence[Case], told: Mapping[MilestoneKey, int], as_of: datetime
) -> Agreement:
    ids = {case.id for case in held}
    theirs = {key: at for key, at in told.items() if key[0] in ids}
    return compared([case.history for case in held], terms, theirs, as_of)


def _told(cases: AuditedCases, ids: Sequence[str]) -> dict[MilestoneKey, int]:
    return {
        (case, kind, cycle): to_micros(at)
        for case, signals in cases.signalled_of(ids).items()
        for (kind, cycle, what), at in signals.items()
        if what == BREACH
    }


def _index(
    cases: AuditedCases, case: Case, kept: CaseIndex, as_of: datetime
) -> Iterator[Disagreement]:
    standing = case.standing
    due = kept[2]
    if case.terms:
        due = next_due(milestones_of(case.history, cases.terms(case.terms), as_of))
    now = standing.state, standing.severity, due
    if now != kept:
        yield Disagreement(case.id, "", 0, INDEX, _words(kept), _words(now))


def _words(index: CaseIndex) -> str:
    state, severity, due = index
    return f"{state.value} {severity} {due.isoformat() if due else '-'}"
