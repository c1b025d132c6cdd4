"""The application: the open store, the rulebook, and the two ways of getting at the records."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, TypeVar

from tierline.actions.checks import counter_of
from tierline.actions.contacts import seat_features
from tierline.actions.occasion import Occasion
from tierline.bootstrap.access import Access
from tierline.bootstrap.answers import Answers
from tierline.bootstrap.breach_risks import BreachRisks
from tierline.bootstrap.callers import Callers
from tierline.bootstrap.chat_watch import ChatWatch
from tierline.bootstrap.following_changes import Changes
from tierline.bootstrap.identities import KnownIdentities
from tierline.bootstrap.keyed_changes import KeyedChanges
from tierline.bootstrap.languages import stated_language
from tierline.bootstrap.limits import Limits
from tierline.bootstrap.rulebook import Rulebook
from tierline.kernel import clock
from tierline.metering.sequence import Sequences
from tierline.store.contracts import KnownTerms
from tierline.store.engine import is_file, open_store
from tierline.store.records import Reads, Records
from tierline.store.store import Store
from tierline.store.unit_of_work import Isolation, Snapshot, UnitOfWork

if TYPE_CHECKING:
    from tierline.actions.case_promise import CasePromise
    from tierline.entitlements.decision import Counter
    from tierline.entitlements.rule import Rule
    from tierline.entitlements.span import Span

ResultT = TypeVar("ResultT")
FILE_NAME = "tierline.db"
OPERATOR = "operator"
"""Who acts where somebody works on the machine itself, without a login."""


class Application:
    """One a process. Safe to share between threads; close it."""

    def __init__(self, store: Store, *, folder: Path | None, is_shared: bool) -> None:
        self.store = store
        self.is_shared = is_shared
        """Whether other processes may change the same data."""
        self.folder = folder
        """Where this installation keeps its own files; None where it has only a database server."""
        self.known = KnownTerms()
        self.rulebook = Rulebook()
        self.limits = Limits(self.rulebook, is_shared=is_shared)
        self.identities = KnownIdentities()
        self.language = stated_language()
        """For readers of whom none is known."""
        self.changes = Changes()
        self.chat_watch = ChatWatch(self)
        self.randomness = secrets.randbits
        self.sequences = Sequences(self.randomness)
        self.answers = Answers(self.rulebook, self._count, is_shared=is_shared)
        self.callers = Callers(self.read, self.change, self.now)
        self.access = Access(self)
        self.keyed = KeyedChanges(self)
        self.promises: dict[str, tuple[Span | None, int, CasePromise]] = {}
        """By account what a case of it is promised in a span of its rules, in a year for which
        holidays are written out."""
        self.breach_risks = BreachRisks(self.read)
        self.sent_again: dict[str, int] = {}
        """By lane what this process sent once more because nobody knows whether it had arrived."""
        self.read(lambda reads: self.rulebook.load(reads, now=self.now()))
        self._learn_identities()
        if not is_shared and self.read(lambda reads: reads.limit_notices.has_counts()):
            self.change(lambda records: records.limit_notices.forget_counts())

    def now(self) -> datetime:
        """The present instant."""
        return clock.now()

    def occasion(self, by: str = OPERATOR) -> Occasion:
        """This moment, for what somebody does now."""
        return Occasion(now=self.now(), by=by, randomness=self.randomness, language=self.language)

    def change(
        self, work: Callable[[Records], ResultT], isolation: Isolation = Isolation.SERIAL
    ) -> ResultT:
        """Run one action: its result once it is durable, or its error with nothing done."""

        def whole(unit: UnitOfWork) -> tuple[ResultT, Records]:
            records = Records(unit, self.known)
            return work(records), records

        result, records = self.store.run(whole, isolation)
        self._learn(records)
        return result

    def _learn(self, records: Records) -> None:
        """What this process keeps in memory follows what it has just committed."""
        for learn in records.afterwards:
            learn()
        if records.changed_access:
            self.callers.forget()
        changed = sorted(records.changed_accounts)
        if changed:
            self.read(lambda reads: self.rulebook.read_again(reads, changed))
        if records.changed_identities:
            self._learn_identities()
        if records.changed_hierarchy:
            self.read(self.rulebook.learn_hierarchy)
        if records.has_new_catalog:
            self.read(self.rulebook.learn_catalogs)
        if records.changed_counts:
            self.answers.forget(records.changed_counts)
        for account in records.changed_people:
            features = seat_features(self.rulebook.ruleset, account)
            self.answers.forget((account, feature) for feature in features)
        self.changes.tell()

    def follow(self) -> None:
        """Read what other processes have changed since the last time."""
        now = self.now()
        self.read(self.rulebook.learn_hierarchy)
        self.read(lambda reads: self.rulebook.read_changes(reads, now=now))
        self.read(self.rulebook.learn_catalogs)
        self._learn_identities()
        self.changes.tell()

    def _learn_identities(self) -> None:
        now = self.now()
        self.read(lambda reads: self.identities.learn(reads, now=now))

    def _count(self, span: Span, rule: Rule, at: int) -> Counter:
        return self.read(lambda reads: counter_of(reads, span, rule, at))

    def read(self, work: Callable[[Reads], ResultT]) -> ResultT:
        """What the function reads in the state of one moment."""

        def whole(snapshot: Snapshot) -> ResultT:
            return work(Reads(snapshot, self.known))

        return self.store.read(whole)

    def account_of(self, key: str) -> str:
        """The id of the account that a key stands for: its id, or an alias of it. A key that stands
        for nobody is given back, and is answered as an account that we do not know."""
        return self.identities.account_of(self.rulebook.aliases.get(key, key))

    def close(self) -> None:
        """Finish what is under way, and let the database go."""
        self.changes.close()
        self.callers.write_uses()
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
    is_shared = database is not None and not is_file(database)
    store = open_store(database_of(folder, database))
    return Application(store, folder=folder, is_shared=is_shared)
