"""Which parts of a mail are its text, and that text as one string."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tierline.connectors.incoming_mail.charsets import decoded, plain
from tierline.connectors.incoming_mail.html_text import NODES, text_of_html
from tierline.connectors.incoming_mail.parts import Part

_TEXTS = ("text/plain", "text/html", "text/markdown")
_HTML_CHARSET = re.compile(
    rb"<meta[^<>]{0,100}charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE
)
_HTML_HEAD_BYTES = 4_096
_SHORT_BYTES = 1_000
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
    chosen = list(_chosen(root))
    reading = _Reading(tuple(hints), characters=most, raw_bytes=(most + 1) * _BYTES_PER_CHARACTER)
    pieces = [reading.text_of(part).strip("\n") for part in chosen]
    return Body(
        "\n\n".join(piece for piece in pieces if piece.strip()),
        frozenset(id(part) for part in (*chosen, *_other_forms(root))),
        any(part.media_type == "text/html" for part in chosen),
        reading.is_cut,
        tuple(reading.wrong),
    )


@dataclass(slots=True)
class _Reading:
    """What may still be read of a mail's text: all parts share it. `wrong` are the charsets that
    did not fit."""

    hints: tuple[str, ...]
    characters: int
    raw_bytes: int
    nodes: int = NODES
    is_cut: bool = False
    wrong: list[str] = field(default_factory=list)

    def text_of(self, part: Part) -> str:
        """The text of a part, as far as there is something left."""
        content = part.content()
        read = content[: self.raw_bytes]
        self.raw_bytes -= len(read)
        said = self._decoded(part, read)
        text = plain(self._shown(part, said))
        is_long = len(text) > self.characters or len(read) < len(content) or not self.nodes
        self.is_cut = self.is_cut or is_long
        kept = text[: self.characters]
        self.characters -= len(kept)
        return kept

    def _decoded(self, part: Part, read: bytes) -> str:
        declared = part.content_type.parameters.get("charset", "")
        hints = self.hints
        if part.media_type == "text/html":
            match = _HTML_CHARSET.search(read, 0, _HTML_HEAD_BYTES)
            hints = (match[1].decode(), *hints) if match else hints
        text, charset = decoded(read, declared, hints, may_guess=True)
        if declared and ("\ufffd" in text or _is_otherwise(declared, charset)):
            self.wrong.append(f"{declared}, but {charset}"[:80])
        return plain(text)

    def _shown(self, part: Part, text: str) -> str:
        if part.media_type == "text/html":
            shown, count = text_of_html(text, self.nodes)
            self.nodes -= count
            return shown
        is_flowed = part.content_type.parameters.get("format", "").lower() == "flowed"
        return _unflowed(text, part) if is_flowed else text


def _chosen(part: Part) -> Iterator[Part]:
    """The leaves that are read: of alternatives the plain one if it says anything, of a report and
    of a page with its pictures the first that is text, of all else every text that is no file."""
    if not part.children:
        if _is_text(part):
            yield part
    elif part.media_type == "multipart/alternative":
        found = [list(_chosen(child)) for child in part.children]
        plain_ones = [each for each in found if each and _is_all_plain(each)]
        with_words = [each for each in plain_ones if any(map(_says_anything, each))]
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


def _says_anything(leaf: Part) -> bool:
    """Whether a text holds more than blanks; of a long one that is plain without decoding it."""
    is_long = leaf.end - leaf.start > _SHORT_BYTES
    return bool((leaf.raw if is_long else leaf.content()).strip())


def _is_all_plain(leaves: list[Part]) -> bool:
    return all(leaf.media_type != "text/html" for leaf in leaves)


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
