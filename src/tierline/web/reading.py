"""The language that the page at hand is said in: set for as long as it is rendered, so that filters
and imported macros know it as well as the page itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from tierline.kernel.sentences import Sentence
from tierline.languages.language import ENGLISH, Language

READING: ContextVar[Language] = ContextVar("reading", default=ENGLISH)


@contextmanager
def read_in(language: Language) -> Iterator[None]:
    """All that is said meanwhile is said in a language."""
    before = READING.set(language)
    try:
        yield
    finally:
        READING.reset(before)


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
