"""Which language a reader is spoken to in: the first that is wanted and that we have."""

from __future__ import annotations

from collections.abc import Iterable

from tierline.languages.language import ENGLISH, Language
from tierline.languages.locales import language_called, language_named

_RANGES = 20
"""So many languages of a browser are looked at."""


def first_language(called: Iterable[str], otherwise: Language = ENGLISH) -> Language:
    """The first that there is, of tags and names in the order in which they count."""
    for words in called:
        found = language_called(words) if words else None
        if found is not None:
            return found
    return otherwise


def asked_language(header: str) -> str:
    """The tag of what a browser would rather read (`Accept-Language`); empty where we have none of
    it, or it asks for nothing."""
    for tag in _in_order(header):
        found = language_named(tag)
        if found is not None:
            return found.tag
    return ""


def _in_order(header: str) -> list[str]:
    """The stated ranges, the most wanted one first; those with `q=0` are not wanted."""
    weighed: list[tuple[float, int, str]] = []
    for place, part in enumerate(header.split(",")[:_RANGES]):
        tag, _, rest = part.strip().partition(";")
        weight = _weight(rest.strip().removeprefix("q="))
        if weight > 0 and tag and tag != "*":
            weighed.append((-weight, place, tag.strip()))
    return [tag for _, _, tag in sorted(weighed)]


def _weight(text: str) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0
