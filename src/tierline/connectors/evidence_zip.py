"""An evidence bundle as a ZIP: written, and read within bounds, because it comes from anybody."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import TYPE_CHECKING

from tierline.kernel.errors import Invalid, NotFound
from tierline.scorecards.evidence import MANIFEST, MOST_BYTES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_MOST_PACKED_BYTES = 128 * 1024 * 1024
_ZIP = b"PK\x03\x04"
_DAMAGE = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError)


def packed(files: Mapping[str, bytes]) -> bytes:
    """The ZIP of these files; the same files are the same ZIP."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, held in files.items():
            archive.writestr(zipfile.ZipInfo(name), held, zipfile.ZIP_DEFLATED, compresslevel=6)
    return content.getvalue()


def read_bundle(file: Path) -> dict[str, bytes]:
    """The files of a bundle. Raises NotFound, and Invalid for what is none, or holds more than a
    bundle may."""
    if not file.is_file():
        raise NotFound(f"There is no file {file}.")
    if file.stat().st_size > _MOST_PACKED_BYTES:
        raise Invalid(
            f"{file} is larger than {_MOST_PACKED_BYTES // 2**20} MiB: this is no bundle."
        )
    content = file.read_bytes()
    if content[:4] != _ZIP:
        raise Invalid(_told(file, content), code="not_a_bundle")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _files(file, archive)
    except _DAMAGE as error:
        raise Invalid(f"{file} is not a sound ZIP: {error}.", code="damaged_zip") from None


def _files(file: Path, archive: zipfile.ZipFile) -> dict[str, bytes]:
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if MANIFEST not in names:
        told = f"{file} is a ZIP without a {MANIFEST}: this is no evidence bundle."
        raise Invalid(told, code="not_a_bundle")
    strange = sorted({name for name in names if name not in MOST_BYTES or names.count(name) > 1})
    if strange:
        told = f"{file} is no evidence bundle: '{strange[0][:80]}' does not belong there."
        raise Invalid(told, code="not_a_bundle")
    found = {}
    for entry in entries:
        most = MOST_BYTES[entry.filename]
        with archive.open(entry) as inside:
            # What an entry says of its size may be wrong.
            found[entry.filename] = inside.read(most + 1)
        if len(found[entry.filename]) > most:
            raise Invalid(f"{entry.filename} in {file} has more than {most} bytes.")
    return found


def _told(file: Path, content: bytes) -> str:
    if b'"tierline/receipt/1"' in content:
        return f"{file} is the receipt of one case: verify it with 'tierline receipt verify'."
    if b'"tierline/attainment/1"' in content:
        return (
            f"{file} holds figures without the facts behind them. Download the signed evidence (a "
            "ZIP) from the same page."
        )
    return f"{file} is no evidence bundle: it is not a ZIP."
