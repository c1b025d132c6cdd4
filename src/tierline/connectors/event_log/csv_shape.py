"""The shape of a CSV file: where each record begins and how many fields it has.

A CSV reader fills up short records and cuts long ones without a word, and a quotation mark that is
never closed swallows the rest of the file. This module finds them, with their lines, by counting
delimiters and line ends outside quotes.
"""

from __future__ import annotations

import codecs
import mmap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tierline.kernel.errors import Fault, Invalid

_PIECE_BYTES = 16 * 1024**2
_NEWLINE = ord("\n")
_MARK = codecs.BOM_UTF8


@dataclass(frozen=True)
class Shape:
    """Records of a file after its header. `lines` is None where record n stands on line n + 2."""

    records: int
    fields: NDArray[np.int32] | None
    """Fields of each record; None where all have as many as the header."""
    lines: NDArray[np.int64] | None

    def line_of(self, records: NDArray[np.int64]) -> NDArray[np.int64]:
        """The lines (from 1) on which records (from 0, the header left out) begin."""
        return records + 2 if self.lines is None else self.lines[records]


def shape_of(path: Path, name: str, *, delimiter: str, quote: str | None, columns: int) -> Shape:
    """The shape of a file whose header has `columns` fields. Raises Invalid where quotation marks
    do not pair up."""
    with path.open("rb") as source, mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ) as text:
        records = _plain_records(text, delimiter.encode(), quote, columns)
        if records is not None:
            return Shape(records, None, None)
        return _exact_shape(text, name, delimiter.encode(), quote)


def _plain_records(
    text: mmap.mmap, delimiter: bytes, quote: str | None, columns: int
) -> int | None:
    """The number of records of a file without quotes in which each line has as many fields as the
    header; None where a closer look is needed."""
    if columns == 1:
        return None
    lines = carried = 0
    for piece in _pieces(text):
        if quote is not None and quote.encode() in piece:
            return None
        codes = np.frombuffer(piece, dtype=np.uint8)
        marks = np.flatnonzero((codes == delimiter[0]) | (codes == _NEWLINE))
        ends = np.flatnonzero(codes[marks] == _NEWLINE)
        expected = np.arange((carried + len(marks)) // columns) * columns + (columns - 1 - carried)
        if not np.array_equal(ends, expected):
            return None
        lines += len(ends)
        carried = (carried + len(marks)) % columns
    if text[-1] == _NEWLINE:
        return lines - 1
    return lines if carried == columns - 1 else None


def _exact_shape(text: mmap.mmap, name: str, delimiter: bytes, quote: str | None) -> Shape:
    """Fields and first line of each record, with quotes taken into account."""
    scan = _Scan(name, delimiter[0], quote.encode()[0] if quote else None)
    for piece in _pieces(text):
        scan.read(np.frombuffer(piece, dtype=np.uint8))
    scan.finish(len(text))
    ends, until = np.concatenate(scan.ends), np.concatenate(scan.delimiters_before)
    lines = np.concatenate([[1], np.concatenate(scan.newlines_before) + 2])[: len(ends)]
    starts = np.concatenate([[0], ends[:-1] + 1])
    fields = np.diff(until, prepend=0) + 1
    lengths = ends - starts
    is_blank = (lengths == 0) | ((lengths == 1) & (fields == 1) & _is_return(text, starts))
    fields[is_blank] = 0
    return Shape(len(ends) - 1, fields[1:].astype(np.int32), lines[1:])


class _Scan:
    """Walks over the pieces of a file and keeps the ends of its records."""

    def __init__(self, name: str, delimiter: int, quote: int | None) -> None:
        self.name, self.delimiter, self.quote = name, delimiter, quote
        self.ends: list[NDArray[np.int64]] = []
        self.delimiters_before: list[NDArray[np.int64]] = []
        """By record end: delimiters outside quotes up to there."""
        self.newlines_before: list[NDArray[np.int64]] = []
        """By record end: line ends before it, inside quotes or not."""
        self._is_inside = False
        self._last_byte = _NEWLINE
        self._opened_on_line = 0
        self._offset = self._delimiters = self._newlines = 0

    def read(self, codes: NDArray[np.uint8]) -> None:
        newlines = np.flatnonzero(codes == _NEWLINE)
        delimiters = np.flatnonzero(codes == self.delimiter)
        ends, order = newlines, np.arange(len(newlines))
        if self.quote is not None:
            quotes = np.flatnonzero(codes == self.quote)
            self._check_openings(codes, quotes[int(self._is_inside) :: 2], newlines)
            delimiters = delimiters[self._is_outside(quotes, delimiters)]
            order = np.flatnonzero(self._is_outside(quotes, newlines))
            ends = newlines[order]
            self._is_inside = bool((len(quotes) + self._is_inside) % 2)
        self.ends.append(ends + self._offset)
        self.delimiters_before.append(np.searchsorted(delimiters, ends) + self._delimiters)
        self.newlines_before.append(order + self._newlines)
        self._offset += len(codes)
        self._delimiters += len(delimiters)
        self._newlines += len(newlines)
        self._last_byte = int(codes[-1])

    def finish(self, length: int) -> None:
        """The last record may end with the file instead of a line end."""
        if self._is_inside:
            raise _unpaired(
                self.name, self._opened_on_line, "A quotation mark opens here and is never closed."
            )
        if self._last_byte != _NEWLINE:
            self.ends.append(np.array([length]))
            self.delimiters_before.append(np.array([self._delimiters]))
            self.newlines_before.append(np.array([self._newlines]))

    def _is_outside(
        self, quotes: NDArray[np.int64], places: NDArray[np.int64]
    ) -> NDArray[np.bool_]:
        outside: NDArray[np.bool_] = (np.searchsorted(quotes, places) + self._is_inside) % 2 == 0
        return outside

    def _check_openings(
        self,
        codes: NDArray[np.uint8],
        openings: NDArray[np.int64],
        newlines: NDArray[np.int64],
    ) -> None:
        """A quoted field begins with its quotation mark; one inside plain text is ambiguous."""
        if len(openings) == 0:
            return
        before = codes[openings - 1]
        before[openings == 0] = self._last_byte
        may_open = np.isin(before, [self.delimiter, _NEWLINE, self.quote or 0])
        if self._offset == 0:
            may_open |= (openings == 0) | (openings == len(_MARK))  # after a byte order mark
        line = self._newlines + 1 + np.searchsorted(newlines, openings)
        if not may_open.all():
            raise _unpaired(
                self.name,
                int(line[np.argmin(may_open)]),
                "A quotation mark stands inside a field that does not begin with one.",
            )
        self._opened_on_line = int(line[-1])


def _is_return(text: mmap.mmap, starts: NDArray[np.int64]) -> NDArray[np.bool_]:
    codes = np.frombuffer(text, dtype=np.uint8)
    found: NDArray[np.bool_] = codes[np.minimum(starts, len(codes) - 1)] == ord("\r")
    del codes  # the map cannot be closed while an array looks at it
    return found


def _pieces(text: mmap.mmap) -> Iterator[bytes]:
    for start in range(0, len(text), _PIECE_BYTES):
        yield text[start : start + _PIECE_BYTES]


def _unpaired(name: str, line: int, message: str) -> Invalid:
    fault = Fault(
        "unpaired_quote",
        message,
        "",
        "Quote the whole field and write each mark in it twice, or set 'quote: null' under 'file' "
        "in the mapping if the file quotes nothing.",
        name,
        line,
    )
    return Invalid(f"{name} cannot be split into rows.", [fault])
