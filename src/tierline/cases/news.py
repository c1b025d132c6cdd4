"""Whether an update says anything that was not said before."""

from __future__ import annotations

import re
from collections.abc import Collection

_WORD = re.compile(r"\w+")
_SHORTEST_LETTERS = 4
_QUESTION_MARKS = frozenset("?？؟;՞")
"""Of the scripts that we know."""


def asks(text: str) -> bool:
    """Whether a text holds a question."""
    return not _QUESTION_MARKS.isdisjoint(text)


def words_that_tell(text: str) -> frozenset[str]:
    """The words of four letters or more, and the numbers."""
    found = _WORD.findall(text.casefold())
    return frozenset(each for each in found if len(each) >= _SHORTEST_LETTERS or each.isdigit())


def has_news(text: str, said: Collection[str]) -> bool:
    """Whether it asks something, or has a word that tells and is not among those that were said in
    the case before."""
    return asks(text) or not words_that_tell(text) <= frozenset(said)
