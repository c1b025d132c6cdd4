"""The state of every case after every event row, as columns: severity, tier, waiting, triage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tierline.cases.event import EventKind
from tierline.milestones.roles import CASE_ENDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from tierline.cases.log import CaseLog, Labels
    from tierline.milestones.terms import Terms

PAUSES = (EventKind.paused, EventKind.paused_without_question)
SEVERITY_FACTS = (EventKind.opened, EventKind.severity_set, EventKind.severity_changed)
UNPAUSES = (EventKind.opened, EventKind.resumed, EventKind.reopened, *CASE_ENDS)


@dataclass(frozen=True)
class Rows:
    """One entry for each row of the log; codes are places in the names of the terms, -1 unknown."""

    end: NDArray[np.int64]
    """When the row's state ends: at the next event of its case, or at the log's `as_of`."""
    case: NDArray[np.int64]
    is_first: NDArray[np.bool_]
    is_last: NDArray[np.bool_]
    severity: NDArray[np.int16]
    tier: NDArray[np.int16]
    reasons: tuple[str, ...]
    """The names that `waiting_on` points into."""
    waiting_on: NDArray[np.int32] | None
    """Code of the pause reason, -1 where nobody waits; None where the log has no pause."""
    asked: NDArray[np.bool_] | None
    before_triage: NDArray[np.bool_] | None
    """None where no case of the log says when its severity was set."""


def rows_of(log: CaseLog, terms: Terms) -> Rows:
    """Work out the state after each row."""
    count = len(log.at)
    is_last = np.zeros(count, dtype=np.bool_)
    is_last[log.first_row[1:] - 1] = True
    is_first = np.zeros(count, dtype=np.bool_)
    is_first[log.first_row[:-1]] = True
    end = np.empty_like(log.at)
    end[:-1] = log.at[1:]
    end[is_last] = np.maximum(log.at[is_last], log.as_of)
    waiting_on, asked = _waiting(log)
    return Rows(
        end=end,
        case=log.case_of_row,
        is_first=is_first,
        is_last=is_last,
        severity=_severity(log, terms),
        tier=_tier(log, terms),
        reasons=log.value.names,
        waiting_on=waiting_on,
        asked=asked,
        before_triage=_before_triage(log),
    )


def is_one_of(log: CaseLog, facts: Iterable[EventKind]) -> NDArray[np.bool_]:
    """Mask of the rows whose fact is one of these."""
    table = np.zeros(len(EventKind), dtype=np.bool_)
    table[list(facts)] = True
    mask: NDArray[np.bool_] = table[log.kind]
    return mask


def last_where(mask: NDArray[np.bool_]) -> NDArray[np.int64]:
    """For each row the last row up to it where the mask holds (row 0 where there is none)."""
    places = np.arange(len(mask))
    places *= mask
    return np.maximum.accumulate(places, out=places)


def first_in_case(log: CaseLog, mask: NDArray[np.bool_]) -> NDArray[np.int64]:
    """By case: the first row where the mask holds; the number of rows where there is none."""
    found = np.full(len(log), len(log.at), dtype=np.int64)
    places = np.flatnonzero(mask)[::-1]
    found[log.case_of_row[places]] = places
    return found


def codes_of(labels: Labels, names: Sequence[str]) -> NDArray[np.int16]:
    """Codes of the terms for each code of a column; the last entry serves the absent (-1)."""
    place_of = {name: place for place, name in enumerate(names)}
    table = [place_of.get(name, -1) for name in labels.names]
    return np.array([*table, -1], dtype=np.int16)


def _severity(log: CaseLog, terms: Terms) -> NDArray[np.int16]:
    table = codes_of(log.value, terms.severities)
    stated = last_where(is_one_of(log, SEVERITY_FACTS))
    severity: NDArray[np.int16] = table[log.value.codes[stated]]
    return severity


def _tier(log: CaseLog, terms: Terms) -> NDArray[np.int16]:
    """The best tier held so far: an upgrade improves an open case, a downgrade never loosens it."""
    of_case = codes_of(log.tier, terms.tiers)[log.tier.codes]
    changes = is_one_of(log, (EventKind.tier_changed,))
    if not changes.any():
        held: NDArray[np.int16] = of_case[log.case_of_row]
        return held
    tier = np.full(len(log.at), -1, dtype=np.int64)
    tier[log.first_row[:-1]] = of_case
    tier[changes] = codes_of(log.value, terms.tiers)[log.value.codes[changes]]
    step = len(terms.tiers) + 1
    lifted = np.maximum.accumulate(tier + log.case_of_row * step)
    return (lifted - log.case_of_row * step).astype(np.int16)


def _waiting(log: CaseLog) -> tuple[NDArray[np.int32] | None, NDArray[np.bool_] | None]:
    pauses = is_one_of(log, PAUSES)
    if not pauses.any():
        return None, None
    last = last_where(is_one_of(log, (*PAUSES, *UNPAUSES)))
    waits = pauses[last]
    waiting_on = np.where(waits, log.value.codes[last], -1).astype(np.int32)
    return waiting_on, waits & (log.kind[last] == EventKind.paused)


def _before_triage(log: CaseLog) -> NDArray[np.bool_] | None:
    triages = is_one_of(log, (EventKind.severity_set,))
    if not triages.any():
        return None
    first = first_in_case(log, triages)
    has_triage = first < len(log.at)
    case = log.case_of_row
    before: NDArray[np.bool_] = has_triage[case] & (np.arange(len(log.at)) < first[case])
    return before
