"""Plain values as YAML text, by rules of our own, so that no library's release moves a byte.

Blocks outside; a mapping or list of scalars that fits on its line is written on one line. Text is
plain where YAML 1.2 and 1.1 both read it back as the same text, else in double quotes.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import TypeAlias

Plain: TypeAlias = "bool | int | Decimal | str | list[Plain] | dict[str, Plain] | None"

_WIDTH = 100
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9 _./()'%+*&;=?!~^–—’“”×€£-]*|\d{4}-\d\d-\d\d")
_UNPRINTABLE = re.compile("[\x7f-\x9f\ud800-\udfff\ufeff\u2028\u2029\ufffe\uffff]")
_YAML_1_1 = frozenset(
    "y n yes no on off true false null none nan inf .nan .inf".split()  # noqa: SIM905 - reads as words
)


def yaml_text(value: dict[str, Plain]) -> str:
    """A document: one mapping in block form."""
    lines: list[str] = []
    _mapping(value, 0, lines)
    return "\n".join(lines) + "\n"


def flow_text(value: Plain) -> str:
    """A value on one line, as it may stand inside brackets."""
    if isinstance(value, dict):
        inner = ", ".join(f"{scalar_text(key)}: {flow_text(part)}" for key, part in value.items())
        return f"{{{inner}}}"
    if isinstance(value, list):
        return f"[{', '.join(flow_text(part) for part in value)}]"
    return scalar_text(value)


def scalar_text(value: bool | int | Decimal | str | None) -> str:
    """One scalar: `null`, `true`, `0.0015`, plain or quoted text."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Decimal):
        return _decimal_text(value)
    return value if _is_plain(value) else quoted(value)


def quoted(text: str) -> str:
    """Text in double quotes; whatever an editor might not show is escaped."""
    return _UNPRINTABLE.sub(
        lambda found: f"\\u{ord(found[0]):04x}", json.dumps(text, ensure_ascii=False)
    )


def _decimal_text(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _is_plain(text: str) -> bool:
    if text.endswith(" ") or text.casefold() in _YAML_1_1:
        return False
    return bool(_PLAIN.fullmatch(text))


def _mapping(value: dict[str, Plain], indent: int, lines: list[str]) -> None:
    blank = " " * indent
    for key, part in value.items():
        name = f"{blank}{scalar_text(key)}:"
        if _stays_on_line(part, len(name) + 1):
            lines.append(f"{name} {flow_text(part)}")
        elif isinstance(part, dict):
            lines.append(name)
            _mapping(part, indent + 2, lines)
        elif isinstance(part, list):
            lines.append(name)
            _sequence(part, indent + 2, lines)


def _sequence(value: list[Plain], indent: int, lines: list[str]) -> None:
    blank = " " * indent
    for part in value:
        if _stays_on_line(part, indent + 2):
            lines.append(f"{blank}- {flow_text(part)}")
            continue
        inner: list[str] = []
        if isinstance(part, dict):
            _mapping(part, indent + 2, inner)
        elif isinstance(part, list):
            _sequence(part, indent + 2, inner)
        lines.append(f"{blank}- {inner[0].lstrip()}")
        lines += inner[1:]


def _stays_on_line(value: Plain, used: int) -> bool:
    """Scalars and empty collections always; a collection of scalars where it fits."""
    if not isinstance(value, dict | list) or not value:
        return True
    parts = value.values() if isinstance(value, dict) else value
    if any(isinstance(part, dict | list) and part for part in parts):
        return False
    return used + len(flow_text(value)) <= _WIDTH
