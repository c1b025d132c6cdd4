"""Part of a log: the cases of a period, or all that was known at an instant. What is left out is
listed with its reason, so that the cases still add up."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from tierline.cases.log import Labels
from tierline.kernel.instants import format_micros
from tierline.scorecards.coverage import ListedCase

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tierline.cases.log import CaseLog

Selection = tuple["CaseLog", tuple[ListedCase, ...]]


def known_at(log: CaseLog, as_of: int) -> Selection:
    """The log as it was known at an instant (microseconds): later facts are left out, and cases
    opened later are listed. Where the log ends before it, it is taken as complete up to it."""
    known = log.at <= as_of
    reason = f"opened after {format_micros(as_of)}, the instant of this replay"
    chosen, listed = _split(log, log.opened_at <= as_of, "opened_later", reason)
    rows = known[np.repeat(log.opened_at <= as_of, np.diff(log.first_row))]
    return replace(_with_rows(chosen, rows), as_of=as_of), listed


def opened_between(log: CaseLog, start: int | None, end: int | None) -> Selection:
    """The cases opened in [start, end), microseconds; None is no bound."""
    inside = np.ones(len(log), dtype=np.bool_)
    if start is not None:
        inside &= log.opened_at >= start
    if end is not None:
        inside &= log.opened_at < end
    return _split(log, inside, "other_period", "opened outside the period of this replay")


def _split(log: CaseLog, is_chosen: NDArray[np.bool_], code: str, reason: str) -> Selection:
    listed = tuple(
        ListedCase(log.case_ids[case], code, reason) for case in np.flatnonzero(~is_chosen)
    )
    return (_of_cases(log, is_chosen), listed) if listed else (log, ())


def _of_cases(log: CaseLog, is_chosen: NDArray[np.bool_]) -> CaseLog:
    lengths = np.diff(log.first_row)
    rows = np.repeat(is_chosen, lengths)
    return replace(
        log,
        case_ids=tuple(log.case_ids[case] for case in np.flatnonzero(is_chosen)),
        first_row=np.concatenate([[0], np.cumsum(lengths[is_chosen])]).astype(np.int64),
        at=log.at[rows],
        kind=log.kind[rows],
        value=Labels(log.value.codes[rows], log.value.names),
        tier=Labels(log.tier.codes[is_chosen], log.tier.names),
        attributes={
            name: Labels(labels.codes[is_chosen], labels.names)
            for name, labels in log.attributes.items()
        },
    )


def _with_rows(log: CaseLog, rows: NDArray[np.bool_]) -> CaseLog:
    """The same cases with some of their facts; `opened` of each case is one of them."""
    if rows.all():
        return log
    counts = np.bincount(log.case_of_row[rows], minlength=len(log))
    return replace(
        log,
        first_row=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        at=log.at[rows],
        kind=log.kind[rows],
        value=Labels(log.value.codes[rows], log.value.names),
    )
