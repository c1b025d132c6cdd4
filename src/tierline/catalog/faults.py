"""From pydantic's findings to faults in our words: where, what, and what to write instead."""

from __future__ import annotations

import difflib
from dataclasses import replace
from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel

from tierline.catalog.catalog import Catalog
from tierline.kernel.errors import Fault

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

    from tierline.catalog.document import Document

_MAX_FAULTS = 200


def faults_of(
    error: ValidationError, document: Document, model: type[BaseModel] = Catalog
) -> list[Fault]:
    """All faults of a failed validation, each once."""
    faults: dict[str, Fault] = {}
    for detail in error.errors(include_url=False)[:_MAX_FAULTS]:
        path = _document_path(detail["loc"], document.value)
        fault = document.at(_fault(detail, path, model), path)
        held = faults.get(fault.path)
        faults[fault.path] = fault if held is None else _either(held, fault)
    return list(faults.values())


def _either(one: Fault, other: Fault) -> Fault:
    """One fault of a value that may be of two kinds (a number or `unlimited`), and is neither."""
    if other.write_instead in one.write_instead:
        return one
    either = f"{one.write_instead} Or {other.write_instead[:1].lower()}{other.write_instead[1:]}"
    return replace(one, write_instead=either.strip())


def _document_path(location: tuple[str | int, ...], value: Any) -> list[str | int]:
    """Pydantic's location without the parts that name a union's branch or a key's check."""
    path: list[str | int] = []
    for place, part in enumerate(location):
        if part == "[key]":
            continue
        is_last = place == len(location) - 1
        if isinstance(value, dict) and (part in value or is_last):
            path.append(part)
            value = value.get(part)
        elif isinstance(value, list) and isinstance(part, int):
            path.append(part)
            value = value[part] if part < len(value) else None
    return path


def _fault(detail: ErrorDetails, path: list[str | int], model: type[BaseModel]) -> Fault:
    kind = detail["type"]
    context = detail.get("ctx", {})
    last = str(path[-1]) if path else "the file"
    match kind:
        case "extra_forbidden":
            message = f"'{last}' is not known here."
            return Fault("unknown_key", message, "", _close(detail, last, model))
        case "missing":
            return Fault("missing_key", f"'{last}' is missing.", "", f"Add '{last}: ...'.")
        case "enum" | "literal_error":
            expected = str(context.get("expected", "")).replace(" or ", ", ")
            options = [option.strip().strip("'") for option in expected.split(",")]
            return Fault(
                "unknown_value",
                f"'{detail['input']}' is not known for '{last}'.",
                "",
                _suggest(str(detail["input"]), options),
            )
        case "union_tag_invalid" | "union_tag_not_found":
            tags = str(context.get("expected_tags", "")).replace("'", "").split(", ")
            key = str(context.get("discriminator", "kind")).strip("'")
            given = str(context.get("tag", ""))
            message = f"'{given}' is not a known {key}." if given else f"'{key}' is missing."
            return Fault("unknown_kind", message, "", _suggest(given, [t for t in tags if t]))
        case "string_pattern_mismatch":
            message = f"'{detail['input']}' does not have the form of '{last}'."
            return Fault("bad_form", message, "", _FORMS.get(str(context.get("pattern")), ""))
        case "value_error":
            return Fault("bad_value", _sentence(str(context.get("error", detail["msg"]))))
    shown = str(detail["input"])[:80]
    for prefix, (is_what, instead) in _EXPECTED.items():
        if kind.startswith(prefix):
            message = f"'{shown}' is not {is_what.format_map(context)}, as '{last}' must be."
            return Fault("bad_value", message, "", instead.format_map(context))
    return Fault("bad_value", f"{_sentence(detail['msg'])} Found '{shown}'.")


_FORMS = {
    r"^[A-Za-z][A-Za-z0-9_]*$": "Use letters, digits and underscores, and begin with a letter.",
    r"^[A-Z]{3}$": "Write three capitals, e.g. USD.",
    r"^[A-Z]{2}$": "Write two capitals, e.g. DE.",
}
_EXPECTED = {
    "greater_than_equal": ("at least {ge}", "Write {ge} or more."),
    "greater_than": ("more than {gt}", "Write more than {gt}."),
    "less_than_equal": ("at most {le}", "Write {le} or less."),
    "decimal_max": ("a number that short", "Write at most {max_digits} digits."),
    "decimal_whole": (
        "a number that short",
        "Write at most {whole_digits} digits before the point.",
    ),
    "decimal": ("a number", "Write digits, e.g. 12.5."),
    "finite_number": ("a finite number", "Write digits, e.g. 12.5."),
    "int": ("a whole number", "Write digits, e.g. 12."),
    "bool": ("true or false", "Write true or false."),
    "string_type": ("text", "Put it in quotes."),
    "string_too_long": ("that short", "Write at most {max_length} characters."),
    "string_too_short": ("that long", "Write at least {min_length} characters."),
    "too_short": ("that long", "List at least {min_length}."),
    "too_long": ("that short", "List at most {max_length}."),
    "date": ("a date", "Write it as 2026-10-01."),
    "dict": ("a mapping", "Write key: value lines below it."),
    "model": ("a mapping", "Write key: value lines below it."),
    "tuple": ("a list", "Write [a, b], or one '- a' a line."),
    "list": ("a list", "Write [a, b], or one '- a' a line."),
}
"""By the beginning of pydantic's error type: what the value is not, and what to write instead."""


def _sentence(text: str) -> str:
    text = text.removeprefix("Value error, ").rstrip(".")
    return f"{text[:1].upper()}{text[1:]}."


def _suggest(given: str, options: list[str]) -> str:
    close = difflib.get_close_matches(given, options, n=1, cutoff=0.6)
    if close:
        return f"Write '{close[0]}'."
    shown = ", ".join(options[:16])
    return f"Write one of: {shown}."


def _close(detail: ErrorDetails, last: str, model: type[BaseModel]) -> str:
    """What the writer may have meant, from the fields of the model at that place."""
    names = sorted(_field_names(model, list(detail["loc"][:-1])))
    return _suggest(last, names) if names else "Remove it."


def _field_names(model: type[BaseModel], location: list[str | int]) -> set[str]:
    """Field names of the statement that a location leads to."""
    current: set[type[BaseModel]] = {model}
    for part in location:
        reached: set[type[BaseModel]] = set()
        for candidate in current:
            field = candidate.model_fields.get(str(part))
            reached |= _models_in(field.annotation) if field else set()
        by_tag = {c for c in current if _has_tag(c, str(part))}
        current = reached or by_tag or current
    return {
        field.alias or name
        for candidate in current
        for name, field in candidate.model_fields.items()
    }


def _has_tag(model: type[BaseModel], tag: str) -> bool:
    return any(
        tag in get_args(field.annotation)
        for name, field in model.model_fields.items()
        if name in ("kind", "model")
    )


def _models_in(annotation: Any) -> set[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {annotation}
    found: set[type[BaseModel]] = set()
    for part in get_args(annotation):
        found |= _models_in(part)
    return found
