"""Bodies that have the shape of a schema of the API document, and each of their texts in turn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Place = tuple[str | int, ...]


def body_of(document: Mapping[str, Any], operation: Mapping[str, Any]) -> Any:
    """A JSON body with every field that the operation knows; None where it reads no JSON."""
    content = operation.get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema")
    return None if schema is None else shaped(schema, document)


def shaped(schema: Mapping[str, Any], document: Mapping[str, Any], depth: int = 6) -> Any:
    """A value of the shape; whether it means anything is another question."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return shaped(document["components"]["schemas"][name], document, depth - 1)
    if "const" in schema or "enum" in schema:
        return schema["const"] if "const" in schema else schema["enum"][0]
    for choice in schema.get("anyOf", ()) or schema.get("oneOf", ()) or schema.get("allOf", ()):
        if choice.get("type") != "null":
            return shaped(choice, document, depth)
    kind = schema.get("type")
    if kind == "object":
        properties = schema.get("properties", {}) if depth else {}
        return {name: shaped(each, document, depth - 1) for name, each in properties.items()}
    if kind == "array":
        return [shaped(schema.get("items", {}), document, depth - 1)] if depth else []
    if kind in ("integer", "number"):
        return max(schema.get("minimum", 1), schema.get("exclusiveMinimum", 0) + 1)
    if kind == "boolean":
        return False
    return {
        "date-time": "2025-03-01T00:00:00Z",
        "date": "2025-03-01",
        "email": "ana@x.example",
    }.get(schema.get("format", ""), "text")


def places(value: Any, kind: type, at: Place = ()) -> Iterator[Place]:
    """Where values of a kind stand in a body."""
    if isinstance(value, dict):
        for name, held in value.items():
            yield from places(held, kind, (*at, name))
    elif isinstance(value, list):
        for place, held in enumerate(value):
            yield from places(held, kind, (*at, place))
    elif type(value) is kind:
        yield at


def replaced(value: Any, at: Place, by: Any) -> Any:
    """The body with another value at a place."""
    if not at:
        return by
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[at[0]] = replaced(value[at[0]], at[1:], by)
    return copy
