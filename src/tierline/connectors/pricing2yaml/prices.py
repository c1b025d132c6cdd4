"""Prices of a pricing: a number for a month, an arithmetic expression, or words."""

from __future__ import annotations

import ast
import operator
import re
from decimal import Decimal, DecimalException
from typing import TYPE_CHECKING, Any

from tierline.connectors.pricing2yaml.terms import split_unit
from tierline.connectors.reading import number, plain, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tierline.connectors.facts import Facts, Path

_NUMBER = re.compile(r"\s*[-+]?[\d.,]+\s*")
_SHARED_UNITS = ("", "month", "forever")
_OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def price_of(
    facts: Facts, source: Path, stated: Mapping[str, Any], variables: Mapping[str, Any]
) -> dict[str, Any]:
    """`user/month` makes a price for each user, `/month` a flat one, words one to be quoted."""
    path = (*source, "price")
    unit, period = split_unit(text(facts, (*source, "unit"), stated.get("unit")))
    value = stated["price"]
    if isinstance(value, str) and "#" in value:
        value = _evaluate(facts, path, value, variables)
    if isinstance(value, str) and not _NUMBER.fullmatch(value):
        made = {"model": "quoted", "says": value, "basis": unit or None, "per": period}
        return {field: part for field, part in made.items() if part is not None}
    amount = plain(number(facts, path, value))
    if unit in _SHARED_UNITS:
        per = "once" if unit == "forever" else period or "month"
        return {"model": "flat", "amount": amount, "per": per}
    return {"model": "per_unit", "amount": amount, "unit": unit, "per": period or "month"}


def _evaluate(
    facts: Facts, path: Path, expression: str, variables: Mapping[str, Any]
) -> Decimal | int:
    """`#x * 2` with `variables: {x: 15}`: sums and products of numbers, nothing else.

    The variables that it used are carried by the price.
    """
    try:
        tree = ast.parse(re.sub(r"#(?=[A-Za-z])", "", expression).strip(), mode="eval")
        result = _value(tree.body, variables)
        result = result.quantize(Decimal("0.0001")).normalize()
    except (SyntaxError, ValueError, KeyError, DecimalException, RecursionError):
        message = f"'{expression[:80]}' is not a price that can be worked out."
        advice = "Use numbers, + - * / and variables such as #x that 'variables' defines."
        facts.fault(path, "bad_expression", message, advice)
        return 0
    for name in re.findall(r"#([A-Za-z][A-Za-z0-9]*)", expression):
        kind = "tiers" if path[0] == "plans" else "add_ons"
        facts.carry(("variables", name), (kind,))
    return result


def _value(node: ast.expr, variables: Mapping[str, Any]) -> Decimal:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return Decimal(str(node.value))
    if isinstance(node, ast.Name):
        return Decimal(variables[node.id])
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        left, right = _value(node.left, variables), _value(node.right, variables)
        return Decimal(_OPERATORS[type(node.op)](left, right))
    raise ValueError(ast.dump(node)[:80])
