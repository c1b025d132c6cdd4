"""Writing files so that a reader sees the old one or the new one, and never a part."""

from __future__ import annotations

import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

READ_ONLY = 0o444
_READABLE = 0o644


def write_whole(path: Path, content: bytes, *, mode: int | None = None) -> None:
    """Write beside the target and rename over it; a failure leaves the target as it was.

    A link is followed, so that the file behind it changes and the link stays. Without `mode` the
    file keeps the rights that it has.
    """
    target = path.resolve()
    beside = _beside(target, content)
    try:
        beside.chmod(mode if mode is not None else _rights_of(target))
        beside.replace(target)
    finally:
        with suppress(FileNotFoundError):
            beside.unlink()


def write_new(path: Path, content: bytes) -> bool:
    """Write a read-only file that must not be there yet; False where somebody was first."""
    beside = _beside(path, content)
    try:
        beside.chmod(READ_ONLY)
        path.hardlink_to(beside)
    except FileExistsError:
        return False
    finally:
        beside.unlink()
    return True


def _beside(target: Path, content: bytes) -> Path:
    """The content in a file of its own, in the target's folder, safely on the disk."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return Path(name)


def _rights_of(target: Path) -> int:
    try:
        return stat.S_IMODE(target.stat().st_mode)
    except FileNotFoundError:
        return _READABLE
