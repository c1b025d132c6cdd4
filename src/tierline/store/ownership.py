"""One process owns a SQLite file. The lock dies with its process, however that ends."""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType

from tierline.kernel.errors import Invalid
from tierline.store.errors import StoreInUse

try:
    import fcntl
except ImportError:  # Windows has no advisory file locks of this kind
    fcntl = None  # type: ignore[assignment]  # the module is absent there; `Ownership` says so


class Ownership:
    """The right to write to a file, held in `<file>.owner` until `release` or the process's end."""

    def __init__(self, file: Path) -> None:
        if fcntl is None:
            raise Invalid(
                "On this system one process cannot be kept the only owner of a SQLite file. "
                "Use a PostgreSQL server: --database postgresql://...",
                code="no_file_lock",
            )
        if not file.parent.is_dir():
            raise Invalid(
                f"There is no folder {file.parent} for the database. Make it first.",
                code="no_folder",
            )
        self._lock = os.open(f"{file}.owner", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = os.pread(self._lock, 20, 0).decode(errors="replace").strip()
            os.close(self._lock)
            raise StoreInUse(_refusal(file, owner)) from None
        os.ftruncate(self._lock, 0)
        os.pwrite(self._lock, f"{os.getpid()}\n".encode(), 0)

    def release(self) -> None:
        """Let the next process own the file. The lock's file stays: removing it would race."""
        os.close(self._lock)

    def __enter__(self) -> Ownership:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()


def _refusal(file: Path, owner: str) -> str:
    who = f"process {owner}" if owner.isdigit() else "another process"
    return (
        f"{file} is in use by {who}. One process owns a SQLite file: send this to that process, "
        "stop it first, or keep the data in PostgreSQL, which several processes may share."
    )
