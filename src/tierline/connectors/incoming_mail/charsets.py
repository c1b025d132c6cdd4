"""Bytes as text whatever was declared: every byte string has a text, and the worst is a wrong
letter."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable

from charset_normalizer import from_bytes

_SAMPLE_BYTES = 8 * 1024
_NEVER = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined"})
_AS_BROWSERS = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
}
"""What is declared as the left is written as the right (the WHATWG's table of labels)."""
_FAR_SCRIPTS = re.compile(
    r"cp1251|koi8|cp1253|cp1255|cp1256|cp932|shift_jis|euc_|iso2022|gb|big5|cp949|johab"
)
"""Guesses that are believed. Between the Latin sets of one byte a guess is worth nothing: there
Windows-1252 is by far the most frequent in mail."""
_LATIN = "cp1252"
_WIDE = re.compile(r"utf|gb|big5|euc|shift|cp932|cp949|johab|hz|iso2022")
"""Sets of several bytes: a text that can be read in one, as declared, is in it."""
_CONTROLS = dict.fromkeys((*range(9), 11, 12, *range(14, 32), *range(127, 160)))


def decoded(
    content: bytes, declared: str = "", hints: Iterable[str] = (), *, may_guess: bool = False
) -> tuple[str, str]:
    """The text and the charset it was read in. `hints` are charsets that the same mail declares
    elsewhere; they are tried before anything is guessed. A guess takes a millisecond and some
    sentences: it is for bodies, and not for the thousand headers that a mail may have.

    Text in a set of one byte is hardly ever valid UTF-8 by chance, so that UTF-8 goes before it.
    """
    stated = _charset(declared)
    first = stated if _WIDE.match(stated) else ""
    for name in (_bom(content), first, "utf-8", stated, *map(_charset, hints)):
        text = _strictly(content, name) if name else None
        if text is not None:
            return text, name
    if stated:
        text = content.decode(stated, "replace")
        if stated != "utf-8" or any("\x7f" < each != "\ufffd" for each in text):
            return text, stated
    guess = (
        _guessed(content) if may_guess else _LATIN
    )  # not one character of it is UTF-8: it is none
    return content.decode(guess, "replace"), guess


def plain(text: str) -> str:
    """Text without what steers a terminal or a database: controls (not line end and tab) go, line
    ends become one, half characters become a mark."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")
    return lines.translate(_CONTROLS).encode("utf-8", "replace").decode()


def one_line(text: str, most: int) -> str:
    """The text on one line, at most so many characters."""
    return " ".join(plain(text).split())[:most]


def _charset(declared: str) -> str:
    """The codec of a declared name; "" where there is none that makes text of bytes."""
    label = declared.strip().strip("\"'").partition("*")[0].lower()
    if not label or len(label) > 40 or not label.isascii():
        return ""
    try:
        name = codecs.lookup(label).name
        b"".decode(name)
    except (LookupError, ValueError):
        return ""
    return "" if name.replace("-", "_") in _NEVER else _AS_BROWSERS.get(name, name)


def _bom(content: bytes) -> str:
    if content.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return "iso2022_jp" if content.isascii() and b"\x1b$" in content else ""


def _strictly(content: bytes, name: str) -> str | None:
    try:
        return content.decode(name)
    except (ValueError, LookupError):
        return None


def _guessed(content: bytes) -> str:
    found = from_bytes(content[:_SAMPLE_BYTES]).best()
    guess = found.encoding if found is not None else ""
    return guess if _FAR_SCRIPTS.match(guess) else _LATIN
