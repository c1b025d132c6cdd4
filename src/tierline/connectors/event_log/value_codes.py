"""Texts of the file looked up in the mapping: severities, tiers, states, verdicts as codes."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tierline.connectors.event_log.mapping import EventLogMapping, VerdictStatement
    from tierline.connectors.event_log.mapping_words import Conditions
    from tierline.connectors.event_log.rejects import RowRejects

ABSENT = -1
_NOT_MAPPED = -2
_MOST_REASONS = 50
"""Values for which a near one is looked up; further ones are rejected without the hint."""


def severity_codes(
    frame: pl.DataFrame, mapping: EventLogMapping, rejects: RowRejects
) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    stated = mapping.severity
    if stated.always:
        return (stated.always,), np.zeros(len(frame), dtype=np.int32)
    if stated.column:
        names = distinct([*stated.values.values(), stated.default])
        codes = {value: names.index(name) for value, name in stated.values.items()}
        return names, looked_up(frame[stated.column], codes, rejects, what="severity")
    cells = {
        (row, column): name
        for row, columns in stated.cells.items()
        for column, name in columns.items()
    }
    names = distinct([*cells.values(), stated.default])
    codes = {" / ".join(pair): names.index(name) for pair, name in cells.items()}
    pairs = joined(frame, (str(stated.rows), str(stated.columns)), needs_all=True)
    return names, looked_up(pairs, codes, rejects, what="severity")


def tier_codes(
    frame: pl.DataFrame, mapping: EventLogMapping, rejects: RowRejects
) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    stated = mapping.tier
    if stated.always:
        return (stated.always,), np.zeros(len(frame), dtype=np.int32)
    rules = [rule.tier for rule in stated.rules]
    names = distinct([*stated.values.values(), *rules, stated.default])
    if stated.column:
        codes = {value: names.index(name) for value, name in stated.values.items()}
        if stated.default:
            found = _codes(frame[stated.column], codes, default=ABSENT)
        else:
            found = looked_up(frame[stated.column], codes, rejects, what="tier")
    else:
        found = np.full(len(frame), ABSENT, dtype=np.int32)
        for rule in reversed(stated.rules):
            found[_is_one_of(frame[rule.column], rule.is_)] = names.index(rule.tier)
    if stated.default:
        found[found == ABSENT] = names.index(stated.default)
    return names, found


def state_codes(
    frame: pl.DataFrame, mapping: EventLogMapping, rejects: RowRejects
) -> NDArray[np.int32]:
    if mapping.states is None:
        return np.full(len(frame), ABSENT, dtype=np.int32)
    column = joined(frame, mapping.states.sources())
    values = {value: place for place, value in enumerate(mapping.states.values)}
    codes = codes_among(column, values, mapping.states.silent)
    return looked_up(column, codes, rejects, what="state")


def verdict_codes(
    frame: pl.DataFrame, stated: VerdictStatement, rejects: RowRejects
) -> NDArray[np.int32]:
    """0 met, 1 missed, by row; ABSENT where the row says nothing of it."""
    column = joined(frame, stated.sources())
    chosen = fits(frame, stated.where, stated.unless)
    if not chosen.all():
        column = pl.select(pl.when(pl.Series(chosen)).then(column)).to_series().rename(column.name)
    values = dict.fromkeys(stated.met, 0) | dict.fromkeys(stated.missed, 1)
    codes = codes_among(column, values, stated.silent)
    return looked_up(column, codes, rejects, what="verdict")


def codes_among(
    column: pl.Series, values: Mapping[str, int], silent: Sequence[str]
) -> dict[str, int]:
    """The code of each value, and of each text of the column that a value with `*` stands for.
    What is written out counts before what is not, and any value before the silent ones."""
    patterns = [each for each in (*values, *silent) if "*" in each]
    codes = dict.fromkeys(silent, ABSENT) | dict(values)
    if patterns:
        for text in column.cast(pl.String).unique().drop_nulls().to_list():
            fits_one = (each for each in patterns if fnmatchcase(text, each))
            if text not in codes and (found := next(fits_one, None)) is not None:
                codes[text] = codes[found]
    return codes


def fits(frame: pl.DataFrame, where: Conditions, unless: Conditions) -> NDArray[np.bool_]:
    """The rows of which every column of `where`, and none of `unless`, has one of its values."""
    found = np.ones(len(frame), dtype=np.bool_)
    for column, values in where.items():
        found &= _is_one_of(frame[column], values)
    for column, values in unless.items():
        found &= ~_is_one_of(frame[column], values)
    return found


def joined(frame: pl.DataFrame, columns: tuple[str, ...], *, needs_all: bool = False) -> pl.Series:
    """One column as it is, or the known ones of several joined with ` / `; null where none is
    known, or, if all are needed, where one is not."""
    if len(columns) == 1:
        return frame[columns[0]]
    together = pl.concat_str(columns, separator=" / ", ignore_nulls=not needs_all)
    is_known = pl.any_horizontal(pl.col(columns).is_not_null())
    return frame.select(pl.when(is_known).then(together).alias(" / ".join(columns))).to_series()


def _codes(column: pl.Series, codes: Mapping[str, int], default: int) -> NDArray[np.int32]:
    """The code of each text, `default` where it has none, ABSENT where null."""
    found = column.replace_strict(
        pl.Series(list(codes), dtype=pl.String),
        pl.Series(list(codes.values()), dtype=pl.Int32),
        default=default,
        return_dtype=pl.Int32,
    )
    is_null = column.is_null().to_numpy()
    return np.where(is_null, ABSENT, found.fill_null(default).to_numpy()).astype(np.int32)


def looked_up(
    column: pl.Series, codes: Mapping[str, int], rejects: RowRejects, *, what: str
) -> NDArray[np.int32]:
    """Codes of the texts; a row whose text the mapping does not list is rejected."""
    found = _codes(column.cast(pl.String), codes, default=_NOT_MAPPED)
    is_unmapped = found == _NOT_MAPPED
    if is_unmapped.any():
        texts = column.cast(pl.String)
        for text in texts.filter(is_unmapped).unique(maintain_order=True).to_list()[:_MOST_REASONS]:
            near = difflib.get_close_matches(text[:200], codes, n=1)
            hint = f" The nearest that it has is '{near[0]}'." if near else ""
            reason = f"The mapping has no {what} for this value.{hint}"
            rejects.add(
                texts.eq_missing(text).to_numpy(), column, column=column.name, reason=reason
            )
        rest = is_unmapped & ~rejects.is_rejected
        reason = f"The mapping has no {what} for this value."
        rejects.add(rest, column, column=column.name, reason=reason)
    return np.where(is_unmapped, ABSENT, found).astype(np.int32)


def _is_one_of(column: pl.Series, values: Iterable[str]) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = (
        column.cast(pl.String).is_in(list(values)).fill_null(value=False).to_numpy()
    )
    return found


def text_codes(column: pl.Series) -> tuple[NDArray[np.int32], tuple[str, ...]]:
    """Codes of a column's texts in the order of first appearance; ABSENT where null."""
    text = column.cast(pl.String)
    names = text.unique(maintain_order=True).drop_nulls()
    coded = text.replace_strict(
        names, np.arange(len(names), dtype=np.int32), default=None, return_dtype=pl.Int32
    )
    return coded.fill_null(ABSENT).to_numpy(), tuple(names.to_list())


def distinct(names: Iterable[str | None]) -> tuple[str, ...]:
    """Names in the order of first appearance, each once, the absent ones left out."""
    return tuple(dict.fromkeys(name for name in names if name))
