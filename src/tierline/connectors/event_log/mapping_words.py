"""The words that a mapping file is written with: columns, values, and conditions on them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

Column = Annotated[str, Field(min_length=1, max_length=300)]
"""The name of a column as the header of the file writes it."""


def _cell(value: Any) -> Any:
    """A value as the file has it: YAML reads `true` and `3` as other things than text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, (int, Decimal, date)) else value


Cell = Annotated[str, BeforeValidator(_cell), Field(min_length=1, max_length=1_000)]
"""A value as it stands in the file, letter by letter."""
Cells = Annotated[tuple[Cell, ...], Field(min_length=1)]
Conditions = dict[Column, Cells]
"""By column: the values of which it has one."""
