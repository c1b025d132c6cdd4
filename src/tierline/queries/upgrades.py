"""Accounts that moved up a tier, and what they did before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

from tierline.entitlements.ruleset import Ruleset, with_contracts
from tierline.kernel.instants import from_micros
from tierline.queries.contract_exceptions import CatalogsOnce
from tierline.queries.feature_use import HIGHEST_RATE, METERS_OF_FEATURES, ByDay, Use
from tierline.queries.overages import RATE, limit_on, noon_us
from tierline.scorecards.upgrade_trigger import Followed

if TYPE_CHECKING:
    from tierline.accounts.contract import Contract
    from tierline.store.records import Reads

SIGNS = ("sandboxes", RATE)
"""What is looked for: a sandbox in use, and the limit of requests reached."""


def followed_accounts(reads: Reads, use: Use, start: date, end: date) -> tuple[Followed, ...]:
    """Accounts under contract on every day of [start, end) that began below the top tier of their
    catalog: when they first used a sandbox, first reached their API limit, and first rose."""
    held, catalogs = reads.contracts.all(), CatalogsOnce(reads)
    ruleset = with_contracts(Ruleset(), held)
    sandboxes = use.daily(METERS_OF_FEATURES["sandboxes"], start, end)
    peaks = use.daily(HIGHEST_RATE, start, end)
    found = []
    for account, contracts in sorted(held.items()):
        if not covers(contracts, noon_us(start), noon_us(end)):
            continue
        tiers = _tiers(contracts, catalogs, noon_us(start), noon_us(end))
        if tiers is None:
            continue
        signs = (
            _first_use(sandboxes.get(account, {})),
            _reached_on(ruleset, account, peaks.get(account, {})),
        )
        found.append(Followed(account=account, signs=signs, rose_on=_rose_on(tiers)))
    return tuple(found)


def covers(contracts: Sequence[Contract], start: int, end: int) -> bool:
    """Whether contracts hold without a break from `start` to `end`."""
    covered = start
    for contract in sorted(contracts, key=lambda each: each.start):
        if contract.start <= covered and (contract.end is None or contract.end > covered):
            covered = end if contract.end is None else contract.end
    return covered >= end


def _tiers(
    contracts: Sequence[Contract], catalogs: CatalogsOnce, start: int, end: int
) -> list[tuple[int, int]] | None:
    """When each plan in [start, end) began, and its place from the lowest tier up; None for who
    began on the top tier. The first one is the plan that held at `start`."""
    found: list[tuple[int, int]] = []
    for contract in sorted(contracts, key=lambda each: each.start):
        order = list(catalogs.of(contract, contract.start).tiers)
        for phase in contract.plans:
            step = phase.start, order.index(phase.terms.tier)
            if phase.start <= start:
                found = [step] if step[1] < len(order) - 1 else []
            elif phase.start < end and found:
                found.append(step)
    return found or None


def _first_use(by_day: ByDay) -> date | None:
    return min((day for day, value in by_day.items() if value > 0), default=None)


def _reached_on(ruleset: Ruleset, account: str, peaks: ByDay) -> date | None:
    for day, peak in sorted(peaks.items()):
        limit = limit_on(ruleset, account, RATE, day)
        if limit is not None and peak >= limit:
            return day
    return None


def _rose_on(tiers: Sequence[tuple[int, int]]) -> date | None:
    for (_, before), (at, after) in pairwise(tiers):
        if after > before:
            return from_micros(at).date()
    return None
