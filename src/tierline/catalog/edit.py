"""Changing one value of a catalog file and nothing else: not a comment, not a blank, not a quote.

The file is read for the places of its values only; the new text is spliced in between two offsets,
so every other byte stays because nothing writes it again (decision 0031).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import yaml

from tierline.catalog.document import parse_document, path_text
from tierline.catalog.load import parse_catalog
from tierline.catalog.yaml_text import flow_text, quoted, scalar_text
from tierline.kernel.errors import Conflict, Fault, Invalid, NotFound

if TYPE_CHECKING:
    from tierline.catalog.yaml_text import Plain

Path = tuple[str | int, ...]

_ONE_SCALAR = re.compile(r"[A-Za-z0-9.~+-][A-Za-z0-9.+-]*")
"""Numbers, `true`, `null`, `~`: what the core schema may read as something other than text."""

_STEP = re.compile(r"(?:^|\.)([A-Za-z0-9_+:-]+)|\[(\d+)\]")


def with_value(text: str, path: str, value: str, *, source: str = "the file") -> str:
    """The text with one value set, checked as a catalog.

    `path` is the place as faults name it (`tiers.gold.targets[2].within`); `value` is YAML on one
    line (`PT2H`, `12.5`, `[50, 75]`). The last key of the path may be new. Raises NotFound for a
    place that does not exist, Invalid where the result is no catalog, Conflict for an alias.
    """
    steps = parse_path(path)
    new = read_value(value)
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    changed = _spliced(text, root, steps, new)
    document = parse_document(changed, source)
    _only_this_changed(parse_document(text, source).value, document.value, steps)
    parse_catalog(document)
    return changed


def parse_path(path: str) -> Path:
    """`tiers.gold.targets[2].within` as steps."""
    steps: list[str | int] = []
    reached = 0
    while reached < len(path):
        found = _STEP.match(path, reached)
        if found is None:
            raise Invalid(
                f"'{path}' is not a path. Write it as tiers.gold.targets[2].within.",
                code="bad_path",
            )
        steps.append(int(found[2]) if found[2] is not None else found[1])
        reached = found.end()
    if not steps:
        raise Invalid("The path is empty. Write it as tiers.gold.price.amount.", code="bad_path")
    return tuple(steps)


def read_value(text: str) -> Plain:
    """What a person meant by a value: a number, `[50, 75]`, `{percent: 8}`, or just these words.

    Only brackets and quotes are taken as YAML; `a: b` and `see #4` are words.
    """
    if text.strip()[:1] in tuple("[{\"'"):
        value: Plain = parse_document(text, "the new value").value
        return value
    if not _ONE_SCALAR.fullmatch(text.strip()):
        return text.strip()
    scalar: Plain = parse_document(text, "the new value").value
    return scalar


def _spliced(text: str, root: yaml.Node | None, steps: Path, new: Plain) -> str:
    node, before = root, 0
    in_flow = False
    for place, step in enumerate(steps):
        child, edge = _child(node, step)
        if child is None:
            if place == len(steps) - 1 and isinstance(node, yaml.MappingNode):
                return _with_new_key(text, node, str(step), new, in_flow or bool(node.flow_style))
            raise _missing(node, steps[: place + 1])
        if child.start_mark.index < max(edge, before):
            raise Conflict(
                f"{path_text(steps[: place + 1])} is an alias of a value written elsewhere. "
                "Write the value out here first.",
                code="alias",
            )
        in_flow = in_flow or (isinstance(node, yaml.CollectionNode) and bool(node.flow_style))
        node, before = child, child.start_mark.index
    assert node is not None  # noqa: S101 - every step found a child
    return _replaced(text, node, new)


def _child(node: yaml.Node | None, step: str | int) -> tuple[yaml.Node | None, int]:
    """The value at a step, and the offset before which it cannot begin unless it is an alias."""
    if isinstance(node, yaml.MappingNode) and isinstance(step, str):
        for key, value in node.value:
            if key.value == step:
                return value, key.end_mark.index
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        edge = node.value[step - 1].start_mark.index + 1 if step else node.start_mark.index
        return node.value[step], edge
    return None, 0


def _missing(node: yaml.Node | None, steps: Path) -> NotFound:
    if isinstance(node, yaml.MappingNode):
        there = ", ".join(str(key.value) for key, _ in node.value[:12])
        hint = f" There are: {there}."
    elif isinstance(node, yaml.SequenceNode):
        hint = f" It has {len(node.value)} entries, counted from 0."
    else:
        hint = ""
    return NotFound(f"There is no {path_text(steps)}.{hint}", code="no_such_path")


def _replaced(text: str, node: yaml.Node, new: Plain) -> str:
    start, end = node.start_mark.index, node.end_mark.index
    style = getattr(node, "style", None)
    written = flow_text(new)
    if style == '"' and isinstance(new, str):
        written = quoted(new)
    elif style == "'" and isinstance(new, str) and "\n" not in new and new.isprintable():
        written = "'" + new.replace("'", "''") + "'"
    old = text[start:end]
    kept = old[len(old.rstrip()) :] if style in ("|", ">") or _is_block(node) else ""
    if start == end:
        written = f" {written}" if text[start - 1 : start] == ":" else written
    return text[:start] + written + kept + text[end:]


def _is_block(node: yaml.Node) -> bool:
    return isinstance(node, yaml.CollectionNode) and not node.flow_style


def _with_new_key(text: str, node: yaml.MappingNode, key: str, new: Plain, in_flow: bool) -> str:
    """The mapping with one more entry: after the last on a line of its own, or before the `}`."""
    written = f"{scalar_text(key)}: {flow_text(new)}"
    if in_flow:
        at = node.end_mark.index - 1
        at -= len(text[:at]) - len(text[:at].rstrip())
        return f"{text[:at]}{', ' if node.value else ''}{written}{text[at:]}"
    last_key, last = node.value[-1]
    end = last.end_mark.index
    end -= len(text[:end]) - len(text[:end].rstrip())
    line_end = text.find("\n", end)
    line_end = len(text) if line_end < 0 else line_end
    at = line_end - (text[line_end - 1 : line_end] == "\r")
    newline = "\r\n" if "\r\n" in text else "\n"
    return f"{text[:at]}{newline}{' ' * last_key.start_mark.column}{written}{text[at:]}"


def _only_this_changed(old: Plain, new: Plain, steps: Path) -> None:
    """A last look: apart from the place, both documents say the same."""
    if _without(old, steps) != _without(new, steps):
        place = path_text(steps)
        fault = Fault("cannot_edit", f"{place} cannot be changed alone.", place)
        raise Invalid(f"{place} is written in a way that cannot be changed alone.", [fault])


def _without(value: Plain, steps: Path) -> Plain:
    first, rest = steps[0], steps[1:]
    if isinstance(value, dict):
        return {
            key: _without(part, rest) if key == first and rest else part
            for key, part in value.items()
            if key != first or rest
        }
    if isinstance(value, list):
        return [
            (_without(part, rest) if rest else None) if place == first else part
            for place, part in enumerate(value)
        ]
    return None
