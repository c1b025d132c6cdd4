"""The language that the page at hand is said in, and the clock that it is read by: set for as long
as it is rendered, so that filters and imported macros know them as well as the page itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, tzinfo

from tierline.kernel.sentences import Sentence
from tierline.languages.language import ENGLISH, Language

READING: ContextVar[Language] = ContextVar("reading", default=ENGLISH)
_CLOCK: ContextVar[tzinfo] = ContextVar("clock", default=UTC)


@contextmanager
def read_in(language: Language, clock: tzinfo = UTC) -> Iterator[None]:
    """All that is said meanwhile is said in a language, and by a clock."""
    before, clock_before = READING.set(language), _CLOCK.set(clock)
    try:
        yield
    finally:
        READING.reset(before)
        _CLOCK.reset(clock_before)


def go_on_in(language: Language) -> str:
    """What follows on the page at hand is said in another language: for a part that is not
    translated, whose dates and numbers read as its words do."""
    READING.set(language)
    return ""


def by_the_clock(instant: datetime) -> datetime:
    """An instant as the clock of the page at hand shows it. What is told by a clock of its own
    already stays so."""
    return instant.astimezone(_CLOCK.get()) if instant.tzinfo is UTC else instant


def said(text: str) -> str:
    """A word of ours that stands in a value, such as a badge's; what is no message of ours stays as
    it was written."""
    return words_of(text, READING.get())


def words_of(text: str, language: Language) -> str:
    """The same, in a language that is stated."""
    if isinstance(text, Sentence):
        return language.phrase(text.message, **text.values)
    return language.phrase(text) if "%" not in text else text


def gettext(text: str) -> str:
    """What `_("...")` of a template says."""
    return READING.get().messages.gettext(text)


def ngettext(one: str, many: str, number: int) -> str:
    """What a template says of so many."""
    return READING.get().messages.ngettext(one, many, number)


def language_tag() -> str:
    """For `<html lang>`."""
    return READING.get().tag
