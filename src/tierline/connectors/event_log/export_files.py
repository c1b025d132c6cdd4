"""The files of an export: JSON, JSON Lines and CSV, alone, in a folder or in a ZIP, as lists of
records by the name under which they come. All that is wrong with them is told at once.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tierline.kernel.errors import Fault, Invalid, LimitReached, NotFound

MOST_BYTES = 1024**3
"""Of all files together, unpacked."""
MOST_FILES = 2_000
MOST_MAPPING_BYTES = 1024**2
_SUFFIXES = (".json", ".jsonl", ".ndjson", ".csv")
_ZIP, _GZIP = b"PK\x03\x04", b"\x1f\x8b"
Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ListOfRecords:
    """Records as one file has them under one name; `place` is what people look for in the file."""

    name: str
    place: str
    records: list[Record]
    is_named: bool = False
    """Whether the file itself names the list; else it bears the name of the file."""


def read_lists(paths: Sequence[Path]) -> list[ListOfRecords]:
    """Every list of records in these files and folders, in the order of their names. Raises
    NotFound, LimitReached, or Invalid with what is wrong in each file."""
    return lists_of(each for path in paths for each in opened(path))


def lists_of(files: Iterable[tuple[str, bytes]]) -> list[ListOfRecords]:
    """The same of names and contents."""
    found: list[ListOfRecords] = []
    faults: list[Fault] = []
    for name, content in _bounded(files):
        try:
            found += _lists(name, content)
        except (ValueError, RecursionError, csv.Error) as error:
            faults.append(_fault(name, error))
    if faults:
        raise Invalid("The export cannot be read.", faults, code="bad_export")
    return found


def _bounded(files: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    """Names and contents, bounded in number and size."""
    number = total = 0
    for name, content in files:
        number, total = number + 1, total + len(content)
        if number > MOST_FILES:
            raise LimitReached(f"The export has more than {MOST_FILES:,} files. Import less.")
        if total > MOST_BYTES:
            raise _too_large()
        yield name, content
    if not number:
        raise Invalid("There is no JSON or CSV file in this export.", code="empty_export")


def opened(path: Path) -> Iterator[tuple[str, bytes]]:
    """The files of a folder, a ZIP, or a file itself, unpacked."""
    if path.is_dir():
        for each in sorted(path.rglob("*")):
            if each.suffix.lower() in _SUFFIXES and each.is_file():
                yield from opened(each)
        return
    if not path.is_file():
        raise NotFound(f"There is no file {path}.")
    if path.stat().st_size > MOST_BYTES:
        raise _too_large()
    yield from unpacked(path.name, path.read_bytes())


def unpacked(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    """A file, or what is packed in it."""
    if content[:2] == _GZIP:
        unpacker = zlib.decompressobj(wbits=31)
        try:
            plain = unpacker.decompress(content, MOST_BYTES + 1)
        except zlib.error as error:
            raise Invalid(f"{name} is damaged: {error}.", code="damaged_gzip") from None
        if len(plain) > MOST_BYTES:
            raise _too_large()
        yield name.removesuffix(".gz"), plain
        return
    if content[:4] != _ZIP:
        yield name, content
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            inside = [each for each in archive.infolist() if not each.is_dir()]
            if sum(each.file_size for each in inside) > MOST_BYTES:
                raise _too_large()
            for each in sorted(inside, key=lambda entry: entry.filename):
                if Path(each.filename).suffix.lower() in _SUFFIXES:
                    yield each.filename, archive.read(each)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError) as error:
        raise Invalid(f"{name} is not a sound ZIP: {error}.", code="damaged_zip") from None


def inside(content: bytes, name: str) -> bytes | None:
    """A file of a ZIP; None where it is no ZIP, or has no such file."""
    if content[:4] != _ZIP:
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            found = next((each for each in archive.infolist() if each.filename == name), None)
            if found is None or found.file_size > MOST_MAPPING_BYTES:
                return None
            return archive.read(found)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError):
        return None


def packed_with(name: str, content: bytes, beside: str, other: bytes) -> bytes:
    """A ZIP of an export and another file. Raises Invalid where that file stands in it already,
    and LimitReached for a large one."""
    if inside(content, beside) is not None:
        raise Invalid(
            f"The ZIP has a {beside} of its own. Send one of the two.", code="two_mappings"
        )
    if len(other) > MOST_MAPPING_BYTES:
        raise LimitReached(f"A mapping has at most {MOST_MAPPING_BYTES // 1024**2} MiB.")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for each, held in (*unpacked(name, content), (beside, other)):
            # Without the time of now, so that the same files are the same ZIP.
            archive.writestr(zipfile.ZipInfo(each), held, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _lists(name: str, content: bytes) -> Iterator[ListOfRecords]:
    text = content.decode("utf-8-sig")
    stem = Path(name).name.rsplit(".", 1)[0]
    if name.lower().endswith(".csv"):
        yield ListOfRecords(stem, name, _csv_records(text))
    elif name.lower().endswith((".jsonl", ".ndjson")):
        lines = [json.loads(line) for line in text.splitlines() if line.strip()]
        yield from _of_values(stem, name, lines)
    else:
        value = json.loads(text)
        yield from _of_values(stem, name, value if isinstance(value, list) else [value])


def _of_values(stem: str, name: str, values: list[Any]) -> Iterator[ListOfRecords]:
    """Records that stand alone bear the name of the file; those under a key, that of the key."""
    alone: list[Record] = []
    named: dict[str, list[Record]] = {}
    for value in values:
        if not isinstance(value, dict):
            raise ValueError("it holds something else than records")  # noqa: TRY004 - told as a fault
        pages = {key: held for key, held in value.items() if _is_page(held)}
        if pages and not _is_record(value):
            for key, held in pages.items():
                named.setdefault(key, []).extend(held)
        else:
            alone.append(value)
    if alone:
        yield ListOfRecords(stem, name, alone)
    for key, records in named.items():
        generic = key in ("result", "results", "records", "data", "values")
        yield ListOfRecords(stem if generic else key, name, records, is_named=not generic)


def _is_page(held: Any) -> bool:
    return isinstance(held, list) and bool(held) and all(isinstance(each, dict) for each in held)


def _is_record(value: Record) -> bool:
    """What has an id of its own is a record, and its lists are fields of it."""
    return any(key in value for key in ("id", "Id", "sys_id", "key", "number", "CaseNumber"))


def _csv_records(text: str) -> list[Record]:
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    header = reader.fieldnames or []
    if len(set(header)) != len(header):
        raise ValueError("a column stands in its header twice")
    found = []
    for row in reader:
        if None in row or None in row.values():
            raise ValueError(
                f"line {reader.line_num} has more or fewer fields than the header ({len(header)})"
            )
        found.append({key: value or None for key, value in row.items()})
    return found


def _fault(name: str, error: Exception) -> Fault:
    line = error.lineno if isinstance(error, json.JSONDecodeError) else None
    said = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
    if isinstance(error, UnicodeDecodeError):
        said = f"it is not UTF-8 text at byte {error.start:,}"
    if isinstance(error, RecursionError):
        said = "it is nested too deep"
    return Fault(
        "unreadable_file",
        f"This file cannot be read: {said}.",
        write_instead="Export it again, as JSON, JSON Lines or CSV in UTF-8.",
        source=name,
        line=line,
    )


def _too_large() -> LimitReached:
    return LimitReached(f"The export is larger than {MOST_BYTES // 1024**2:,} MiB. Split it.")
