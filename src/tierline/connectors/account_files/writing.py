"""Rows written as a file that reads back the same, and the templates to fill in."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import MISSING, fields
from datetime import date
from decimal import Decimal
from typing import Any

from tierline.accounts.contact import ContactRole
from tierline.accounts.hierarchy import Inheritable
from tierline.actions.account_rows import (
    AccountFile,
    AccountRow,
    ContactRow,
    ContractRow,
    Place,
    Row,
    RowKind,
)
from tierline.connectors.account_files.columns import COLUMNS

_WIDTH = 18


def template() -> AccountFile:
    """An example of each kind of row."""
    return AccountFile(
        accounts=(
            AccountRow(
                place=Place("template", 2),
                external_id="crm-1001",
                name="Farrow Energy",
                time_zone="Europe/London",
                region="EMEA",
                segment="regulated",
            ),
            AccountRow(
                place=Place("template", 3),
                external_id="crm-1002",
                name="Farrow Wind",
                time_zone="Europe/London",
                parent="crm-1001",
                inherits=frozenset({Inheritable.contract, Inheritable.contacts}),
            ),
        ),
        contacts=(
            ContactRow(
                place=Place("template", 2),
                external_id="crm-2001",
                account="crm-1001",
                name="Nina Farrow",
                email="nina@farrow.example",
                phone="+44 20 7946 0018",
                roles=frozenset({ContactRole.named_contact, ContactRole.admin}),
                since=date(2025, 1, 1),
            ),
        ),
        contracts=(
            ContractRow(
                place=Place("template", 2),
                external_id="crm-3001",
                account="crm-1001",
                catalog="halyard",
                tier="priority",
                first_day=date(2025, 1, 1),
                last_day=date(2025, 12, 31),
                grace_days=14,
                fee=Decimal(2400),
                add_ons=(("hours_pack", 2),),
            ),
        ),
    )


def written_csv(rows: Sequence[Row], kind: RowKind) -> str:
    """Rows of one kind as CSV with a header."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([column.name for column in COLUMNS[kind]])
    writer.writerows(cells_of(row, kind) for row in rows)
    return out.getvalue()


def written_workbook(file: AccountFile) -> bytes:
    """All rows as a workbook with a sheet for each kind. Every cell is text."""
    import xlsxwriter  # noqa: PLC0415 - loaded when a workbook is written

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        bold = book.add_format({"bold": True})
        for kind in RowKind:
            sheet = book.add_worksheet(kind.value)
            sheet.set_column(0, len(COLUMNS[kind]) - 1, _WIDTH)
            sheet.freeze_panes(1, 0)
            for place, column in enumerate(COLUMNS[kind]):
                sheet.write_string(0, place, column.name, bold)
            for line, row in enumerate(rows_of(file, kind), 1):
                for place, text in enumerate(cells_of(row, kind)):
                    sheet.write_string(line, place, text)
    return out.getvalue()


def rows_of(file: AccountFile, kind: RowKind) -> Sequence[Row]:
    """The rows of a kind."""
    return {
        RowKind.account: file.accounts,
        RowKind.contact: file.contacts,
        RowKind.contract: file.contracts,
    }[kind]


def cells_of(row: Row, kind: RowKind) -> list[str]:
    """The texts of a row; what is as it would be by default is left empty."""
    defaults = {each.name: each.default for each in fields(row)}
    return [
        _cell(getattr(row, column.name), defaults[column.name], column.cell.write)
        for column in COLUMNS[kind]
    ]


def _cell(value: Any, default: Any, write: Any) -> str:
    is_default = value is None or (default is not MISSING and value == default)
    return "" if is_default else write(value)
