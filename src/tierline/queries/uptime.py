"""Uptime of a reader, of every region, and against what every account is promised."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from tierline.actions.components import reader_of
from tierline.calendars.local_time import zone_named
from tierline.calendars.months import month_after, month_stated
from tierline.kernel.instants import from_micros
from tierline.queries.status import INCIDENTS_LIMIT_COUNT
from tierline.status.budget import BudgetState
from tierline.status.commitment import UptimePromises
from tierline.status.document import measured
from tierline.status.scope import PUBLIC, Reader, of_region
from tierline.status.seen import MONTHS, Seen, midnight
from tierline.status.uptime_document import promised
from tierline.status.uptime_view import budgets_in, uptime_view
from tierline.store.accounts import account_table
from tierline.store.incidents import incident_table

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from tierline.accounts.account import Account
    from tierline.status.budget import Budget
    from tierline.status.component import Component
    from tierline.status.uptime import Uptime
    from tierline.status.uptime_view import UptimeView
    from tierline.store.records import Reads

BUDGETS_LIMIT_ROWS = 1_000
_incident = incident_table.c


@dataclass(frozen=True, slots=True)
class RegionUptime:
    """What every account of a region had in a month, in UTC."""

    region: str
    accounts: int
    uptime: Uptime


@dataclass(frozen=True, slots=True)
class AccountBudget:
    """A commitment to an account, on one component."""

    account: Account
    component: Component
    budget: Budget


@dataclass(frozen=True, slots=True, kw_only=True)
class UptimeOfAll:
    """A month: what everybody reads, what each region had, and every commitment, those with the
    least left first."""

    first: date
    public: Uptime
    regions: tuple[RegionUptime, ...]
    budgets: tuple[AccountBudget, ...]


def uptime_of(
    reads: Reads, reader: Reader, now: datetime, until: str = "", *, with_promises: bool = True
) -> UptimeView:
    """The twelve months that end with `until` (`2025-12`), or with the present one. Of a customer
    what is public stands beside it, and what is promised to them. Raises Invalid."""
    last = month_stated(until)
    seen = _seen_by(reads, last or now.date(), now)
    own = seen(reader)
    if reader.account is None:
        return uptime_view(own, None, None, last)
    contracts = reads.contracts.of_account(reader.account) if with_promises else ()
    promises = UptimePromises(contracts)
    return uptime_view(own, seen(PUBLIC), promises, last)


def uptime_of_all(reads: Reads, now: datetime, month: str = "") -> UptimeOfAll:
    """A month for us: by region, and against what everybody was promised. Raises Invalid."""
    stated = month_stated(month)
    seen = _seen_by(reads, stated or now.date(), now)
    public = seen(PUBLIC)
    first = min(stated or public.month, public.month)
    return UptimeOfAll(
        first=first,
        public=public.uptime(public.stretch(first, month_after(first))),
        regions=_by_region(reads, seen, first),
        budgets=_budgets(reads, seen, first),
    )


def public_uptime(reads: Reads, now: datetime, month: date) -> Uptime:
    """What everybody reads of a month, by its first day."""
    public = _seen_by(reads, month, now)(PUBLIC)
    return public.uptime(public.stretch(month, month_after(month)))


def uptime_by_region(
    reads: Reads, now: datetime, month: date
) -> tuple[Uptime, tuple[RegionUptime, ...]]:
    """What everybody reads of a month, and what each region had."""
    seen = _seen_by(reads, month, now)
    public = seen(PUBLIC)
    during = public.stretch(month, month_after(month))
    return public.uptime(during), _by_region(reads, seen, month)


def uptime_of_all_document(found: UptimeOfAll) -> dict[str, Any]:
    """The same as JSON values."""
    return {
        "month": f"{found.first:%Y-%m}",
        "public": measured(found.public),
        "regions": [
            {"region": each.region, "accounts": each.accounts, **measured(each.uptime)}
            for each in found.regions
        ],
        "states": {
            state.value: sum(each.budget.state is state for each in found.budgets)
            for state in BudgetState
        },
        "commitments": [
            {
                "account": each.account.id,
                "name": each.account.name,
                "component": each.component.name,
                **promised(each.budget),
            }
            for each in found.budgets[:BUDGETS_LIMIT_ROWS]
        ],
    }


def _seen_by(reads: Reads, last: date, now: datetime) -> Callable[[Reader], Seen]:
    """What readers see, from what is read once: enough for twelve months, and for the year in which
    the first of them lies. Readers who see the same things share them."""
    earliest = date(month_after(last.replace(day=1), 1 - MONTHS).year - 1, 12, 1)
    components = reads.components.all()
    chosen = (
        sa.select(incident_table)
        .where(
            _incident.ended_at >= from_micros(midnight(earliest, zone_named("UTC"))),
            _incident.published_at.is_not(None),
        )
        .order_by(_incident.ended_at.desc(), _incident.id.desc())
        .limit(INCIDENTS_LIMIT_COUNT)
    )
    incidents = reads.incidents.chosen(chosen)
    scopes = [*(each.scope for each in components), *(each.scope for each in incidents)]
    named = {account for scope in scopes for account in scope.accounts}
    known: dict[Reader, Seen] = {}

    def seen(reader: Reader) -> Seen:
        shared = reader
        if reader.account is not None and reader.account not in named:
            shared = Reader("", reader.region, reader.time_zone)
        if shared not in known:
            known[shared] = Seen(components, incidents, shared, now)
        return known[shared]

    return seen


def _by_region(
    reads: Reads, seen: Callable[[Reader], Seen], first: date
) -> tuple[RegionUptime, ...]:
    during = seen(PUBLIC).stretch(first, month_after(first))
    return tuple(
        RegionUptime(region, count, seen(of_region(region)).uptime(during))
        for region, count in _regions(reads)
    )


def _regions(reads: Reads) -> list[tuple[str, int]]:
    column = account_table.c.region
    counted = sa.func.count().label("accounts")
    chosen = sa.select(column, counted).where(column.is_not(None), column != "")
    rows = reads.snapshot.execute(chosen.group_by(column).order_by(column)).all()
    return [(row.region, row.accounts) for row in rows]


def _budgets(
    reads: Reads, seen: Callable[[Reader], Seen], first: date
) -> tuple[AccountBudget, ...]:
    contracts = reads.contracts.all()
    accounts = reads.accounts.of_ids(sorted(contracts))
    found = [
        AccountBudget(account, component, budget)
        for id_, account in accounts.items()
        for component, budget in budgets_in(
            seen(reader_of(account)), UptimePromises(contracts[id_]), first
        )[0]
    ]
    return tuple(sorted(found, key=lambda each: (each.budget.left_us, each.account.name,
                                                 each.component.place)))  # fmt: skip
