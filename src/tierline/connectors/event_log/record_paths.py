"""What stands in a record under a path, and how it reads as a cell of a table."""

from __future__ import annotations

import json
from typing import Any


def at_path(record: Any, path: str) -> Any:
    """What stands in a record under a path; the whole path may itself be a key, as in CSV, and a
    number is a place in a list. A reference with a `link` is its `value`."""
    found = record[path] if isinstance(record, dict) and path in record else _under(record, path)
    is_reference = isinstance(found, dict) and found.keys() >= {"link", "value"}
    return found["value"] if is_reference else found


def _under(record: Any, path: str) -> Any:
    if isinstance(record, list):
        head, _, rest = path.partition(".")
        if not head.isdecimal() or int(head) >= len(record):
            return None
        return _under(record[int(head)], rest) if rest else record[int(head)]
    if not isinstance(record, dict):
        return None
    if path in record:
        return record[path]
    for place, letter in enumerate(path):
        if letter == "." and path[:place] in record:
            return _under(record[path[:place]], path[place + 1 :])
    return None


def text_of(value: Any) -> str | None:
    """A value of JSON as a cell of a table."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False, sort_keys=True) if value else None
    return str(value)
