"""Which parts of a mail are its text, and that text as one string."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tierline.connectors.incoming_mail.charsets import decoded, plain
from tierline.connectors.incoming_mail.html_text import text_of_html
from tierline.connectors.incoming_mail.parts import Part

_TEXTS = ("text/plain", "text/html", "text/markdown")
_HTML_CHARSET = re.compile(
    rb"<meta[^<>]{0,100}charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE
)
_HTML_HEAD_BYTES = 4_096
_BYTES_PER_CHARACTER = 8
"""HTML wastes letters: so much more of it is read than of text."""


@dataclass(frozen=True, slots=True)
class Body:
    """The text of a mail, which of its parts are text (read or not), whether it was HTML, and
    whether it was cut at the limit. `charsets` are those that were declared and did not fit."""

    text: str
    parts: frozenset[int]
    is_from_html: bool
    is_cut: bool
    charsets: tuple[str, ...] = ()


def body_of(root: Part, most: int, hints: Iterable[str]) -> Body:
    """The text of a mail, at most so many characters."""
    pieces: list[str] = []
    wrong: list[str] = []
    chosen = list(_chosen(root))
    left, is_cut = most, False
    for part in chosen:
        text, charset, is_whole = _text(part, left, hints)
        declared = part.content_type.parameters.get("charset", "")
        if declared and ("\ufffd" in text or _is_otherwise(declared, charset)):
            wrong.append(f"{declared}, but {charset}"[:80])
        is_cut = is_cut or not is_whole or len(text) > left
        pieces.append(text[:left].strip("\n"))
        left = max(0, left - len(text))
    return Body(
        "\n\n".join(piece for piece in pieces if piece.strip()),
        frozenset(id(part) for part in (*chosen, *_other_forms(root))),
        any(part.media_type == "text/html" for part in chosen),
        is_cut,
        tuple(wrong),
    )


def _chosen(part: Part) -> Iterator[Part]:
    """The leaves that are read: of alternatives the plain one if it says anything, of a report and
    of a page with its pictures the first that is text, of all else every text that is no file."""
    if not part.children:
        if _is_text(part):
            yield part
    elif part.media_type == "multipart/alternative":
        found = [list(_chosen(child)) for child in part.children]
        plain_ones = [each for each in found if each and _is_all_plain(each)]
        with_words = [each for each in plain_ones if any(leaf.content().strip() for leaf in each)]
        others = [each for each in found if each and each not in plain_ones]
        yield from next(iter((*with_words, *others[::-1], *plain_ones)), [])
    elif part.media_type in ("multipart/report", "multipart/related"):
        leaves = (list(_chosen(child)) for child in part.children)
        yield from next(filter(None, leaves), [])
    else:
        for child in part.children:
            yield from _chosen(child)


def _other_forms(root: Part) -> Iterator[Part]:
    """The texts of alternatives: they say the same as the one that is read."""
    for each in root.walk():
        if each.media_type == "multipart/alternative":
            for leaf in each.walk():
                is_form = leaf.media_type.startswith("text/") and leaf.media_type != "text/calendar"
                if is_form and not leaf.is_attachment:
                    yield leaf


def _is_otherwise(declared: str, charset: str) -> bool:
    """Whether text that calls itself UTF-8 was read in another charset."""
    return declared.strip().lower() in ("utf-8", "utf8") and not charset.startswith("utf-8")


def _is_text(part: Part) -> bool:
    is_left_whole = part.media_type.startswith("multipart/") and not part.children
    return (part.media_type in _TEXTS or is_left_whole) and not part.is_attachment


def _is_all_plain(leaves: list[Part]) -> bool:
    return all(leaf.media_type != "text/html" for leaf in leaves)


def _text(part: Part, most: int, hints: Iterable[str]) -> tuple[str, str, bool]:
    """The text, its charset, and whether that is all."""
    is_html = part.media_type == "text/html"
    content = part.content()
    declared = part.content_type.parameters.get("charset", "")
    read = content[: (most + 1) * _BYTES_PER_CHARACTER]
    if is_html and (match := _HTML_CHARSET.search(read, 0, _HTML_HEAD_BYTES)):
        hints = (match[1].decode(), *hints)
    text, charset = decoded(read, declared, hints)
    if is_html:
        said, is_whole = text_of_html(plain(text))
        return plain(said), charset, is_whole and len(read) == len(content)
    if part.content_type.parameters.get("format", "").lower() == "flowed":
        return _unflowed(plain(text), part), charset, True
    return plain(text), charset, True


def _unflowed(text: str, part: Part) -> str:
    """Lines that a mail program broke for the transport are one again (RFC 3676)."""
    is_joined_bare = part.content_type.parameters.get("delsp", "").lower() == "yes"
    out: list[str] = []
    is_open, depth_before = False, 0
    for line in text.split("\n"):
        rest = line.lstrip(">")
        depth = len(line) - len(rest)
        words = rest.removeprefix(" ")
        if is_open and depth == depth_before and words != "-- ":
            out[-1] += words
        else:
            out.append(("> " if depth else "") + (">" * max(0, depth - 1)) + words)
        is_open, depth_before = words.endswith(" ") and words != "-- ", depth
        if is_open and is_joined_bare:
            out[-1] = out[-1].removesuffix(" ")
    return "\n".join(out)
