"""Aliases and merges of accounts in this process: who is meant by a key of an outside system.

An index of what is recorded and nothing more: dropping it and reading it again changes no answer.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tierline.accounts.identity import ACCOUNT_FIELDS
from tierline.actions.identities import resolve, what_follows
from tierline.connectors.record_linkage.pairs import score_pairs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tierline.accounts.evidence import MatchEvidence
    from tierline.accounts.identity import IdentityLink, Resolution
    from tierline.actions.occasion import Occasion
    from tierline.bootstrap.application import Application
    from tierline.store.records import Reads

_OVERLAP = timedelta(seconds=60)
"""A unit that began earlier may commit later; so far back aliases are looked for again."""


class KnownIdentities:
    """May be read from any thread; what has changed is put in its place whole.

    A key is `system:external_id`, or the external id alone where one account only has it.
    """

    def __init__(self) -> None:
        self._accounts: dict[str, str | None] = {}
        self._merged_into: Mapping[str, str] = {}
        self._read_until: datetime | None = None

    def learn(self, reads: Reads, *, now: datetime) -> None:
        """Read what has changed since the last time."""
        until = self._read_until
        since = None if until is None or now < until else until - _OVERLAP  # clocks are set back
        found = reads.identities.keys_since(since)
        if found:
            accounts = dict(self._accounts)
            for system, external_id, account in found:
                accounts[f"{system}:{external_id}"] = account
                other = accounts.get(external_id, account)
                accounts[external_id] = account if other == account else None
            self._accounts = accounts
        self._merged_into, self._read_until = reads.identities.merged_into(), now

    def account_of(self, key: str) -> str:
        """The account that answers for a key; the key itself where nobody does."""
        account = self._accounts.get(key) or key
        while account in self._merged_into:
            account = self._merged_into[account]
        return account


def resolve_identities(application: Application, occasion: Occasion) -> Resolution:
    """Score all linked records in pairs, merge what is sure, and queue the rest. The scores are
    made before the transaction begins; what was decided meanwhile counts."""
    evidence = _scores(application.read(lambda reads: reads.identities.links()))
    return application.change(lambda books: resolve(books, evidence, occasion))


def proposed_resolution(reads: Reads, now: datetime) -> Resolution:
    """What `resolve_identities` would do now; nothing is changed."""
    return what_follows(reads, _scores(reads.identities.links()), now)


def _scores(links: Iterable[IdentityLink]) -> list[MatchEvidence]:
    records = {link.record.key: dict(link.record.fields) for link in links}
    return score_pairs(records, ACCOUNT_FIELDS)
