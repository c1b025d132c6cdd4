"""From a value of a pricing to the term that carries it: on or off, a quantity, a rate, words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tierline.connectors.reading import boolean, number, plain, text

if TYPE_CHECKING:
    from tierline.connectors.facts import Facts, Path
    from tierline.connectors.keys import Keys

UNLIMITED_FROM = Decimal(10**7)
"""A power of ten from here on means "unlimited"; 1,000,000 calls a month is a limit on sale."""

PERIODS = {
    "second": "second",
    "sec": "second",
    "minute": "minute",
    "min": "minute",
    "hour": "hour",
    "day": "day",
    "week": "week",
    "month": "month",
    "quarter": "quarter",
    "year": "year",
}
_NOTHING = "none stated"


@dataclass(frozen=True, slots=True)
class Definition:
    """What a feature or limit is defined as: the type of its values, its unit and default."""

    value_type: str
    unit: str
    default: Any
    path: Path


class Terms:
    """The definitions of a pricing, and the terms that values become under them."""

    def __init__(self, facts: Facts, keys: Keys) -> None:
        self.facts = facts
        self.keys = keys
        self._defined: dict[tuple[str, str], Definition] = {}

    def define(self, kind: str, name: str, path: Path, stated: dict[str, Any]) -> None:
        """Note a feature or limit; its type must be one of the format's three."""
        value_type = text(self.facts, (*path, "valueType"), stated.get("valueType"))
        if value_type not in ("BOOLEAN", "NUMERIC", "TEXT"):
            message = f"'{value_type}' is not a value type." if value_type else "No 'valueType'."
            advice = "Write one of: BOOLEAN, NUMERIC, TEXT."
            self.facts.fault((*path, "valueType"), "unknown_value", message, advice)
            value_type = "TEXT"
        place = ("features", self.keys.key(name, kind=kind), "default")
        self.facts.carry((*path, "valueType"), place)
        unit = text(self.facts, (*path, "unit"), stated.get("unit"))
        default = stated.get("defaultValue")
        self._defined[kind, name] = Definition(value_type, unit, default, (*path, "defaultValue"))
        self.term(kind, name, default, (*path, "defaultValue"))

    def defaults(self) -> dict[str, dict[str, Any]]:
        """The term of every feature and limit where a plan states nothing."""
        return {
            self.keys.key(name, kind=kind): self.term(kind, name, known.default, known.path)
            for (kind, name), known in self._defined.items()
        }

    def term(self, kind: str, name: str, value: Any, path: Path) -> dict[str, Any]:
        """The term for a value. One for a name that is not defined goes by the value alone."""
        known = self._defined.get((kind, name))
        value_type = known.value_type if known else _type_of(value)
        if value_type == "BOOLEAN":
            return {"kind": "included", "included": boolean(self.facts, path, value)}
        if value_type == "NUMERIC":
            return _quantity(limit_of(self.facts, path, value), known.unit if known else "")
        return {"kind": "value", "value": plain_value(self.facts, path, value) or _NOTHING}


def limit_of(facts: Facts, path: Path, value: Any) -> int | Decimal | str:
    """A limit: a number, or `unlimited` for what the format writes as a huge or infinite one."""
    if isinstance(value, str) and value.strip().lower() in ("unlimited", "inf", "infinity"):
        return "unlimited"
    found = number(facts, path, value, may_be_infinite=True)
    if not found.is_finite() or (found >= UNLIMITED_FROM and _is_power_of_ten(found)):
        return "unlimited"
    return plain(found)


def plain_value(facts: Facts, path: Path, value: Any) -> Any:
    """A value as a catalog writes it: a list becomes words, a huge number `unlimited`."""
    if isinstance(value, list):
        return ", ".join(text(facts, (*path, place), part) for place, part in enumerate(value))
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return limit_of(facts, path, value)
    return value if isinstance(value, bool) or value is None else text(facts, path, value)


def split_unit(unit: str) -> tuple[str, str | None]:
    """`call/month` -> (`call`, `month`); without a period at its end, (`MB/file`, None)."""
    head, slash, last = unit.strip().rpartition("/")
    period = PERIODS.get(re.sub(r"s$", "", last.strip().lower()))
    return (head.strip(), period) if slash and period else (unit.strip(), None)


def _quantity(limit: int | Decimal | str, unit: str) -> dict[str, Any]:
    thing, period = split_unit(unit)
    if period in ("second", "minute", "hour") and thing:
        return {"kind": "rate", "limit": limit, "unit": thing, "per": period}
    made: dict[str, Any] = {"kind": "quantity", "limit": limit}
    if thing:
        made["unit"] = thing
    if period:
        made["per"] = period
    return made


def _type_of(value: Any) -> str:
    if isinstance(value, bool):
        return "BOOLEAN"
    return "NUMERIC" if isinstance(value, int | Decimal) else "TEXT"


def _is_power_of_ten(value: Decimal) -> bool:
    return value.normalize().as_tuple().digits == (1,)
