"""What somebody typed into a search box, as what a document has to hold.

Every word is needed. "Words in quotation marks", and what is written without a blank (`e-mail`,
`v1.2`), stand together; the last word may go on, while it is being typed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tierline.knowledge.words import words_of

MOST_CHARACTERS = 300
MOST_PHRASES = 16
_SHORTEST_START = 2
"""The start of a word has at least so many letters; a single one begins nearly every document."""
_PART = re.compile(r'"([^"]*)"?|([^\s"]+)')
COMMON = frozenset(
    """
    a an and are as at be but by can do does for from has have how i if in is it my not of on or
    so that the this to was we what when where why will with you your dear hello hi please regards
    thank thanks
    aber als am auf aus bei das dem den der des die du ein eine er es fur ich im ist kann mein mit
    nicht oder sie sind und von wenn wie wir wird zu bitte danke hallo
    """.split()  # noqa: SIM905 - words are read as a text
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that stand one after another; the last may be only the start of one."""

    words: tuple[str, ...]
    is_start: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """Everything that a document has to hold. Without a phrase it asks for nothing."""

    phrases: tuple[Phrase, ...]

    @property
    def words(self) -> tuple[str, ...]:
        """Its words, as they are counted and shown."""
        return tuple(word for phrase in self.phrases for word in phrase.words)


def question_of(text: str) -> Question:
    """What was typed; never an error, whatever it was. Words that nearly every document holds are
    left out, unless there are no others."""
    stated = text[:MOST_CHARACTERS]
    phrases = [_phrase(part, part.end() == len(stated)) for part in _PART.finditer(stated)]
    kept = [phrase for phrase in phrases if phrase.words][:MOST_PHRASES]
    telling = [phrase for phrase in kept if not _is_common(phrase)]
    return Question(tuple(dict.fromkeys(telling or kept)))


def _phrase(part: re.Match[str], is_last: bool) -> Phrase:
    quoted, bare = part.groups()
    words = tuple(words_of(quoted if bare is None else bare))
    may_go_on = is_last and bare is not None and bare[-1:].isalnum()
    return Phrase(words, bool(may_go_on and words and len(words[-1]) >= _SHORTEST_START))


def _is_common(phrase: Phrase) -> bool:
    return len(phrase.words) == 1 and phrase.words[0] in COMMON
