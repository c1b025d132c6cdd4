"""Lists of names in sentences, and the name that somebody probably meant."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

_MOST_NAMES = 4
_NOUN = re.compile(r"[a-z]+(?: [a-z]*[^s\W\d_])*(?<![sxh])")
_ENDS_IN_Y = re.compile(r"[^aeiou]y$")


def listed(names: Iterable[str], *, most: int = _MOST_NAMES) -> str:
    """`A, B and C`, or `A, B, C and 4 more`."""
    found = list(names)
    if len(found) <= 1:
        return "".join(found)
    if len(found) > most:
        return f"{', '.join(found[: most - 1])} and {len(found) - most + 1} more"
    return f"{', '.join(found[:-1])} and {found[-1]}"


def choose_from(given: str, known: Iterable[str]) -> str:
    """What to write instead of an unknown name."""
    names = list(dict.fromkeys(known))
    close = difflib.get_close_matches(given, names, n=1, cutoff=0.6)
    if close:
        return f"Write '{close[0]}', or add '{given}'."
    if not names:
        return f"Add '{given}', or remove the name."
    return f"Write one of {listed(names, most=8)}, or add '{given}'."


def counted(count: int, noun: str, plural: str = "") -> str:
    """`1 limit`, `3 limits`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {plural or noun + 's'}"


def in_plural(unit: str) -> str:
    """`requests` of `request`; a unit that is no plain English noun (`GB`, `page/month`) stays."""
    if not _NOUN.fullmatch(unit):
        return unit
    return unit[:-1] + "ies" if _ENDS_IN_Y.search(unit) else unit + "s"
