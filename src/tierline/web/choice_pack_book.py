"""The choice pack as an Excel workbook: amounts are numbers, and sums are formulas over them.

Texts are written as text, so that one that begins with `=` is never a formula; the moment of its
making is the day of the pack, so that the same pack is the same bytes.
"""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from tierline.kernel.money import minor_digits
from tierline.web.choice_pack import pack_view

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from tierline.scorecards.choice_pack import SignedPack
    from tierline.web.choice_pack import Cell, PackView, Row, Section

_TEXT_ONLY = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_NO_NAME = str.maketrans("", "", "[]:*?/\\'")
_SHEET_NAME_CHARACTERS = 31


def pack_workbook(pack: SignedPack) -> bytes:
    """A sheet for each table, and one that says what the pack is known by."""
    view, content = pack_view(pack), io.BytesIO()
    made = datetime.combine(date.fromisoformat(pack.on), time(), UTC).replace(tzinfo=None)
    with xlsxwriter.Workbook(content, _TEXT_ONLY) as book:
        book.set_properties({"title": view.title, "author": view.company, "created": made})
        forms = _Forms(book, view.currency)
        for section in view.sections:
            _write_section(_Sheet(book, forms, section.title), view, section)
        _write_proof(_Sheet(book, forms, view.proof_title), view)
    return content.getvalue()


class _Forms:
    """The formats of the book."""

    def __init__(self, book: Workbook, currency: str) -> None:
        digits = minor_digits(currency)
        money = f'#,##0{"." + "0" * digits if digits else ""} "{currency}"'
        wrapped = {"text_wrap": True, "valign": "top"}
        self.title: Format = book.add_format({"bold": True, "font_size": 14})
        self.head: Format = book.add_format({**wrapped, "bold": True, "bottom": 1})
        self.name: Format = book.add_format({**wrapped, "bold": True})
        self.text: Format = book.add_format(wrapped)
        self.small: Format = book.add_format({**wrapped, "font_color": "#565d6b"})
        self.money: Format = book.add_format({**wrapped, "num_format": money, "align": "left"})
        self.total: Format = book.add_format(
            {**wrapped, "num_format": money, "align": "left", "bold": True, "top": 1}
        )


class _Sheet:
    """One sheet, written from the top."""

    def __init__(self, book: Workbook, forms: _Forms, name: str) -> None:
        self.sheet: Worksheet = book.add_worksheet(
            name.translate(_NO_NAME)[:_SHEET_NAME_CHARACTERS]
        )
        self.forms = forms
        self.row = 0

    def line(self, words: str, form: Format | None = None) -> None:
        """A text of its own."""
        self.sheet.write_string(self.row, 0, words, form)
        self.row += 1


def _write_section(made: _Sheet, view: PackView, section: Section) -> None:
    forms, sheet = made.forms, made.sheet
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, len(view.names), 48)
    made.line(section.title, forms.title)
    for words in (view.lead, section.note, view.quantities if section.id == "cost" else ""):
        if words:
            made.line(words)
    sheet.write_row(made.row, 0, (view.first_head, *view.names), forms.head)
    made.row += 1
    first = made.row
    for row in section.rows:
        if not row.cells:
            made.line(f"{row.name}: {row.small}" if row.small else row.name, forms.head)
            first = made.row
            continue
        _write_row(made, row, first)


def _write_row(made: _Sheet, row: Row, first: int) -> None:
    forms = made.forms
    name = f"{row.name}\n{row.small}" if row.small else row.name
    made.sheet.write_string(made.row, 0, name, forms.name)
    for column, cell in enumerate(row.cells, start=1):
        _write_cell(made, (column, cell), first, is_total=row.kind == "total")
    made.row += 1
    if any(cell.amount is not None and cell.small for cell in row.cells):
        for column, cell in enumerate(row.cells, start=1):
            if cell.amount is not None:
                made.sheet.write_string(made.row, column, "\n".join(cell.small), forms.small)
        made.row += 1


def _write_cell(made: _Sheet, place: tuple[int, Cell], first: int, *, is_total: bool) -> None:
    (column, cell), forms = place, made.forms
    if cell.amount is None:
        made.sheet.write_string(made.row, column, cell.words, forms.text)
        return
    value = float(Decimal(cell.amount))
    if is_total:
        top, bottom = (xl_rowcol_to_cell(row, column) for row in (first, made.row - 1))
        made.sheet.write_formula(made.row, column, f"=SUM({top}:{bottom})", forms.total, value)
        return
    made.sheet.write_number(made.row, column, value, forms.money)


def _write_proof(made: _Sheet, view: PackView) -> None:
    """Day, version, digests and signature."""
    made.sheet.set_column(0, 0, 28)
    made.sheet.set_column(1, 1, 110)
    made.line(view.title, made.forms.title)
    for label, words in view.proof:
        made.sheet.write_string(made.row, 0, label, made.forms.name)
        made.sheet.write_string(made.row, 1, words, made.forms.text)
        made.row += 1
    for words in view.notes:
        made.line(words)
