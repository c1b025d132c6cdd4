"""The rulebook: every account's rules in this process, as new as the last committed contract.

It is an index of the contracts and nothing more: dropping it and loading it again changes no
answer. Where several processes share a server each looks for changes of the others once a second.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tierline.accounts.hierarchy import Inheritable, Link, source_of, way_up
from tierline.actions.account_rows import RowKind
from tierline.entitlements.ruleset import (
    Ruleset,
    with_catalog,
    with_contracts,
    without_account,
)

if TYPE_CHECKING:
    from tierline.accounts.contract import Contract
    from tierline.entitlements.span import Span
    from tierline.store.records import Reads

ACCOUNTS = RowKind.account.value
_OVERLAP = timedelta(seconds=60)
"""A unit that began earlier may commit later; so far back changes are looked for again."""


class Rulebook:
    """`ruleset` may be read from any thread; a change puts another one in its place."""

    def __init__(self) -> None:
        self.ruleset = Ruleset()
        self.aliases: dict[str, str] = {}
        """Accounts by what other systems call them."""
        self._versions: frozenset[tuple[str, str]] = frozenset()
        self._seen: dict[str, datetime] = {}
        self._seen_until: datetime | None = None
        self._links: dict[str, Link] = {}
        """Accounts that have their contract from above where they have none of their own."""
        self._changing = threading.Lock()

    def load(self, reads: Reads, *, now: datetime) -> None:
        """Read all contracts and the newest catalogs."""
        with self._changing:
            self._links = reads.hierarchy.inheriting(Inheritable.contract)
            held = reads.contracts.all()
            ruleset = with_contracts(Ruleset(), held | self._inherited(self._links, held))
            self.ruleset, self._seen_until = ruleset, now
            self.aliases = reads.external_ids.all(ACCOUNTS)
        self.learn_catalogs(reads)

    def knows(self, account: str) -> bool:
        """Whether there is such an account, of those that have a contract."""
        return account in self.ruleset.accounts

    def span_of(self, account: str, at: int) -> Span | None:
        """The stretch of an account's rules in which an instant lies; None for one without any."""
        span = self.ruleset.accounts.get(account)
        return None if span is None else span.at(at)

    def features_of(self, account: str, at: int) -> list[str]:
        """Every feature and target that an account's rules name at an instant (microseconds), in
        one order; of an account without any the floor of the published catalogs."""
        span = self.span_of(account, at)
        return sorted(self.ruleset.public.floor if span is None else span.all_keys())

    def read_again(self, reads: Reads, accounts: Sequence[str]) -> None:
        """Read the contracts of these accounts again."""
        if not accounts:
            return
        with self._changing:
            self._read(reads, accounts)

    def learn_hierarchy(self, reads: Reads) -> None:
        """Read again which accounts stand on their parents' contracts, where that has changed."""
        with self._changing:
            links = reads.hierarchy.inheriting(Inheritable.contract)
            before, self._links = self._links, links
            self._read(
                reads,
                sorted(
                    account
                    for account in {*before, *links}
                    if before.get(account) != links.get(account)
                ),
            )

    def _read(self, reads: Reads, accounts: Sequence[str]) -> None:
        """Read the contracts of these accounts, for them and for all who stand on them."""
        if not accounts:
            return
        ways = {account: [*way_up(Inheritable.contract, account, self._links)] for account in
                {*accounts, *self._links}}  # fmt: skip
        touched = {account for account, way in ways.items() if not set(accounts).isdisjoint(way)}
        held = reads.contracts.of_accounts(sorted({up for each in touched for up in ways[each]}))
        found = held | self._inherited(touched, held)
        self._put(touched, {account: found[account] for account in touched if account in found})
        self.aliases.update(reads.external_ids.of_records(ACCOUNTS, accounts))

    def _inherited(
        self, accounts: Iterable[str], held: Mapping[str, list[Contract]]
    ) -> dict[str, list[Contract]]:
        """The contracts on which accounts without their own stand: their terms, and counts of the
        account's own."""
        sources = {
            account: source_of(Inheritable.contract, account, self._links, held)
            for account in accounts
            if account not in held
        }
        return {account: held[source] for account, source in sources.items() if source is not None}

    def read_changes(self, reads: Reads, *, now: datetime) -> None:
        """Read what other processes have changed since the last time."""
        since = (self._seen_until or now) - _OVERLAP
        changed = reads.contracts.accounts_changed_since(since)
        newer = [account for account, at in changed.items() if self._seen.get(account) != at]
        self.read_again(reads, newer)
        self._seen, self._seen_until = changed, now

    def learn_catalogs(self, reads: Reads) -> None:
        """Read the newest catalogs, where there are new ones, for people without a contract."""
        with self._changing:
            versions = reads.catalogs.versions()
            if versions == self._versions:
                return
            ruleset = self.ruleset
            for catalog in reads.catalogs.newest():
                ruleset = with_catalog(ruleset, catalog)
            self.ruleset, self._versions = ruleset, versions

    def _put(self, accounts: Iterable[str], held: Mapping[str, Sequence[Contract]]) -> None:
        ruleset = with_contracts(self.ruleset, held)
        for account in accounts:
            if account not in held and account in ruleset.accounts:
                ruleset = without_account(ruleset, account)
        self.ruleset = ruleset
