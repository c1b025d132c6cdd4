"""Imports as somebody sends them: a file is kept and looked at, and imported once they have read
what would become of it.

The file is kept until it is imported or taken back, a day at most. What was said of single rows is
kept for 30 days, because it may name people; how many there were is kept for good.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum, auto
from typing import TYPE_CHECKING, Any, Protocol

from tierline.actions.due_work import DueWork, DueWorkBook
from tierline.actions.occasion import Journal
from tierline.kernel.errors import Conflict, LimitReached
from tierline.kernel.ids import IMPORT, ImportId

if TYPE_CHECKING:
    from tierline.actions.occasion import Occasion

SOURCE_FORM = "[a-z0-9][a-z0-9_-]{0,39}"
"""What an installation of another desk may be called."""
LANE = "imports"
KIND = "import"
FILES_LIMIT = 20
"""So many files wait at most until somebody decides about them."""
KEEP_FILES_FOR = timedelta(days=1)
KEEP_DETAILS_FOR = timedelta(days=30)


class ImportKind(StrEnum):
    """What a file holds."""

    cases = auto()
    accounts = auto()


class ImportState(StrEnum):
    """Where an import is in its life."""

    checked = auto()
    """It was looked at, and can be imported."""
    empty = auto()
    """It was looked at, and there is nothing in it to import."""
    running = auto()
    imported = auto()
    failed = auto()
    discarded = auto()
    """Its file is gone, and nothing was imported."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What was found in a file: `total` rows or cases, of which `changes` would change something.
    `counts` name nobody; `details` may."""

    total: int
    changes: int
    counts: Mapping[str, Any]
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptImport:
    """An import. `desk` is whose export it is, `source` tells two installations of one desk apart;
    both are empty for accounts. `done` of `total` cases are imported."""

    id: ImportId
    kind: ImportKind
    desk: str
    source: str
    name: str
    size_bytes: int
    digest: str
    sent_by: str
    sent_at: datetime
    total: int
    changes: int
    done: int = 0
    started_at: datetime | None = None
    finished_at: datetime | None = None
    has_file: bool = True
    failure: str = ""
    counts: Mapping[str, Any]

    @property
    def state(self) -> ImportState:
        """Where it is in its life."""
        if self.failure:
            return ImportState.failed
        if self.finished_at is not None:
            return ImportState.imported
        if self.started_at is not None:
            return ImportState.running
        if not self.has_file:
            return ImportState.discarded
        return ImportState.checked if self.changes else ImportState.empty


class ImportBook(Protocol):
    """The records of imports."""

    def get(self, import_: str) -> KeptImport: ...
    def waiting(self) -> int: ...
    def add(self, kept: KeptImport, looked: Looked, content: bytes) -> None: ...
    def start(self, import_: str, at: datetime) -> None: ...
    def discard(self, import_: str) -> None: ...


class ImportsToKeep(Journal, Protocol):
    """What keeping an import needs."""

    @property
    def imports(self) -> ImportBook: ...
    @property
    def due_work(self) -> DueWorkBook: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SentFile:
    """A file as it was sent."""

    kind: ImportKind
    desk: str = ""
    source: str = ""
    name: str
    content: bytes
    digest: str


def keep_import(
    books: ImportsToKeep, file: SentFile, looked: Looked, occasion: Occasion
) -> KeptImport:
    """Keep a file with what was found in it, until somebody decides. Raises LimitReached where too
    many wait."""
    if books.imports.waiting() >= FILES_LIMIT:
        raise LimitReached(
            f"{FILES_LIMIT} files wait to be imported already. Import or take back one of them."
        )
    kept = _kept(file, looked, occasion)
    books.imports.add(kept, looked, file.content)
    return kept


def note_import(
    books: ImportsToKeep, file: SentFile, looked: Looked, occasion: Occasion
) -> KeptImport:
    """Write down an import that was made at once."""
    kept = _kept(file, looked, occasion, is_done=True)
    books.imports.add(kept, looked, b"")
    return kept


def start_import(books: ImportsToKeep, import_: str, occasion: Occasion) -> KeptImport:
    """Have a kept file imported. Raises NotFound, and Conflict where that cannot be."""
    kept = books.imports.get(import_)
    if kept.state is not ImportState.checked:
        raise Conflict(_WHY[kept.state], code=f"import_{kept.state.value}")
    books.imports.start(import_, occasion.now)
    body = {"import": import_, "by": occasion.by}
    row = DueWork(id=f"import {import_}", kind=KIND, lane=LANE, body=body, run_at=occasion.now)
    books.due_work.add([row], now=occasion.now)
    about = {"kind": kept.kind.value, "digest": kept.digest}
    books.append([occasion.fact("ImportStarted", import_, about)])
    return books.imports.get(import_)


def discard_import(books: ImportsToKeep, import_: str) -> KeptImport:
    """Take a file back that was not imported. Raises NotFound and Conflict."""
    kept = books.imports.get(import_)
    if kept.state not in (ImportState.checked, ImportState.empty):
        raise Conflict(_WHY[kept.state], code=f"import_{kept.state.value}")
    books.imports.discard(import_)
    return books.imports.get(import_)


_WHY = {
    ImportState.checked: "It can be imported.",
    ImportState.empty: "Nothing in this file would change anything.",
    ImportState.running: "It is being imported already.",
    ImportState.imported: "It was imported already.",
    ImportState.failed: "It failed. Send the file again.",
    ImportState.discarded: "Its file is not kept any more. Send it again.",
}


def _kept(
    file: SentFile, looked: Looked, occasion: Occasion, *, is_done: bool = False
) -> KeptImport:
    at = occasion.now if is_done else None
    return KeptImport(
        id=occasion.new_id(IMPORT),
        kind=file.kind,
        desk=file.desk,
        source=file.source,
        name=file.name,
        size_bytes=len(file.content),
        digest=file.digest,
        sent_by=occasion.by,
        sent_at=occasion.now,
        total=looked.total,
        changes=looked.changes,
        done=looked.total if is_done else 0,
        started_at=at,
        finished_at=at,
        has_file=not is_done,
        counts=looked.counts,
    )
