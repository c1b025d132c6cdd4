"""What JSON allows and two readers understand differently: refused before anybody reads it.

An object that names a key twice means one thing to a gateway that takes the first and another to a
program that takes the last; and nesting without end is an attack on whoever follows it.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, NoReturn

from tierline.kernel.errors import Fault, Invalid, LimitReached

DEPTH_LIMIT = 64
FAULT_LIMIT = 100
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)|[\[\]{}]', re.DOTALL)
"""Brackets, and strings as a whole, in which brackets mean nothing."""
_Pairs = list[tuple[str, Any]]


class _Twice(Exception):
    """A key stands twice somewhere."""


def refuse_ambiguous(body: bytes) -> None:
    """Raise LimitReached for deeper JSON than the limit, and Invalid for what is no JSON or names a
    key twice: each such key, and where."""
    refuse_deep(body)
    try:
        text = body.removeprefix(_BYTE_ORDER_MARK).decode()
        _DECODER.decode(text)
    except _Twice:
        _refuse_twice(text)
    except (ValueError, RecursionError) as error:
        raise Invalid(f"The body is not JSON: {error}.", code="malformed_json") from None


def refuse_deep(body: bytes) -> None:
    """Raise LimitReached for deeper JSON than the limit."""
    if body.count(b"[") + body.count(b"{") <= DEPTH_LIMIT:
        return
    depth = 0
    for token in _TOKEN.finditer(body):
        mark = body[token.start()]
        if mark in b"[{":
            depth += 1
            if depth > DEPTH_LIMIT:
                raise LimitReached(
                    f"The body has lists and objects more than {DEPTH_LIMIT} deep within each "
                    f"other, from byte {token.start()} on.",
                    code="too_deep",
                )
        elif mark in b"]}":
            depth -= 1


def _once(pairs: _Pairs) -> None:
    if len(dict(pairs)) < len(pairs):
        raise _Twice


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")


_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_number)


class _Object(list[tuple[str, Any]]):
    """An object as it stands: with every key as often as it is named."""


def _refuse_twice(text: str) -> NoReturn:
    whole = json.loads(text, object_pairs_hook=_Object)
    faults = tuple(_faults(whole, ""))
    named = ", ".join(f"'{fault.path}'" for fault in faults[:3])
    raise Invalid(
        f"An object names a key twice: {named}{', ...' if len(faults) > 3 else ''}.",
        faults[:FAULT_LIMIT],
        code="duplicate_key",
    )


def _faults(value: Any, path: str) -> Iterator[Fault]:
    if isinstance(value, _Object):
        for key, times in Counter(key for key, _ in value).items():
            if times > 1:
                yield Fault(
                    "duplicate_key",
                    f"The key '{key}' stands {times} times in one object.",
                    _under(path, key),
                    "Name it once.",
                )
        for key, held in value:
            yield from _faults(held, _under(path, key))
    elif isinstance(value, list):
        for place, held in enumerate(value):
            yield from _faults(held, f"{path}[{place}]")


def _under(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key
