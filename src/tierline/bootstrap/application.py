"""The application: the open store, the rulebook, and the two ways of getting at the records."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from tierline.actions.occasion import Occasion
from tierline.bootstrap.rulebook import Rulebook
from tierline.kernel import clock
from tierline.store.contracts import KnownTerms
from tierline.store.engine import open_store
from tierline.store.records import Reads, Records
from tierline.store.store import Store
from tierline.store.unit_of_work import Isolation, Snapshot, UnitOfWork

ResultT = TypeVar("ResultT")
FILE_NAME = "tierline.db"
OPERATOR = "operator"
"""Who acts where somebody works on the machine itself, without a login."""


class Application:
    """One a process. Safe to share between threads; close it."""

    def __init__(self, store: Store, *, folder: Path | None) -> None:
        self.store = store
        self.folder = folder
        """Where this installation keeps its own files; None where it has only a database server."""
        self.known = KnownTerms()
        self.rulebook = Rulebook()
        self.randomness = secrets.randbits
        self.read(lambda reads: self.rulebook.load(reads, now=self.now()))

    def now(self) -> datetime:
        """The present instant."""
        return clock.now()

    def occasion(self, by: str = OPERATOR) -> Occasion:
        """This moment, for what somebody does now."""
        return Occasion(now=self.now(), by=by, randomness=self.randomness)

    def change(
        self, work: Callable[[Records], ResultT], isolation: Isolation = Isolation.SERIAL
    ) -> ResultT:
        """Run one action: its result once it is durable, or its error with nothing done."""

        def whole(unit: UnitOfWork) -> tuple[ResultT, frozenset[str]]:
            records = Records(unit, self.known)
            return work(records), records.changed_accounts

        result, changed = self.store.run(whole, isolation)
        if changed:
            self.read(lambda reads: self.rulebook.read_again(reads, sorted(changed)))
        return result

    def read(self, work: Callable[[Reads], ResultT]) -> ResultT:
        """What the function reads in the state of one moment."""

        def whole(snapshot: Snapshot) -> ResultT:
            return work(Reads(snapshot, self.known))

        return self.store.read(whole)

    def close(self) -> None:
        """Finish what is under way, and let the database go."""
        self.store.close()

    def __enter__(self) -> Application:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def database_of(data: str | Path | None, database: str | None) -> str:
    """The address of the database in a data folder, or the one that is stated."""
    return database if database is not None else str(Path(data or ".") / FILE_NAME)


def open_application(*, data: str | Path | None = None, database: str | None = None) -> Application:
    """The application on a data folder (made where there is none) or on a database server."""
    folder = None if data is None else Path(data)
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    return Application(open_store(database_of(folder, database)), folder=folder)
