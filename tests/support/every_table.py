"""Rows for every table of the product, made from the types of its columns, so that a table which
is declared tomorrow is filled tomorrow. Rows refer to rows that come later.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from facts import START

from tierline.store import dialect_upkeep, rows
from tierline.store.columns import Bytes, Document, Exact, Instant, Scaled, Whole, Words
from tierline.store.schema import METADATA
from tierline.store.store import Store
from tierline.store.unit_of_work import UnitOfWork

ROWS = rows.PAGE_LIMIT_ROWS + 2
_LARGEST = 2**63 - 1


def fill_every_table(store: Store, *, count: int = ROWS) -> int:
    """How many rows were written in all."""

    def work(unit: UnitOfWork) -> None:
        names = [table.name for table in METADATA.sorted_tables]
        with dialect_upkeep.references_later(unit._connection, names):
            for table in METADATA.sorted_tables:
                unit.write(table.insert(), [_row(table, number, count) for number in range(count)])

    store.run(work)
    return count * len(METADATA.sorted_tables)


def _row(table: sa.Table, number: int, count: int) -> dict[str, Any]:
    return {column.name: _value(column, number, count) for column in table.columns}


def _value(column: sa.Column[Any], number: int, count: int) -> Any:
    for key in column.foreign_keys:
        return _value(key.column, count - 1 - number, count)
    if column.nullable and number % 3 == 0:
        return None
    return _of_type(column.type, number)


def _of_type(type_: Any, number: int) -> Any:
    match type_:
        case Words() | sa.Text():
            return ("é", "_", "Z", "a", "𝄞")[number % 5] + f"'; -- \\ \n{number}"
        case Whole() | sa.BigInteger():
            return _LARGEST - number if number % 2 else -_LARGEST - 1 + number
        case Instant():
            return START + timedelta(microseconds=number)
        case Scaled():
            return Decimal(number).scaleb(-type_.places)
        case Exact():
            return Decimal(f"-{number}.000000000001")
        case Bytes() | sa.LargeBinary():
            return bytes([number % 256, 0, 255]) + str(number).encode()
        case Document():
            return {"number": number, "words": ["Grüße", None, True, "0.1"]}
    raise AssertionError(f"no value is known for a column of {type_!r}")
