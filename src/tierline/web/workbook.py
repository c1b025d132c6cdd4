"""A replay as an Excel workbook whose totals are live formulas over the milestones it lists.

Texts from the log are written as text, so that one that begins with `=`, `+`, `-` or `@` is never
a formula.
"""

from __future__ import annotations

import io
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
import xlsxwriter

from tierline.scorecards.measures import measures
from tierline.web import replay_rows
from tierline.web.replay_rows import Sheet
from tierline.web.workbook_totals import Page, write_attainment, write_summary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tierline.actions.intake import Intake
    from tierline.actions.replay import Replay
    from tierline.web.replay_rows import Value

MOST_ROWS = 1_048_575
"""Rows that a sheet of Excel holds below its heading."""
MOST_CHARACTERS = 32_767
"""Characters that a cell of Excel holds."""
_EXCEL_EPOCH_DAYS = 25_569
"""Days from Excel's day 0 to 1970-01-01."""
_INSTANTS = frozenset({"started", "stopped", "due"})
_MONTHS = frozenset({"month"})
_WIDE = {"reason": 48, "promise": 36, "definition": 60, "formula": 40, "case": 18, "name": 30}


def replay_workbook(replay: Replay, intake: Intake, *, most_rows: int = MOST_ROWS) -> bytes:
    """The whole report as XLSX. A list longer than a sheet is cut at `most_rows`, and the summary
    says so; its totals are then plain numbers, because no formula could see every row."""
    content = io.BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(content, options) as book:
        page = Page(book, min(len(replay.table), most_rows), len(replay.table) <= most_rows)
        lists = _lists(replay, intake)
        cut = [name for name, sheet in lists.items() if sheet.count > most_rows]
        write_summary(page, replay, intake, cut=cut, most_rows=most_rows)
        write_attainment(page, replay)
        for name, sheet in lists.items():
            _write_list(page, name, sheet, most_rows)
    return content.getvalue()


def _lists(replay: Replay, intake: Intake) -> dict[str, Sheet]:
    heads = ("key", "name", "definition", "formula", "unit", "owner")
    rows = [tuple(getattr(each, head) for head in heads) for each in measures().values()]
    return {
        "Milestones": replay_rows.milestone_rows(replay),
        "Misses": replay_rows.miss_rows(replay),
        "Flips": replay_rows.flip_rows(replay),
        "Disagreements": replay_rows.disagreement_rows(replay),
        "Cases not judged": replay_rows.listed_rows(replay),
        "Rejects": replay_rows.reject_rows(intake),
        "Measures": Sheet(heads, rows, len(rows)),
    }


def _write_list(page: Page, name: str, sheet: Sheet, most_rows: int) -> None:
    """A heading that stays, filters, and one row below another."""
    made = page.book.add_worksheet(name)
    made.freeze_panes(1, 1)
    for column, head in enumerate(sheet.heads):
        form = page.instant if head in _INSTANTS else page.month if head in _MONTHS else None
        made.set_column(column, column, _WIDE.get(head, 16), form)
    made.write_row(0, 0, [head.replace("_", " ") for head in sheet.heads], page.head)
    rows = list(islice(sheet.rows, most_rows))
    if rows:
        made.autofilter(0, 0, len(rows), len(sheet.heads) - 1)
    columns = [
        _cells(head, values)
        for head, values in zip(sheet.heads, zip(*rows, strict=True), strict=False)
    ]
    for number, row in enumerate(zip(*columns, strict=True), start=1):
        for column, value in enumerate(row):
            if value is None or value == "":
                continue
            if isinstance(value, str):
                made.write_string(number, column, value)
            else:
                made.write_number(number, column, value)


def _cells(head: str, values: Sequence[Value]) -> Sequence[Value]:
    """Instants and months as Excel's numbers of days, texts cut to what a cell holds."""
    if head in _INSTANTS or head in _MONTHS:
        return _days([str(value or "NaT").rstrip("Z") for value in values])
    return [value[:MOST_CHARACTERS] if isinstance(value, str) else value for value in values]


def _days(texts: Sequence[str]) -> list[Value]:
    micros = np.array(texts, dtype="datetime64[us]")
    days = micros.astype(np.int64) / 86_400_000_000 + _EXCEL_EPOCH_DAYS
    return [
        None if absent else day for day, absent in zip(days.tolist(), np.isnat(micros), strict=True)
    ]
