"""What the old tool itself said of each case: its verdicts and its targets."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tierline.cases.log import Labels
from tierline.connectors.event_log.mapping import LengthStatement, Take, VerdictTake
from tierline.connectors.event_log.value_codes import ABSENT, fits, text_codes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tierline.connectors.event_log.case_rows import Cases
    from tierline.connectors.event_log.mapping import VerdictStatement

_VERDICTS = ("met", "missed")
_SECONDS = {
    "milliseconds": Decimal("0.001"),
    "seconds": Decimal(1),
    "minutes": Decimal(60),
    "hours": Decimal(3600),
}


def old_verdicts(cases: Cases, kind: str, stated: VerdictStatement) -> Labels:
    """By kept case: met, missed, or nothing."""
    by_row = cases.rows.verdicts[kind]
    if stated.take is VerdictTake.worst:
        codes = np.maximum.reduceat(by_row, cases.runs.first)[cases.is_kept]
    else:
        codes = cases.known(by_row, Take(stated.take.value))
    if stated.only_with:
        codes = np.where(_has(cases, stated)[cases.is_kept], codes, ABSENT)
    return Labels(codes.astype(np.int32), _VERDICTS)


def old_targets(cases: Cases, stated: VerdictStatement, length: LengthStatement) -> Labels:
    """By kept case: how long the old tool allowed, in whole seconds as text."""
    column = cases.rows.texts[length.column]
    chosen = fits(cases.rows.texts, stated.where, stated.unless)
    kept = pl.select(pl.when(pl.Series(chosen)).then(column)).to_series()
    codes, names = text_codes(kept)
    return Labels(cases.known(codes, Take.last), tuple(_seconds(each, length) for each in names))


def _has(cases: Cases, stated: VerdictStatement) -> NDArray[np.bool_]:
    shown = fits(cases.rows.texts, {**stated.only_with}, {})
    found: NDArray[np.bool_] = np.logical_or.reduceat(shown, cases.runs.first)
    return found


def _seconds(text: str, length: LengthStatement) -> str:
    try:
        return str(int(Decimal(text) * _SECONDS[length.unit]))
    except (InvalidOperation, ValueError, OverflowError):
        return ""
