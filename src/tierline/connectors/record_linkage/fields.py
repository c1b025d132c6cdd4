"""Fields of records in the form in which they are compared: without case, accents and habit."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from tierline.accounts.evidence import FieldKind

Fields = Mapping[str, str | None]
Prepared = dict[str, Any]

_SHORT = {
    "street": "st", "avenue": "ave", "av": "ave", "boulevard": "blvd", "blv": "blvd",
    "road": "rd", "place": "pl", "drive": "dr", "highway": "hwy", "square": "sq",
    "crescent": "cres", "court": "ct", "close": "cl", "parade": "pde", "terrace": "tce",
    "lane": "ln", "north": "n", "south": "s", "east": "e", "west": "w", "saint": "st",
    "mount": "mt", "first": "1st", "second": "2nd", "third": "3rd", "fourth": "4th",
    "fifth": "5th", "sixth": "6th", "seventh": "7th", "eighth": "8th", "ninth": "9th",
    "tenth": "10th", "strasse": "str",
}  # fmt: skip
_SILENT = frozenset({
    "inc", "incorporated", "ltd", "limited", "llc", "llp", "gmbh", "ag", "plc", "corp",
    "corporation", "co", "company", "sa", "sas", "srl", "bv", "kg", "nv", "oy", "ab", "pty",
    "group", "holding", "holdings", "the", "and", "of",
})  # fmt: skip
"""Words that tell two companies of one name apart on paper only."""
_PACKED = frozenset({FieldKind.date, FieldKind.identifier, FieldKind.house_number, FieldKind.phone})
_CODES = {
    **dict.fromkeys("bfpv", "1"),
    **dict.fromkeys("cgjkqsxz", "2"),
    **dict.fromkeys("dt", "3"),
    "l": "4",
    **dict.fromkeys("mn", "5"),
    "r": "6",
}
_PHONE_DIGITS = 9


def prepared(fields: Fields, kinds: Mapping[str, FieldKind]) -> Prepared:
    """The columns that comparisons and blocking use, by name."""
    columns: Prepared = {}
    for field, kind in kinds.items():
        value = plain(fields.get(field), kind)
        columns[field] = value
        columns.update(_derived(field, value, kind))
    return columns


def plain(value: str | None, kind: FieldKind) -> str | None:
    """A value without what people write differently; None where nothing is left."""
    folded = _folded(value or "")
    if kind in _PACKED:
        packed = re.sub(r"[^0-9a-z]", "", folded)
        return (packed[-_PHONE_DIGITS:] if kind is FieldKind.phone else packed) or None
    if kind in (FieldKind.email, FieldKind.domain):
        return folded.strip().removeprefix("www.") or None
    if kind is FieldKind.postcode:
        return re.sub(r"[^0-9a-z ]", "", folded).strip() or None
    words = re.findall(r"[a-z0-9]+", folded.replace("'", ""))
    if kind is FieldKind.address:
        words = [_SHORT.get(word, word) for word in words]
    if kind is FieldKind.full_name:
        words = [word for word in words if word not in _SILENT] or words
    return " ".join(words) or None


def sound(word: str) -> str | None:
    """How a word sounds in English, roughly (Soundex)."""
    letters = re.sub("[^a-z]", "", word)
    if not letters:
        return None
    said, last = letters[0], _CODES.get(letters[0], "")
    for letter in letters[1:]:
        code = _CODES.get(letter, "")
        if code and code != last:
            said += code
        if letter not in "hw":
            last = code
    return (said + "000")[:4]


def _derived(field: str, value: str | None, kind: FieldKind) -> Prepared:
    words = value.split() if value else []
    if kind in (FieldKind.full_name, FieldKind.address):
        columns: Prepared = {
            f"{field}_sorted": " ".join(sorted(words)) or None,
            f"{field}_words": sorted(set(words)) or None,
        }
        if kind is FieldKind.address:
            number = re.search(r"\d+", value or "")
            return {**columns, f"{field}_number": number and number.group()}
        longest = min(words, key=lambda word: (-len(word), word), default="")
        return {**columns, f"{field}_sound": sound(longest)}
    if kind in (FieldKind.given_name, FieldKind.surname):
        return {f"{field}_sound": sound(words[-1]) if words else None}
    if kind is FieldKind.postcode:
        return {f"{field}_area": (words[0] if len(words) > 1 else words[0][:-1]) if words else None}
    return {}


def _folded(text: str) -> str:
    return "".join(
        letter
        for letter in unicodedata.normalize("NFKD", text.lower())
        if not unicodedata.combining(letter)
    )
