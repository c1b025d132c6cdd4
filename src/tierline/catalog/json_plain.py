"""Plain values of a catalog as JSON knows them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tierline.catalog.yaml_text import Plain


def json_plain(value: Plain) -> Any:
    """The same value for a JSON writer: whole numbers as numbers, other decimals as exact text.

    A decimal fraction as a JSON number would be read as a binary float by most programs.
    """
    if isinstance(value, dict):
        return {key: json_plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return [json_plain(part) for part in value]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else f"{value.normalize():f}"
    return value
