"""The records of a desk in memory, beside its cases: what `DeskBatch` is put together from."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from tierline.cases.post_mortem import PostMortem, PostMortemDebt
from tierline.kernel.errors import NotFound

if TYPE_CHECKING:
    from tierline.accounts.criticality import Assessment
    from tierline.actions.due_work import DueWork
    from tierline.cases.mail import Mail, SentMail
    from tierline.cases.mask import CaseMask
    from tierline.cases.participant import Copy, Follower, Merge, Split
    from tierline.cases.post_mortem import PostMortemAction, PostMortemVersion, Publication
    from tierline.cases.triage import CaseTriage
    from tierline.catalog.catalog import Catalog
    from tierline.milestones.accelerated import AcceleratedResponse
    from tierline.routing.notice import Notice
    from tierline.status.incident import Incident
    from tierline.store.case_batch import BatchCases
    from tierline.store.records import Reads, Records

_T = TypeVar("_T")
Change = Callable[["Records"], None]
Read = Callable[[Callable[["Reads"], Any]], Any]


class Kept(Generic[_T]):
    """Records of a kind, each read once."""

    def __init__(self, read: Callable[[str], _T]) -> None:
        self._read, self._known = read, dict[str, _T]()

    def get(self, key: str) -> _T:
        """The record of an id. Raises NotFound."""
        if key not in self._known:
            self._known[key] = self._read(key)
        return self._known[key]


class KeptChoices:
    """What people chose to read us in, each read once."""

    def __init__(self, read: Read) -> None:
        self._kept: Kept[str] = Kept(
            lambda email: str(read(lambda reads: reads.reader_languages.of_address(email)))
        )

    def of_address(self, email: str) -> str:
        """The tag of a choice; empty where there is none."""
        return self._kept.get(email)

    def wants_case_mails(self, _email: str) -> bool:
        """Nobody is written to about what is long past."""
        return False


class KeptCatalogs:
    """Published catalogs, each read once."""

    def __init__(self, read: Read) -> None:
        self._read, self._known = read, dict[tuple[str, str | None], Any]()

    def get(self, catalog: str, version: str | None = None) -> Catalog:
        """A version; the newest where none is named. Raises NotFound."""
        key = catalog, version
        if key not in self._known:
            self._known[key] = self._read(lambda reads: reads.catalogs.get(*key))
        found: Catalog = self._known[key]
        return found

    def newest(self) -> tuple[Catalog, ...]:
        """The newest version of each."""
        found: tuple[Catalog, ...] = self._read(lambda reads: reads.catalogs.newest())
        return found


class KeptAssessments:
    """What is known of how much depends on us, read once for each account."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._known: dict[str, tuple[Assessment, ...]] = {}

    def of_account(self, account: str) -> tuple[Assessment, ...]:
        """Everything that was recorded of an account."""
        if account not in self._known:
            self._known[account] = self._read(lambda reads: reads.criticality.of_account(account))
        return self._known[account]


class BatchDueWork:
    """Due work that still waits."""

    def __init__(self) -> None:
        self.rows: dict[str, tuple[datetime, DueWork]] = {}

    def add(self, rows: Iterable[DueWork], *, now: datetime) -> None:
        """Have something done."""
        self.rows |= {each.id: (now, each) for each in rows}

    def remove(self, identifiers: Iterable[str]) -> None:
        """Take rows away; ids that do not wait are passed over."""
        for each in identifiers:
            self.rows.pop(each, None)

    def run_at(self, identifier: str) -> datetime | None:
        """When a row is due; None where there is none."""
        found = self.rows.get(identifier)
        return None if found is None else found[1].run_at

    def by_instant(self) -> Iterator[tuple[datetime, list[DueWork]]]:
        """What waits, by when it was asked for."""
        ordered = sorted(self.rows.values(), key=itemgetter(0))
        for now, rows in groupby(ordered, itemgetter(0)):
            yield now, [row for _, row in rows]


class BatchTriage:
    """How severities were found."""

    def __init__(self) -> None:
        self.changes: list[Change] = []

    def add(self, triage: CaseTriage) -> None:
        """Keep it."""
        self.changes.append(lambda records: records.triage.add(triage))

    def of_case(self, _case: str) -> tuple[CaseTriage, ...]:
        """A case of a batch is triaged once."""
        return ()


class BatchPostMortems:
    """Post-mortems of the cases of a batch."""

    def __init__(self, cases: BatchCases) -> None:
        self._cases = cases
        self._known: dict[str, PostMortem] = {}
        self.changes: list[Change] = []
        self.debts: dict[str, PostMortemDebt] = {}

    def debt(self, case: str) -> PostMortemDebt | None:
        """How a case stands with its post-mortem."""
        return self.debts.get(case)

    def keep_debt(self, debt: PostMortemDebt) -> None:
        """Bring the index of a case up to its facts."""
        self.debts[debt.case] = debt

    def get(self, post_mortem: str) -> PostMortem:
        """The post-mortem of an id. Raises NotFound."""
        if post_mortem not in self._known:
            raise NotFound(f"There is no post-mortem '{post_mortem}' in this batch.")
        return self._known[post_mortem]

    def action(self, action: str) -> PostMortemAction:
        """The action of an id. Raises NotFound."""
        for known in self._known.values():
            for each in known.actions:
                if each.id == action:
                    return each
        raise NotFound(f"There is no action '{action}' in this batch.")

    def add(self, post_mortem: PostMortem) -> None:
        """Take a new one up."""
        self._known[post_mortem.id] = post_mortem
        self.changes.append(lambda records: records.post_mortems.add(post_mortem))

    def write(self, post_mortem: str, version: PostMortemVersion) -> None:
        """Add a version."""
        known = self._known[post_mortem]
        self._known[post_mortem] = replace(known, versions=(*known.versions, version))
        self.changes.append(lambda records: records.post_mortems.write(post_mortem, version))

    def publish(self, post_mortem: str, number: int, publication: Publication) -> None:
        """Note that a version went out."""
        known = self._known[post_mortem]
        versions = tuple(
            replace(each, publication=publication) if each.number == number else each
            for each in known.versions
        )
        self._known[post_mortem] = replace(known, versions=versions)
        self.changes.append(
            lambda records: records.post_mortems.publish(post_mortem, number, publication)
        )

    def add_action(self, action: PostMortemAction) -> None:
        """Add an action."""
        known = self._known[action.post_mortem]
        self._known[known.id] = replace(known, actions=(*known.actions, action))
        self.changes.append(lambda records: records.post_mortems.add_action(action))

    def close_action(self, action: PostMortemAction) -> None:
        """Note how an action ended."""
        known = self._known[action.post_mortem]
        actions = tuple(action if each.id == action.id else each for each in known.actions)
        self._known[known.id] = replace(known, actions=actions)
        self.changes.append(lambda records: records.post_mortems.close_action(action))

    def notes(self, cases: Collection[str]) -> tuple[str, ...]:
        """What was written among us in cases."""
        messages = [each for case in cases for each in self._cases.messages(case)]
        return tuple(each.text for each in messages if not each.is_public)

    def names_not_told(self, _cases: Collection[str]) -> tuple[str, ...]:
        """The texts of a batch name nobody."""
        return ()

    def forget(self) -> None:
        """Let go of what was written."""
        self._known.clear()
        self.changes.clear()
        self.debts.clear()


class NoNotices:
    """Without a routing plan nobody is told of climbs."""

    def of_case(self, _case: str) -> tuple[Notice, ...]:
        """None."""
        return ()

    def add(self, notices: Iterable[Notice]) -> None:
        """There is nobody to be told."""

    def correct(self, notice: Notice, *, at: datetime) -> None:
        """There is nothing to correct."""


class NoImportedCases:
    """What a batch tells was raised here."""

    def imported_at(self, _case: str) -> datetime | None:
        """Never."""
        return None


class NoAcceleratedResponses:
    """What a batch tells is long past: nothing is owed for it any more."""

    def of_case(self, _case: str) -> AcceleratedResponse | None:
        """None."""
        return None

    def unused(self, _account: str, _after: datetime) -> tuple[AcceleratedResponse, ...]:
        """None."""
        return ()

    def used_for(self, _case: str) -> AcceleratedResponse | None:
        """None."""
        return None

    def owe(self, _owed: AcceleratedResponse) -> bool:
        """Nothing is."""
        return False

    def use(self, _case: str, *, for_case: str, at: datetime) -> bool:
        """There is none."""
        raise NotImplementedError

    def lapse(self, _case: str, *, at: datetime) -> bool:
        """There is none."""
        raise NotImplementedError


class NoIncidents:
    """A batch tells of no incidents."""

    def get(self, incident: str) -> Incident:
        """Raises NotFound."""
        raise NotFound(f"There is no incident '{incident}' in this batch.")

    def of_case(self, _case: str) -> list[Incident]:
        """None."""
        return []

    def open_at(self, _instant: datetime) -> list[Incident]:
        """None."""
        return []


class BatchMasks:
    """What was taken out of texts."""

    def __init__(self) -> None:
        self.kept: list[CaseMask] = []

    def add(self, masks: Iterable[CaseMask]) -> None:
        """Keep the trail."""
        self.kept += masks


class NoLinks:
    """The cases of a batch are neither merged nor split."""

    def merge_of(self, _case: str) -> Merge | None:
        """None."""
        return None

    def merged_into(self, _case: str) -> tuple[Merge, ...]:
        """None."""
        return ()

    def merges_among(self, _cases: Collection[str]) -> dict[str, str]:
        """None."""
        return {}

    def split_of(self, _case: str) -> Split | None:
        """None."""
        return None

    def splits_from(self, _case: str) -> tuple[Split, ...]:
        """None."""
        return ()

    def merge(self, merge: Merge) -> None:
        """Not in a batch."""
        raise NotImplementedError

    def unmerge(self, case: str) -> None:
        """Not in a batch."""
        raise NotImplementedError

    def split(self, split: Split) -> None:
        """Not in a batch."""
        raise NotImplementedError


class NoParticipants:
    """Nobody else takes part in the cases of a batch."""

    def copies(self, _case: str) -> tuple[Copy, ...]:
        """None."""
        return ()

    def followers(self, _case: str) -> tuple[Follower, ...]:
        """None."""
        return ()

    def raiser_of(self, _case: str) -> None:
        """Nobody who signs in."""

    def add_copy(self, case: str, copy: Copy) -> None:
        """Not in a batch."""
        raise NotImplementedError

    def remove_copy(self, _case: str, _email: str) -> bool:
        """There is none."""
        return False

    def add_follower(self, case: str, follower: Follower) -> None:
        """Not in a batch."""
        raise NotImplementedError

    def remove_follower(self, _case: str, _user: str) -> bool:
        """There is none."""
        return False


class NoMails:
    """No mail came in: cases by e-mail were told of without one."""

    def thread_of(self, _case: str) -> tuple[Mail, ...]:
        """None."""
        return ()


class NoSentMails:
    """No mail goes out."""

    def of_case(self, _case: str) -> tuple[SentMail, ...]:
        """None."""
        return ()

    def add(self, mails: Iterable[SentMail]) -> None:
        """None is written, because nobody who wrote by mail is known."""

    def note_attempt(self, mail: str, *, attempts: int, problem: str) -> None:
        """None is tried."""

    def settle(self, mail: str, *, sent_at: datetime | None, given_up_at: datetime | None) -> None:
        """None ends."""
