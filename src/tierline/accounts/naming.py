"""Whether a text names a person, however it was written: for what must be told or erased."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

ERASED = "[erased]"
_FEWEST_DIGITS = 7
_COMPARED_DIGITS = 9
"""Of a telephone number the end is compared, for its beginning is written in many ways."""
_WORD = re.compile(r"[^\W\d_]+")


def is_named(text: str, identifiers: Iterable[str]) -> bool:
    """Whether one of these (a name, an address, a number) stands in a text: as it is, as a name in
    another order of its words, or as a number that is written another way."""
    return any(_stands_in(text, each) for each in identifiers if each.strip())


def without_names(value: Any, identifiers: Sequence[str]) -> Any:
    """A document in which each text that names the person is `[erased]`."""
    if isinstance(value, str):
        return ERASED if is_named(value, identifiers) else value
    if isinstance(value, Mapping):
        return {key: without_names(each, identifiers) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [without_names(each, identifiers) for each in value]
    return value


def _stands_in(text: str, identifier: str) -> bool:
    if identifier.casefold() in text.casefold():
        return True
    if "@" in identifier:
        return False
    parts = _words(identifier)
    if len(parts) > 1:
        return parts <= _words(text)
    digits, there = _digits(identifier), _digits(text)
    return len(digits) >= _FEWEST_DIGITS and digits[-_COMPARED_DIGITS:] in there


def _words(text: str) -> set[str]:
    return {word.casefold() for word in _WORD.findall(text)}


def _digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isdigit())
