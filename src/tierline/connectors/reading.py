"""Reading one place of a source: the kind of value that must stand there, or a fault."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tierline.connectors.facts import Facts, Path

_GROUPED = re.compile(r"\d{1,3}(?:_\d{3})+")


def mapping(facts: Facts, path: Path, value: Any) -> dict[str, Any]:
    """The mapping at a place; nothing is an empty one."""
    if value is None or isinstance(value, dict):
        return value or {}
    facts.fault(path, "not_a_mapping", f"{_last(path)} must be a mapping.", "Write 'key: value'.")
    return {}


def sequence(facts: Facts, path: Path, value: Any) -> list[Any]:
    """The list at a place; nothing is an empty one."""
    if value is None or isinstance(value, list):
        return value or []
    facts.fault(path, "not_a_list", f"{_last(path)} must be a list.", "Write '- ' before each.")
    return []


def text(facts: Facts, path: Path, value: Any) -> str:
    """The words at a place; a number is read as written, nothing is no words."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return str(value)
    facts.fault(path, "not_text", f"{_last(path)} must be text.", f"Found {_shown(value)}.")
    return ""


def number(facts: Facts, path: Path, value: Any, *, may_be_infinite: bool = False) -> Decimal:
    """The number at a place, at least 0. A number in quotes is not one.

    `1_000_000` is a number too: YAML 1.1 writers group digits so.
    """
    if isinstance(value, str) and _GROUPED.fullmatch(value):
        value = int(value.replace("_", ""))
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        advice = "Write it without quotes." if isinstance(value, str) else "Write a number."
        message = f"{_last(path)} must be a number, found {_shown(value)}."
        facts.fault(path, "not_a_number", message, advice)
        return Decimal(0)
    if value < 0:
        facts.fault(path, "negative", f"{_last(path)} is below 0.", "Write 0 or more.")
        return Decimal(0)
    if not may_be_infinite and not Decimal(value).is_finite():
        facts.fault(path, "infinite", f"{_last(path)} has no end.", "Write a number.")
        return Decimal(0)
    return Decimal(value)


def count(facts: Facts, path: Path, value: Any) -> int:
    """The whole number at a place."""
    found = number(facts, path, value)
    if found != found.to_integral_value():
        facts.fault(path, "not_whole", f"{_last(path)} must be a whole number.", f"Found {found}.")
    return int(found)


def boolean(facts: Facts, path: Path, value: Any) -> bool:
    """True or false at a place."""
    if isinstance(value, bool):
        return value
    message = f"{_last(path)} must be true or false, found {_shown(value)}."
    facts.fault(path, "not_a_boolean", message, "Write true or false.")
    return False


def plain(value: Decimal) -> int | Decimal:
    """The number as a person writes it: no exponent, no trailing zeros."""
    if value == value.to_integral_value():
        return int(value)
    return Decimal(format(value.normalize(), "f"))


def _last(path: Path) -> str:
    return f"'{path[-1]}'" if path else "The file"


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "a mapping"
    return "a list" if isinstance(value, list) else repr(value)[:60]
