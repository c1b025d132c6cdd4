"""The file that was given, made plain: gzip unpacked, text in UTF-8, its size bounded.

What a file is, is read from its first bytes and never from its name.
"""

from __future__ import annotations

import codecs
import shutil
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from tierline.kernel.errors import Invalid, LimitReached, NotFound

MAX_BYTES = 16 * 1024**3
"""Largest file after unpacking."""
_CHUNK_BYTES = 4 * 1024**2
_GZIP, _PARQUET, _ZIP, _EXCEL_OLD = b"\x1f\x8b", b"PAR1", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

Progress = Callable[[str, int, int], None]
"""Called with a stage, how much is done and how much there is (bytes or rows)."""


def no_progress(_stage: str, _done: int, _total: int) -> None:
    """Tells nobody."""


@dataclass(frozen=True, slots=True)
class PlainFile:
    """A file that can be read as it is. `name` is the one that people gave."""

    path: Path
    name: str
    is_parquet: bool


@contextmanager
def plain_file(
    path: Path, encoding: str = "utf-8", progress: Progress = no_progress
) -> Iterator[PlainFile]:
    """The file itself, or a plain copy of it that lives as long as the context.

    Raises NotFound, LimitReached, or Invalid where the file is empty, cut off, or neither text nor
    Parquet.
    """
    head = _head(path)
    if head[:2] != _GZIP and (head[:4] == _PARQUET or encoding == "utf-8"):
        _refuse_unreadable(path, head)
        yield PlainFile(path, str(path), is_parquet=head[:4] == _PARQUET)
        return
    folder = Path(tempfile.mkdtemp(prefix="tierline-"))
    try:
        copy = folder / "plain"
        with copy.open("wb") as target:
            _copy_plain(path, target, encoding, progress)
        with copy.open("rb") as source:
            inner = source.read(4)
        _refuse_unreadable(path, inner)
        yield PlainFile(copy, str(path), is_parquet=inner == _PARQUET)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _head(path: Path) -> bytes:
    if not path.is_file():
        raise NotFound(f"There is no file {path}.")
    if path.stat().st_size > MAX_BYTES:
        raise _too_large(path)
    with path.open("rb") as source:
        return source.read(4)


def _refuse_unreadable(path: Path, head: bytes) -> None:
    """Refuse what is plainly something else, with what to do instead."""
    if not head:
        raise Invalid(f"{path} is empty.", code="empty_file")
    if head[:4] == _ZIP or head[:4] == _EXCEL_OLD:
        raise Invalid(
            f"{path} is a zip archive or a workbook. Unpack it, or save the sheet as CSV.",
            code="not_a_log",
        )
    if head[:2] in _UTF_16:
        raise Invalid(
            f"{path} is UTF-16 text. Write 'encoding: utf-16' under 'file' in the mapping.",
            code="bad_encoding",
        )


def _copy_plain(path: Path, target: BinaryIO, encoding: str, progress: Progress) -> None:
    total = path.stat().st_size
    written = 0
    with path.open("rb") as source:
        chunks = _unpacked(path, source) if _head(path)[:2] == _GZIP else _chunks(source)
        for chunk in chunks if encoding == "utf-8" else _recoded(path, chunks, encoding):
            written += len(chunk)
            if written > MAX_BYTES:
                raise _too_large(path)
            target.write(chunk)
            progress("unpack", source.tell(), total)


def _chunks(source: BinaryIO) -> Iterator[bytes]:
    while chunk := source.read(_CHUNK_BYTES):
        yield chunk


def _unpacked(path: Path, source: BinaryIO) -> Iterator[bytes]:
    """The content of a gzip file of one or several members, a bounded piece at a time."""
    unpacker = zlib.decompressobj(wbits=31)
    is_started = False
    for packed in _chunks(source):
        left = packed
        while left:
            try:
                piece = unpacker.decompress(left, _CHUNK_BYTES)
            except zlib.error as error:
                raise Invalid(
                    f"{path} is damaged: the gzip data near byte {source.tell()} cannot be "
                    f"unpacked ({error}). Copy the file again.",
                    code="damaged_gzip",
                ) from None
            is_started = True
            yield piece
            left = unpacker.unconsumed_tail
            if unpacker.eof:
                left = unpacker.unused_data.lstrip(b"\0")
                unpacker, is_started = zlib.decompressobj(wbits=31), False
    if is_started:
        raise Invalid(
            f"{path} ends in the middle: the gzip data is cut off. Copy the file again.",
            code="truncated_gzip",
        )


def _recoded(path: Path, chunks: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)()
    lines = 1
    try:
        for chunk in chunks:
            text = decoder.decode(chunk)
            lines += text.count("\n")
            yield text.encode()
        yield decoder.decode(b"", final=True).encode()
    except UnicodeError as error:
        raise Invalid(
            f"{path} is not {encoding} text after line {lines}: {error}.", code="bad_encoding"
        ) from None


def _too_large(path: Path) -> LimitReached:
    return LimitReached(
        f"{path} is larger than {MAX_BYTES // 1024**3} GiB when unpacked. Split it by year."
    )
