"""Whether preventative care reduces severe cases: whose care began, and who was like them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from tierline.care.item import CareEventKind
from tierline.kernel.instants import to_micros
from tierline.queries.case_columns import kept_cases
from tierline.queries.upgrades import covers
from tierline.scorecards.prevention import SPAN_US, Begun, Customer, Prevention, prevention_of
from tierline.store.accounts import account_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tierline.accounts.contract import Contract
    from tierline.scorecards.desk import KeptCases, Stretch
    from tierline.store.records import Reads

SEVEREST = 2
"""So many severities from the top are severe."""
_ACCOUNTS = sa.select(account_table.c.id, account_table.c.region, account_table.c.name)
_HELD = (CareEventKind.done, CareEventKind.undone, CareEventKind.excused)


@dataclass(frozen=True)
class PreventionReport:
    """Each kind of care that was held, by the name of its feature; `severities` are those that
    count, and `names` those of accounts and features."""

    kinds: tuple[Prevention, ...]
    severities: tuple[str, ...]
    currency: str
    names: Mapping[str, str]


def prevention_report(reads: Reads, during: Stretch) -> PreventionReport:
    """Of the cases of a stretch of time. Care began with the first item that was held; who was not
    looked at for SPAN before it and after it, or changed the tier meanwhile, is not compared."""
    catalogs = reads.catalogs.newest()
    severities = tuple(
        dict.fromkeys(key for each in catalogs for key in list(each.severities)[:SEVEREST])
    )
    kept = kept_cases(reads.snapshot, during)
    desk = _Desk(reads, kept, severities, to_micros(min(during.until, during.as_of)))
    held = _held(reads, during, desk.contracts)
    found = [_kind(desk, feature, days) for feature, days in sorted(held.items())]
    features = {key: feature.name for each in catalogs for key, feature in each.features.items()}
    return PreventionReport(
        kinds=tuple(found),
        severities=severities,
        currency=catalogs[0].currency if catalogs else "",
        names={**features, **desk.names},
    )


def _kind(desk: _Desk, feature: str, days: Mapping[str, list[int]]) -> Prevention:
    """One kind of care, from the instants at which each account had it."""
    begun = []
    for account, instants in sorted(days.items()):
        at = min(instants)
        customer = desk.customer(account, at)
        if customer is not None:
            without = tuple(desk.like(customer, at, days))
            begun.append(Begun(customer=customer, at=at, without=without))
    return prevention_of(feature, begun, len(days) - len(begun))


def _held(
    reads: Reads, during: Stretch, contracts: Mapping[str, Sequence[Contract]]
) -> dict[str, dict[str, list[int]]]:
    """When care was held, by feature and account: items that were done, and not taken back."""
    account_of = {each.id: account for account, own in contracts.items() for each in own}
    last = {}
    for event in reads.care.all_events(during.as_of):
        if event.kind in _HELD:
            last[event.key] = event
    found: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for key, event in last.items():
        if event.kind is CareEventKind.done and key.contract in account_of:
            found[key.feature][account_of[key.contract]].append(to_micros(event.at))
    return found


class _Desk:
    """Customers with their contracts and cases, as far as the desk was watched."""

    def __init__(
        self, reads: Reads, kept: KeptCases, severities: Sequence[str], until: int
    ) -> None:
        self.contracts = reads.contracts.all()
        opened = [int(each) for each in kept.opened]
        self._watched = (min(opened, default=until), until)
        self._severe: dict[str, list[int]] = defaultdict(list)
        self._others: dict[str, list[int]] = defaultdict(list)
        for place, at in enumerate(opened):
            is_severe = kept.severity.text(place) in severities
            (self._severe if is_severe else self._others)[kept.account.text(place)].append(at)
        rows = reads.snapshot.execute(_ACCOUNTS)
        self._places = {row.id: (row.region or "", row.name) for row in rows}
        self.names = {account: name for account, (_, name) in self._places.items()}

    def customer(self, account: str, at: int) -> Customer | None:
        """The customer, where they can be looked at for SPAN before and after."""
        start, end = at - SPAN_US, at + SPAN_US
        contracts = self.contracts.get(account, [])
        if start < self._watched[0] or end > self._watched[1]:
            return None
        if account not in self._places or not covers(contracts, start, end):
            return None
        tiers = set(_tiers(contracts, start, end))
        if len(tiers) != 1:
            return None
        return Customer(
            account=account,
            tier=tiers.pop(),
            region=self._places[account][0],
            severe=tuple(self._severe.get(account, ())),
            others=tuple(self._others.get(account, ())),
        )

    def like(
        self, customer: Customer, at: int, days: Mapping[str, list[int]]
    ) -> Iterator[Customer]:
        """Those of the same tier over the same days who had no such care in them."""
        for account in self.contracts:
            instants = days.get(account, ())
            if any(at - SPAN_US <= each < at + SPAN_US for each in instants):
                continue
            other = self.customer(account, at)
            if other is not None and account != customer.account and other.tier == customer.tier:
                yield other


def _tiers(contracts: Sequence[Contract], start: int, end: int) -> Iterator[str]:
    """The tiers that were held in a time."""
    for contract in contracts:
        ends = [each.start for each in contract.plans[1:]]
        for phase, until in zip(contract.plans, [*ends, contract.end], strict=True):
            if phase.start < end and (until is None or until > start):
                yield phase.terms.tier
