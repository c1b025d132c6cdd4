"""Backups: one SQLite file with the state of one moment, from a file or from a server.

A file that a process owns is read beside it, by the same SQLite library in another connection; a
server is copied row by row. Restoring is a copy too, so it is verified, and done or not at all.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tierline.kernel.errors import Conflict, Invalid, NotFound
from tierline.store import dialect, dialect_upkeep
from tierline.store.copying import CopyReport, Progress, copy_database, no_progress
from tierline.store.engine import open_store, open_to_read, sentences
from tierline.store.rows import TableDigest, digest_of_table, stored_tables
from tierline.store.seals import ChainReport, Head, verify_chain


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What `check_database` found: `faults` is empty where all is well."""

    tables: tuple[TableDigest, ...]
    chain: ChainReport
    faults: tuple[str, ...]

    @property
    def is_sound(self) -> bool:
        """Whether pages, references and the chain of facts hold."""
        return not self.faults and self.chain.broken is None


def back_up(source: str, to: Path, *, progress: Progress = no_progress) -> int:
    """Write a backup, which appears whole or not at all; its bytes. Never over another file."""
    if to.exists():
        raise Conflict(f"{to} is there already. Give each backup a name of its own.")
    url = dialect.url_of(source)
    file = dialect.file_of(url)
    with _beside(to) as part, sentences():
        if file is None:
            copy_database(source, str(part), progress=progress)
        else:
            open_to_read(source).close()  # refuses what is no database of this version
            dialect_upkeep.write_file_copy(file, part)
        _keep(part)
        _put(part, to)
    return to.stat().st_size


def restore(
    backup: Path, target: str, *, replace: bool = False, progress: Progress = no_progress
) -> CopyReport:
    """Put a backup, of this version or an earlier one, into an empty database (or in the place of
    what it holds). The backup itself is not touched."""
    if not backup.is_file():
        raise NotFound(f"There is no file {backup}.")
    with tempfile.TemporaryDirectory(prefix="tierline-restore-") as folder:
        own = Path(folder) / "backup.db"
        shutil.copyfile(backup, own)
        _refuse_damaged(own)
        open_store(str(own)).close()  # upgrades it
        return copy_database(str(own), target, replace=replace, progress=progress)


def check_database(source: str, *, kept: Head | None = None) -> CheckReport:
    """Read every page, row and link. `kept` is a head of the journal that was noted earlier."""
    with open_to_read(source) as readers:
        file = dialect.file_of(dialect.url_of(source))
        faults = _faults(file) if file is not None else ()
        if faults:
            return CheckReport((), ChainReport(Head(0, ""), 0, None), faults)
        tables = readers.read(
            lambda snapshot: tuple(digest_of_table(snapshot, each) for each in stored_tables())
        )
        chain = readers.read(lambda snapshot: verify_chain(snapshot, kept=kept))
    return CheckReport(tables, chain, ())


def _faults(file: Path) -> tuple[str, ...]:
    with sentences():
        return tuple(dialect_upkeep.faults_of_file(file))


def _refuse_damaged(file: Path) -> None:
    faults = _faults(file)
    if faults:
        raise Invalid(f"This file is damaged: {'; '.join(faults[:3])}.", code="damaged_file")


@contextmanager
def _beside(to: Path) -> Iterator[Path]:
    """A path in a private folder on the same disk, which goes away with all that is in it."""
    if not to.parent.is_dir():
        raise Invalid(f"There is no folder {to.parent} for the backup. Make it first.")
    try:
        folder = tempfile.TemporaryDirectory(prefix=".tierline-backup-", dir=to.parent)
    except OSError as error:
        raise Invalid(f"{to} cannot be written: {error.strerror}.", code="unwritable") from None
    with folder as name:
        yield Path(name) / "backup.db"


def _keep(file: Path) -> None:
    """For its owner's eyes, and on the disk before anyone is told that it is there."""
    file.chmod(0o600)
    with file.open("rb") as written:
        os.fsync(written.fileno())


def _put(part: Path, to: Path) -> None:
    """Give the finished file its name. A link refuses a name that was taken meanwhile, where a
    rename would take it over; disks without links get the rename."""
    try:
        os.link(part, to)
    except FileExistsError:
        raise Conflict(f"{to} came into being meanwhile, and is left alone.") from None
    except OSError:
        part.rename(to)
    folder = os.open(to.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
