"""German with a mark around all that its catalog of messages says, to find what it does not."""

from __future__ import annotations

import re
from dataclasses import replace
from gettext import GNUTranslations
from html.parser import HTMLParser

from tierline.languages.language import Language
from tierline.languages.locales import language_named

_BEFORE, _AFTER = "⟦", "⟧"
_MARKED = re.compile(f"{_BEFORE}[^{_BEFORE}{_AFTER}]*{_AFTER}")
_SPOKEN = ("aria-label", "data-label", "placeholder", "title", "alt")
_SILENT = ("script", "style", "time", "code", "kbd")
_VOID = ("meta", "link", "input", "br", "wbr", "hr", "img", "rect", "path", "line", "circle")
_WORD = re.compile(r"[^\W\d_]{2,}")


class _Marked(GNUTranslations):
    """Marks what it knows, and leaves alone what it does not."""

    def __init__(self, of: GNUTranslations) -> None:
        super().__init__()
        self._of = of

    def gettext(self, message: str) -> str:
        """The German message, marked."""
        known = self._of._catalog  # type: ignore[attr-defined]  # what it knows, it says nowhere else
        return f"{_BEFORE}{self._of.gettext(message)}{_AFTER}" if message in known else message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """The German message, marked: it has no other way of being said of several."""
        return f"{_BEFORE}{self._of.ngettext(msgid1, msgid2, n)}{_AFTER}"


def marked_german() -> Language:
    """German whose every message is marked."""
    german = language_named("de")
    assert german is not None
    assert isinstance(german.messages, GNUTranslations)
    return replace(german, messages=_Marked(german.messages))


class _Page(HTMLParser):
    """The texts of a page outside of marks, and outside of what somebody said (`class="words"`), is
    an id (`class="id"`) or has a language of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.left: list[str] = []
        self._depth = 0
        self._silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        stated = dict(attrs)
        if not self._silent and "lang" not in stated:
            self.left += [_unmarked(stated[name] or "") for name in _SPOKEN if name in stated]
        if tag in _VOID:
            return
        is_quoted = not {"words", "id"}.isdisjoint((stated.get("class") or "").split())
        if self._silent or tag in _SILENT or is_quoted or ("lang" in stated and tag != "html"):
            self._silent.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._silent and tag not in _VOID:
            self._silent.pop()

    def handle_data(self, data: str) -> None:
        found = ""
        for sign in data:
            self._depth += (sign == _BEFORE) - (sign == _AFTER)
            if not self._depth and sign != _AFTER and not self._silent:
                found += sign
        self.left.append(found)


def unsaid(page: str) -> set[str]:
    """Texts with words on a page that no message says, each on one line."""
    read = _Page()
    read.feed(page)
    told = {" ".join(text.split()) for text in read.left}
    return {text for text in told if _WORD.search(text)}


def _unmarked(text: str) -> str:
    before = ""
    while before != text:
        before, text = text, _MARKED.sub("", text)
    return text
