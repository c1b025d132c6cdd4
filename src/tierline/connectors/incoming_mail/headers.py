"""The header block of a mail or a part: found, unfolded and decoded, however broken it is.

The standard library's header registry raises on a number of broken values (IndexError, TypeError)
and takes quadratic time on some long ones (decision 0151), so values are read here.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from tierline.connectors.incoming_mail.charsets import decoded, one_line

VALUE_CHARACTERS = 20_000
"""Of one header value; real ones hold less than a tenth of it."""
REPEATED = 200
"""Of the values of one header; a mail that passed 200 servers went in circles long before."""
_BLANK_LINE = re.compile(rb"(?:\r\n|\n|\r(?!\n))(?:\r\n|\n|\r)")
_LINE_END = re.compile(r"\r\n|\n|\r")
_FIELD = re.compile(r"([!-9;-~]{1,100})[ \t]*:(.*)", re.DOTALL)
_KNOWN = re.compile(
    r"(?:from|to|cc|subject|date|message-id|received|return-path|mime-version|content-type"
    r"|content-transfer-encoding|in-reply-to|references|reply-to)[ \t]*:",
    re.IGNORECASE,
)
_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_ESCAPE = re.compile(rb"=([0-9A-Fa-f]{2})")
_NO_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")


@dataclass(frozen=True)
class Headers:
    """Names and unfolded values, not yet decoded (raw bytes beyond ASCII are kept as half
    characters), in the order of the mail. `is_cut` where a limit left some out."""

    fields: tuple[tuple[str, str], ...] = ()
    is_cut: bool = False

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name, value in self.fields:
            found.setdefault(name.lower(), []).append(value)
        return found

    def all(self, name: str) -> list[str]:
        """The values of a header, the topmost first, with their encoded words as they are."""
        return [_read(value) for value in self._by_name.get(name.lower(), [])[:REPEATED]]

    def first(self, name: str) -> str:
        """The topmost value with its encoded words as they are, "" where there is none."""
        return _read(next(iter(self._by_name.get(name.lower(), [])), ""))

    def text(self, name: str, most: int = 1_000) -> str:
        """The topmost value as a person reads it, on one line."""
        return one_line(words_decoded(self.first(name)), most)


def split_head(content: bytes, start: int, end: int, most: int) -> tuple[Headers, int]:
    """The headers of `content[start:end]`, and where its body begins. Bytes that begin with no
    header are all body."""
    if content[start : start + 1] in (b"\r", b"\n"):
        return Headers(), start + (2 if content[start : start + 2] == b"\r\n" else 1)
    blank = _BLANK_LINE.search(content, start, end)
    head_end, body = (blank.start(), blank.end()) if blank else (end, end)
    read_end = min(head_end, start + most)
    lines = _lines(content[start:read_end])
    last_known = max((n for n, line in enumerate(lines) if _KNOWN.match(line)), default=-1)
    fields: list[tuple[str, list[str]]] = []
    for number, line in enumerate(lines):
        match = _FIELD.match(line)
        if match:
            fields.append((match[1], [match[2]]))
        elif line[:1] in (" ", "\t") and fields:
            fields[-1][1].append(line)
        elif number > last_known and not _is_envelope(line, number):
            # No header and none to come: the blank line is missing.
            body = start + len("".join(lines[:number]).encode("utf-8", "surrogateescape"))
            break
    return Headers(tuple(_unfolded(fields)), read_end < head_end), body


def words_decoded(value: str) -> str:
    """A value with its encoded words (RFC 2047) read, and what is broken in them left as it is.
    Words that follow each other are joined before they are decoded: some writers cut a character
    in two."""
    out: list[str] = []
    run, charset, at = b"", "", 0
    for match in _WORD.finditer(value):
        between = value[at : match.start()]
        if run and (between.strip() or match[1].lower() != charset):
            out.append(decoded(run, charset)[0])
            run = b""
        if between.strip() or not at:
            out.append(between)
        charset, at = match[1].lower(), match.end()
        run += _payload(match[2], match[3])
    if run:
        out.append(decoded(run, charset)[0])
    return "".join((*out, value[at:]))


def charsets_named(headers: Headers) -> list[str]:
    """The charsets that the encoded words of a mail name: hints for text that names none."""
    found = (match[1] for _, value in headers.fields for match in _WORD.finditer(value))
    return list(dict.fromkeys(found))[:3]


def base64_decoded(content: bytes) -> bytes:
    """The bytes of base64, with strange characters and a wrong end forgiven."""
    try:
        return binascii.a2b_base64(content)
    except ValueError:
        kept = _NO_BASE64.sub(b"", content)
        whole = len(kept) - (1 if len(kept) % 4 == 1 else 0)
        return binascii.a2b_base64(kept[:whole] + b"=" * (-whole % 4))


def _payload(encoding: str, text: str) -> bytes:
    raw = text.encode("utf-8", "surrogateescape")
    if encoding in "bB":
        return base64_decoded(raw)
    return _ESCAPE.sub(lambda match: bytes([int(match[1], 16)]), raw.replace(b"_", b" "))


def _lines(block: bytes) -> list[str]:
    """The lines of a header block with their ends, raw bytes beyond ASCII kept as they are."""
    text = block.decode("utf-8", "surrogateescape")
    ends = [match.end() for match in _LINE_END.finditer(text)]
    starts = [0, *ends]
    return [text[a:b] for a, b in zip(starts, [*ends, len(text)], strict=True) if a < b]


def _is_envelope(line: str, number: int) -> bool:
    """The line before the headers in which mailboxes of Unix keep the envelope."""
    return number == 0 and line.startswith(("From ", ">From "))


def _unfolded(fields: list[tuple[str, list[str]]]) -> Iterator[tuple[str, str]]:
    for name, lines in fields:
        joined = "".join(line.rstrip("\r\n") for line in lines).strip()[:VALUE_CHARACTERS]
        yield name, joined


def _read(value: str) -> str:
    return value if value.isascii() else decoded(value.encode("utf-8", "surrogateescape"))[0]
