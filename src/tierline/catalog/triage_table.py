"""The triage table compiled: which row decides, and which rows never do.

Every combination of answers is a cell of one array, with an axis for each question, the worst
answer first. Filling it row by row gives the row that decides each of them, shows the rows that
decide none and the combinations that no row decides, and two neighbouring cells show whether a
worse answer is ever served as a milder case.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tierline.catalog.triage_questions import ANSWERS
from tierline.catalog.triage_statement import ANY, Triage, TriageRule
from tierline.kernel.errors import Invalid

if TYPE_CHECKING:
    from numpy.typing import NDArray

COLUMNS: tuple[str, ...] = tuple(ANSWERS)
_NO_ROW = -1
_MINUTE = 60


def cells_of(rule: TriageRule) -> dict[str, tuple[str, ...]]:
    """What a row asks of each column; empty where everything fits."""
    return {name: getattr(rule, name) for name in COLUMNS}


def recovery_minutes_of(rule: TriageRule) -> int | None:
    """Within how many minutes an account must work again for a row to fit; None: whatever."""
    within = rule.recovery_within
    return None if isinstance(within, str) else within.elapsed_seconds() // _MINUTE


def row_for(
    rules: Sequence[TriageRule], given: Mapping[str, str], recovery_minutes: int | None
) -> int:
    """The place of the first row that fits what is given in every column. Raises Invalid where none
    does: a catalog that was checked has a row for everything."""
    for place, rule in enumerate(rules):
        limit = recovery_minutes_of(rule)
        is_in_time = limit is None or (recovery_minutes is not None and recovery_minutes <= limit)
        if is_in_time and all(
            not cell or given[name] in cell for name, cell in cells_of(rule).items()
        ):
            return place
    raise Invalid("No row of the triage table fits. End it with a row that fits everything.")


def rule_words(rule: TriageRule) -> str:
    """What a row says, on one line: `business_impact: stopped, urgency: now or today -> S1`. It
    names the row in every version of the catalog in which it says the same."""
    asked = [f"{name}: {' or '.join(cell)}" for name, cell in cells_of(rule).items() if cell]
    if rule.recovery_within != ANY:
        asked.append(f"recovery_within: {rule.recovery_within}")
    return f"{', '.join(asked) or 'everything else'} -> {rule.severity}"


@dataclass(frozen=True, slots=True)
class Space:
    """Every combination of answers. `rows` holds the row that decides each, -1 where none does: one
    axis for each of `COLUMNS`, and one of `recovery` times in minutes, shortest first, with one
    more place for those who may wait for longer."""

    rows: NDArray[np.int16]
    recovery: tuple[int, ...]
    unreached: tuple[int, ...]
    """Rows that decide nothing, because those above them take all."""

    def case_at(self, place: Sequence[int]) -> str:
        """A combination in words."""
        said = [
            f"{name} {ANSWERS[name][index]}" for name, index in zip(COLUMNS, place, strict=False)
        ]
        within = place[-1]
        if self.recovery:
            minutes = self.recovery[min(within, len(self.recovery) - 1)]
            said.append(
                f"recovery {'within' if within < len(self.recovery) else 'after'} {minutes} min"
            )
        return ", ".join(said)


def space_of(rules: Sequence[TriageRule], recovery: Sequence[int] | None = None) -> Space:
    """The whole table, spread out; `recovery` are the times to tell apart, else the table's own."""
    limits = [recovery_minutes_of(rule) for rule in rules]
    times = sorted(
        {each for each in (limits if recovery is None else recovery) if each is not None}
    )
    shape = [*(len(ANSWERS[name]) for name in COLUMNS), len(times) + 1]
    rows = np.full(shape, _NO_ROW, dtype=np.int16)
    unreached = []
    for place, (rule, limit) in enumerate(zip(rules, limits, strict=True)):
        chosen = [
            [index for index, answer in enumerate(ANSWERS[name]) if not cell or answer in cell]
            for name, cell in cells_of(rule).items()
        ]
        within = [i for i in range(len(times) + 1) if limit is None
                  or (i < len(times) and times[i] <= limit)]  # fmt: skip
        where = np.ix_(*chosen, within)
        free = rows[where] == _NO_ROW
        if not free.any():
            unreached.append(place)
        rows[where] = np.where(free, place, rows[where])
    return Space(rows, tuple(times), tuple(unreached))


def ranks_of(space: Space, triage: Triage, severities: Sequence[str]) -> NDArray[np.int16]:
    """The place of each combination's severity, 0 the worst."""
    ranks = np.array([severities.index(rule.severity) for rule in triage.rules], dtype=np.int16)
    return ranks[space.rows]


def milder_for_worse(
    ranks: NDArray[np.int16],
) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """Two combinations, of which the first has one worse answer and yet the milder severity; None
    where there is no such pair."""
    for axis in range(ranks.ndim):
        falls = np.argwhere(np.diff(ranks, axis=axis) < 0)
        if len(falls):
            worse = tuple(int(each) for each in falls[0])
            milder = tuple(index + (place == axis) for place, index in enumerate(worse))
            return worse, milder
    return None
