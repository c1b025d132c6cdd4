"""Whom a component or an incident concerns, and who may read of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose view it is: an account's with its region, or the public's (`account` is None).
    `time_zone` (an IANA name) is where its days and months begin."""

    account: str | None
    region: str | None = None
    time_zone: str = "UTC"


PUBLIC = Reader(None)


def of_region(region: str) -> Reader:
    """What every account of a region sees, and none alone."""
    return Reader("", region)


@dataclass(frozen=True, slots=True)
class Scope:
    """`accounts` and `regions` are those that it concerns; every account where both are empty.
    `is_public`: it stands on the page that needs no sign-in as well."""

    is_public: bool = True
    accounts: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()

    @property
    def is_everyones(self) -> bool:
        """Whether it concerns every account."""
        return not self.accounts and not self.regions

    def includes(self, reader: Reader) -> bool:
        """Whether a reader sees it. An account sees what concerns it, and nothing else: what is
        public and concerns others is for it to read where everybody does."""
        if reader.account is None:
            return self.is_public
        return self.is_everyones or reader.account in self.accounts or reader.region in self.regions


EVERYONE = Scope()
