"""A desk in memory, for an installation that is being filled (decision 0173).

It stands where `Records` does for the actions on cases. What they read besides (accounts,
contracts, catalogs) is read once and kept, so nobody else may change it meanwhile. Who writes by
mail gets no mail: what a batch tells is long past.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from tierline.kernel.facts import Fact
from tierline.store import journal
from tierline.store.batch_books import (
    BatchDueWork,
    BatchMasks,
    BatchPostMortems,
    BatchTriage,
    Kept,
    KeptAssessments,
    KeptCatalogs,
    KeptChoices,
    NoAcceleratedResponses,
    NoImportedCases,
    NoIncidents,
    NoLinks,
    NoMails,
    NoNotices,
    NoParticipants,
    NoSentMails,
)
from tierline.store.batch_call_ins import BatchCallIns, KeptSubjectLeads
from tierline.store.batch_guides import BatchGuides, NoSuggestions
from tierline.store.batch_routing import BatchRouting
from tierline.store.case_batch import BatchCases

if TYPE_CHECKING:
    from tierline.access.user import User
    from tierline.accounts.account import Account
    from tierline.accounts.contact import Contact
    from tierline.accounts.contract import Contract
    from tierline.store.records import Reads, Records


class DeskBatch:
    """What the actions on cases are given. `read` reads of the installation."""

    def __init__(self, read: Callable[[Callable[[Reads], Any]], Any]) -> None:
        self.cases = BatchCases()
        self.due_work = BatchDueWork()
        self.routing = BatchRouting(read, self.cases)
        self.post_mortems = BatchPostMortems(self.cases)
        self.triage = BatchTriage()
        self.masks = BatchMasks()
        self.guides, self.suggestions = BatchGuides(read), NoSuggestions()
        self.call_ins, self.subject_leads = BatchCallIns(), KeptSubjectLeads(read)
        self.links, self.participants = NoLinks(), NoParticipants()
        self.notices, self.incidents = NoNotices(), NoIncidents()
        self.accelerated_responses = NoAcceleratedResponses()
        self.imported_cases = NoImportedCases()
        self.mails, self.sent_mails = NoMails(), NoSentMails()
        self.accounts: Kept[Account] = Kept(lambda key: read(lambda it: it.accounts.get(key)))
        self.contacts: Kept[Contact] = Kept(lambda key: read(lambda it: it.contacts.get(key)))
        self.reader_languages = KeptChoices(read)
        self.contracts: Kept[Contract] = Kept(lambda key: read(lambda it: it.contracts.get(key)))
        self.users: Kept[User] = Kept(lambda key: read(lambda it: it.users.get(key)))
        self.catalogs = KeptCatalogs(read)
        self.criticality = KeptAssessments(read)
        self._facts: list[Fact] = []

    def append(self, facts: Iterable[Fact]) -> None:
        """Keep facts for the journal."""
        self._facts += facts

    def put_into(self, records: Records) -> None:
        """Write all of it. Run again it writes the same."""
        self.cases.put_into(records.unit)
        self.routing.put_into(records.unit)
        for change in (*self.triage.changes, *self.post_mortems.changes):
            change(records)
        self.guides.put_into(records)
        self.call_ins.put_into(records)
        records.masks.add(self.masks.kept)
        for debt in self.post_mortems.debts.values():
            records.post_mortems.keep_debt(debt)
        for now, rows in self.due_work.by_instant():
            records.due_work.add(rows, now=now)
        journal.append(records.unit, self._facts)

    def forget(self) -> None:
        """Let go of what was written."""
        self.cases.forget()
        self.routing.forget()
        self.due_work.rows.clear()
        self.triage.changes.clear()
        self.masks.kept.clear()
        self.guides.forget()
        self.call_ins.forget()
        self.post_mortems.forget()
        self._facts.clear()
