"""Whether an update says anything that was not said before, and a question asks anything."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from tierline.cases.event import EventKind

if TYPE_CHECKING:
    from tierline.cases.case import Case, CaseMessage

_WORD = re.compile(r"\w+")
_SHORTEST_LETTERS = 4
_QUESTION_MARKS = frozenset("?？؟;՞")
"""Of the scripts that we know."""
_LEAST_WORDS, _LEAST_WORDS_ASKED = 3, 2
_LEAST_LETTERS = 4
_WITHOUT_SPACES = 0x0E00
"""From here on there are scripts in which no space stands between words."""


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


def may_be_question(text: str) -> bool:
    """Whether a text can be a question, or ask for something: three words, two with a question
    mark, or a few letters of a script without spaces."""
    letters = [each for each in text if each.isalpha()]
    if sum(ord(each) >= _WITHOUT_SPACES for each in letters) >= _LEAST_LETTERS:
        return True
    words = [each for each in _WORD.findall(text) if any(one.isalpha() for one in each)]
    return len(words) >= (_LEAST_WORDS_ASKED if asks(text) else _LEAST_WORDS)


class Updates:
    """What was said in a case to its customer and by them, and how many of our replies after the
    first were updates without news."""

    def __init__(self, subject: str) -> None:
        self._said = set(words_that_tell(subject))
        self._is_first = True
        self.total = self.empty = 0

    def take(self, text: str, *, is_reply: bool) -> bool:
        """Go on with what was said next; whether it is an update without news."""
        is_empty = is_reply and not self._is_first and not has_news(text, self._said)
        if is_reply:
            self.total += not self._is_first
            self.empty += is_empty
            self._is_first = False
        self._said |= words_that_tell(text)
        return is_empty


def plainly_has_news(text: str, told: Iterable[str]) -> bool:
    """Whether it asks something, or one of its words that tell stands nowhere in what was told
    before, not even within another word. Then it has news; that is found sooner than by all words
    that were told, and for most updates."""
    said = "\n".join(told).casefold()
    return asks(text) or any(word not in said for word in words_that_tell(text))


def told_so_far(case: Case, messages: Iterable[CaseMessage]) -> tuple[Updates, bool]:
    """What its customer was told in a case, and whether the last of it was an update without
    news."""
    found, is_empty = Updates(case.subject), False
    for each in messages:
        if each.is_public:
            is_reply = case.events[each.place].kind is EventKind.public_reply
            is_empty = found.take(each.text, is_reply=is_reply)
    return found, is_empty


def no_news_words(empty: int) -> str:
    """That an update says nothing; `empty` counts those of its case, with this one."""
    told = "This says nothing that was not said in the case before: no new word or number, and no "
    told += "question."
    return f"{told} It is update {empty} of the case without news." if empty > 1 else told
