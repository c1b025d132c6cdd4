"""A YAML or JSON file as plain values that remember their lines.

Read with bounds, because a file is an input from outside: size, depth, and the number of values
after aliases are followed (the "YAML bomb"). Scalars follow the YAML 1.2 core schema: `on`, `yes`
and `09:30` are text, and numbers stay exact (Decimal).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from tierline.kernel.errors import Fault, Invalid, NotFound

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_BYTES = 8 * 1024 * 1024
MAX_DEPTH = 40
MAX_VALUES = 500_000

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(r"[-+]?\d{1,40}")
_DECIMAL = re.compile(r"[-+]?(?:\d{1,40}\.?\d{0,40}|\.\d{1,40})(?:[eE][-+]?\d{1,3})?")
_CONSTANTS: dict[str, bool | None] = {
    **dict.fromkeys(("null", "Null", "NULL", "~", "")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


@dataclass(frozen=True, slots=True)
class Document:
    """`value` as plain Python; `lines` gives the line and column (from 1) of each path."""

    source: str
    value: Any
    lines: dict[tuple[str | int, ...], tuple[int, int]]
    text: str = ""

    def at(self, fault: Fault, path: Sequence[str | int]) -> Fault:
        """The fault, placed at the deepest known line of the path."""
        known = tuple(path)
        while known and known not in self.lines:
            known = known[:-1]
        line, column = self.lines.get(known, (1, 1))
        return replace(fault, source=self.source, path=path_text(path), line=line, column=column)


def path_text(path: Sequence[str | int]) -> str:
    """`tiers.gold.targets[2].within`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


def read_document(path: Path) -> Document:
    """Read a file within bounds. Raises NotFound, or Invalid with the place of the fault."""
    if not path.is_file():
        raise NotFound(f"There is no file {path}.")
    if path.stat().st_size > MAX_BYTES:
        raise Invalid(f"{path} is larger than {MAX_BYTES // 2**20} MiB.", code="too_large")
    return parse_document(path.read_bytes(), str(path))


def parse_document(content: bytes | str, source: str) -> Document:
    """Read YAML or JSON text. Raises Invalid with the place of the fault."""
    try:
        text = content.decode("utf-8-sig") if isinstance(content, bytes) else content
    except UnicodeDecodeError as error:
        raise _broken(source, f"byte {error.start} is not UTF-8 text", 1, 1) from None
    try:
        _check_depth(text, source)
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise _broken(source, f"this is not YAML: {error.problem}", *where) from None
    except (yaml.YAMLError, RecursionError) as error:
        raise _broken(source, f"this is not YAML: {str(error)[:200]}", 1, 1) from None
    if node is None:
        raise _broken(source, "the file is empty", 1, 1)
    builder = _Builder(source)
    value = builder.build(node, (), 0)
    if builder.faults:
        raise Invalid(f"{source} cannot be read.", builder.faults)
    return Document(source, value, builder.lines, text)


def _check_depth(text: str, source: str) -> None:
    """Refuse deep nesting on the stream of events: composing recurses, in C, without a bound."""
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            mark = event.start_mark
            line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            raise _too_deep(source, line, column)


def _too_deep(source: str, line: int, column: int) -> Invalid:
    return _broken(source, f"nested deeper than {MAX_DEPTH} levels", line, column)


class _Builder:
    """Turns YAML nodes into values, counting what it makes."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.lines: dict[tuple[str | int, ...], tuple[int, int]] = {}
        self.faults: list[Fault] = []
        self.values = 0

    def build(self, node: yaml.Node, path: tuple[str | int, ...], depth: int) -> Any:
        mark = node.start_mark
        place = (mark.line + 1, mark.column + 1)
        self.lines.setdefault(path, place)
        self.values += 1
        if self.values > MAX_VALUES:
            raise _broken(
                self.source, f"more than {MAX_VALUES} values (aliases repeat others)", *place
            )
        if depth > MAX_DEPTH:
            raise _too_deep(self.source, *place)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path, depth)
        if isinstance(node, yaml.SequenceNode):
            return [
                self.build(child, (*path, index), depth + 1)
                for index, child in enumerate(node.value)
            ]
        return _scalar(node)

    def _mapping(
        self, node: yaml.MappingNode, path: tuple[str | int, ...], depth: int
    ) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, child in node.value:
            mark = key_node.start_mark
            place = (mark.line + 1, mark.column + 1)
            if not isinstance(key_node, yaml.ScalarNode):
                raise _broken(self.source, "a key must be plain text", *place)
            key = str(key_node.value)
            if key in found:
                self.faults.append(
                    Fault(
                        "duplicate_key",
                        f"'{key}' is written twice.",
                        path_text((*path, key)),
                        "Keep one of the two.",
                        self.source,
                        *place,
                    )
                )
            self.lines[*path, key] = place
            found[key] = self.build(child, (*path, key), depth + 1)
        return found


def _scalar(node: yaml.Node) -> Any:
    """YAML 1.2 core schema for plain scalars; quoted ones are text."""
    text = str(node.value)
    if getattr(node, "style", None):  # the C reader gives "" for a plain scalar, the other None
        return text
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        return Decimal(text)
    if text in (".inf", ".Inf", ".INF", "+.inf"):
        return Decimal("Infinity")
    return text


def _broken(source: str, message: str, line: int, column: int) -> Invalid:
    fault = Fault("unreadable", f"{message[0].upper()}{message[1:]}.", "", "", source, line, column)
    return Invalid(f"{source} cannot be read.", [fault])
