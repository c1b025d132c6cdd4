"""What keeps an installation well: checking the journal, copies, backups, restoring.

None of it needs the application: it reads beside a server that owns the file, or takes the file
for itself and is refused while a server has it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tierline.store import backup, copying
from tierline.store.engine import open_to_read
from tierline.store.seals import Head, head_of, verify_chain

if TYPE_CHECKING:
    from tierline.store.backup import CheckReport
    from tierline.store.copying import CopyReport, Progress
    from tierline.store.seals import ChainReport
    from tierline.store.unit_of_work import Snapshot


def verify_journal(address: str, *, kept: Head | None = None, progress: Progress) -> ChainReport:
    """Recompute the chain of seals. `kept` is a head that was noted earlier."""

    def work(snapshot: Snapshot) -> ChainReport:
        total = head_of(snapshot).position
        return verify_chain(
            snapshot, kept=kept, progress=lambda done: progress("verifying", done, total)
        )

    with open_to_read(address) as readers:
        return readers.read(work)


def journal_head(address: str) -> Head:
    """The last seal, to note down elsewhere."""
    with open_to_read(address) as readers:
        return readers.read(head_of)


def rows_at(address: str) -> int:
    """How many rows a database holds; 0 where there is none."""
    return copying.rows_at(address)


def copy_database(source: str, target: str, *, replace: bool, progress: Progress) -> CopyReport:
    """Copy every row, verified, or change nothing."""
    return copying.copy_database(source, target, replace=replace, progress=progress)


def back_up(source: str, to: Path, *, progress: Progress) -> int:
    """Write one file with the state of one moment; its bytes."""
    return backup.back_up(source, to, progress=progress)


def restore(file: Path, target: str, *, replace: bool, progress: Progress) -> CopyReport:
    """Put a backup into a database."""
    return backup.restore(file, target, replace=replace, progress=progress)


def check_database(address: str, *, kept: Head | None = None) -> CheckReport:
    """Read every page, row and link."""
    return backup.check_database(address, kept=kept)
