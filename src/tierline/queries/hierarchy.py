"""Whose contract, contacts and profile count for an account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tierline.accounts.hierarchy import Inheritable, Link, source_of

if TYPE_CHECKING:
    from tierline.store.records import Reads


def sources_of_account(
    reads: Reads, account: str
) -> tuple[dict[str, Link], dict[Inheritable, str | None]]:
    """The links of an account and those above it, and the account from which it has each thing."""
    links = reads.hierarchy.above(account)
    chain = list(links)
    having = {
        Inheritable.contract: set(reads.contracts.of_accounts(chain)),
        Inheritable.contacts: set(reads.contacts.of_accounts(chain)),
        Inheritable.criticality: set(reads.criticality.of_accounts(chain)),
    }
    return links, {what: source_of(what, account, links, having[what]) for what in Inheritable}
