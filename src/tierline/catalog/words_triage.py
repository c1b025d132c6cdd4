"""The triage table in words: one line a row, as people read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tierline.catalog.triage_default import triage_for
from tierline.catalog.triage_statement import ANY
from tierline.catalog.triage_table import cells_of
from tierline.catalog.words_amount import duration_in_words

if TYPE_CHECKING:
    from tierline.catalog.catalog import Catalog
    from tierline.catalog.triage_statement import TriageRule


@dataclass(frozen=True, slots=True)
class TriageRow:
    """One row: `cells` by column, `any` where everything fits; `number` counts from 1."""

    number: int
    cells: dict[str, str]
    severity: str
    level: str
    because: str


def triage_rows(catalog: Catalog) -> tuple[TriageRow, ...]:
    """The table of a catalog, or the one by place where it states none; no row without severities.
    Columns in which every row fits everything are left out."""
    if not catalog.severities:
        return ()
    rules = triage_for(catalog.triage, tuple(catalog.severities)).rules
    columns = [
        name for name in _cells(rules[0]) if any(_cells(rule)[name] != ANY for rule in rules)
    ]
    return tuple(
        TriageRow(
            number,
            {name: _cells(rule)[name] for name in columns},
            rule.severity,
            rule.level.value.replace("_", " ") if rule.level else "",
            rule.because,
        )
        for number, rule in enumerate(rules, 1)
    )


def _cells(rule: TriageRule) -> dict[str, str]:
    found = {name: " or ".join(cell) or ANY for name, cell in cells_of(rule).items()}
    within = rule.recovery_within
    found["recovery_within"] = within if isinstance(within, str) else duration_in_words(within)
    return found
