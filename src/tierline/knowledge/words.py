"""Words as search sees them: without accents, case, and marks between them.

Both databases are given these words and no text, so that both find the same: neither splits, folds
or stems anything by rules of its own.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import islice

MOST_LETTERS = 64
"""A longer word is cut."""
_ALONE = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
"""Scripts that put no blanks between words: each of their characters is a word."""
_WORD = re.compile(rf"(?=\w)[{_ALONE}]|[^\W_{_ALONE}]+")
_UNDECOMPOSED = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)
"""Letters that Unicode does not take apart into one of a to z and a mark."""


def folded(text: str) -> str:
    """The text without case and accents: `Straße` and `STRASSE` are one, and so are `é` and `e`."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(each for each in apart if not unicodedata.combining(each))
    return unicodedata.normalize("NFC", bare.casefold()).translate(_UNDECOMPOSED)


def words_of(text: str, most: int | None = None) -> list[str]:
    """The folded words of a text in their order, at most so many."""
    found = _WORD.finditer(folded(text))
    return [each[0][:MOST_LETTERS] for each in islice(found, most)]


def spans_of(text: str) -> list[tuple[int, int]]:
    """Where the words of a text stand in it, before they are folded."""
    return [each.span() for each in _WORD.finditer(text)]
