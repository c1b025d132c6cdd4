"""Parents and subsidiaries: what an account has from above because it has nothing of its own.

Nothing is inherited unless the account says so, and each step of the way up must say so. What an
account has of its own always counts before its parent's. Consent and usage are never inherited:
they are about one account alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Inheritable(StrEnum):
    """What an account may have from its parent."""

    contract = "contract"
    """It stands on the parent's contract as if it had signed it: the same terms, its own counts."""
    contacts = "contacts"
    """The parent's people may act for it; they take no place of its own."""
    criticality = "criticality"
    """The parent's profile describes it."""


@dataclass(frozen=True, slots=True)
class Link:
    """An account's parent, and what it takes from there."""

    account: str
    parent: str | None = None
    inherits: frozenset[Inheritable] = frozenset()


def way_up(what: Inheritable, account: str, links: Mapping[str, Link]) -> Iterator[str]:
    """The account, and every account above it from which it may have something, nearest first."""
    seen: set[str] = set()
    current: str | None = account
    while current is not None and current not in seen:
        yield current
        seen.add(current)
        link = links.get(current)
        current = link.parent if link is not None and what in link.inherits else None


def source_of(
    what: Inheritable, account: str, links: Mapping[str, Link], having: Collection[str]
) -> str | None:
    """The account whose own counts for `account`: itself, or the nearest one above that has one."""
    return next((each for each in way_up(what, account, links) if each in having), None)
