"""The MIME parts of a mail, taken apart within limits.

The standard library's parser has no limits, and its time grows with depth times size (decision
0151); here each level is one search for its boundary, and what lies beyond a limit stays in one
piece.
"""

from __future__ import annotations

import binascii
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from tierline.connectors.incoming_mail.desk import Limits
from tierline.connectors.incoming_mail.headers import Headers, base64_decoded, split_head
from tierline.connectors.incoming_mail.media_type import Structured, media_type_of, structured

_FALSE_HITS = 20_000
"""So often may a boundary's text stand where none is, before the rest counts as one piece."""
_FIRST_BOUNDARY = re.compile(rb"(?<![^\r\n])--([^\r\n]{1,100}?)[ \t]*[\r\n]")
_LINE_ENDS = b"\r\n"


@dataclass(slots=True)
class Part:
    """One part: its headers and where its body lies in the mail. `children` only of a multipart
    that was taken apart."""

    headers: Headers
    content_type: Structured
    media_type: str
    disposition: Structured
    source: bytes = field(repr=False)
    start: int
    end: int
    children: list[Part] = field(default_factory=list)

    @property
    def file_name(self) -> str:
        """The name as the sender wrote it, "" where there is none."""
        stated = self.disposition.parameters.get("filename", "")
        return stated or self.content_type.parameters.get("name", "")

    @property
    def is_attachment(self) -> bool:
        """Whether it is a file, and no text to be read in the mail."""
        return self.disposition.value == "attachment" or bool(self.file_name)

    @property
    def raw(self) -> bytes:
        """The body as it was transported."""
        return self.source[self.start : self.end]

    def content(self) -> bytes:
        """The body as it was before it was encoded for transport."""
        encoding = self.headers.first("Content-Transfer-Encoding").strip().strip('"').lower()
        if encoding == "base64":
            return base64_decoded(self.raw)
        if encoding == "quoted-printable":
            return quopri.decodestring(self.raw)
        if encoding in ("x-uuencode", "uuencode", "x-uue", "uue"):
            return _uu_decoded(self.raw)
        return self.raw

    def walk(self) -> Iterator[Part]:
        """This part and all below it, in the order of the mail."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(slots=True)
class Dismantling:
    """A mail in the course of being taken apart. All parts share what may be spent on them."""

    source: bytes
    limits: Limits
    parts: int = 0
    header_bytes: int = 0
    false_hits: int = 0
    is_too_deep: bool = False
    has_too_many: bool = False
    is_header_cut: bool = False

    def part(self, start: int, end: int, *, depth: int = 0, default: str = "text/plain") -> Part:
        """The part in `source[start:end]` with all below it."""
        self.parts += 1
        headers, body = self._head(start, end)
        stated = structured(headers.first("Content-Type"))
        made = Part(
            headers=headers,
            content_type=stated,
            media_type=media_type_of(stated.value, default),
            disposition=structured(headers.first("Content-Disposition")),
            source=self.source,
            start=min(body, end),
            end=end,
        )
        if made.media_type.startswith("multipart/"):
            self._take_apart(made, depth)
        return made

    def _head(self, start: int, end: int) -> tuple[Headers, int]:
        """The headers of a part. The mail's own may be as long as the limit, and so may those of
        all its parts together."""
        most = self.limits.header_bytes
        left = most if self.parts == 1 else max(0, most - self.header_bytes)
        headers, body = split_head(self.source, start, end, left)
        if self.parts > 1:
            self.header_bytes += body - start
        self.is_header_cut = self.is_header_cut or headers.is_cut
        return headers, body

    def _take_apart(self, made: Part, depth: int) -> None:
        boundary = _boundary(made)
        if depth >= self.limits.depth:
            self.is_too_deep = True
            return
        below = "message/rfc822" if made.media_type == "multipart/digest" else "text/plain"
        for start, end in self._pieces(made.start, made.end, boundary):
            if self.parts >= self.limits.parts:
                self.has_too_many = True
                return
            made.children.append(self.part(start, end, depth=depth + 1, default=below))

    def _pieces(self, start: int, end: int, boundary: bytes) -> Iterator[tuple[int, int]]:
        """Where the parts between the boundaries lie. The last one may lack its end."""
        source, mark = self.source, b"--" + boundary
        begun, at = -1, start
        while boundary and (hit := source.find(mark, at, end)) >= 0:
            at = hit + len(mark)
            is_last = source[at : at + 2] == b"--"
            after = _end_of_line(source, at + 2 * is_last, end)
            if after < 0 or (hit > start and source[hit - 1] not in _LINE_ENDS):
                self.false_hits += 1
                if self.false_hits > _FALSE_HITS:
                    break
                continue
            if begun >= 0:
                yield begun, max(begun, _before_line_end(source, hit))
            if is_last:
                return
            begun = at = after
        if begun >= 0:
            yield begun, end


def _boundary(made: Part) -> bytes:
    """The boundary that is stated, else that of the first line that looks like one."""
    stated = made.content_type.parameters.get("boundary", "").rstrip()
    if stated:
        return stated.encode("utf-8", "surrogateescape")
    found = _FIRST_BOUNDARY.search(made.source, made.start, min(made.end, made.start + 4_096))
    return found[1] if found else b""


def _end_of_line(source: bytes, at: int, end: int) -> int:
    """Where the next line begins if nothing but blanks stands before it, else -1."""
    while at < end and source[at] in b" \t":
        at += 1
    if at >= end:
        return end
    if source[at : at + 2] == b"\r\n":
        return at + 2
    return at + 1 if source[at] in _LINE_ENDS else -1


def _before_line_end(source: bytes, hit: int) -> int:
    return hit - (2 if source[hit - 2 : hit] == b"\r\n" else 1)


def _uu_decoded(raw: bytes) -> bytes:
    out: list[bytes] = []
    for line in raw.splitlines():
        if line.startswith((b"begin ", b"end")) or not line.strip():
            continue
        size = (((line[0] - 32) & 63) * 4 + 5) // 3
        try:
            out.append(binascii.a2b_uu(line))
        except ValueError:
            try:
                out.append(binascii.a2b_uu(line[:size]))
            except ValueError:
                continue
    return b"".join(out)
