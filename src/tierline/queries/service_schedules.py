"""Service schedules as pages and programs ask for them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from tierline.accounts.agreed import Agreed, agreed_at, instant_in
from tierline.accounts.service_schedule import Beside, service_schedule
from tierline.accounts.service_schedule_difference import schedule_difference
from tierline.accounts.service_schedule_document import (
    CareDate,
    ScheduleContact,
    ScheduleDifference,
    ServiceSchedule,
)
from tierline.care.schedule import promised_between
from tierline.kernel.instants import from_micros, to_micros

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tierline.accounts.account import Account
    from tierline.accounts.contract import Contract
    from tierline.store.records import Reads

CARE_AHEAD = timedelta(days=366)
_LAST_DATED = to_micros(datetime(9990, 1, 1, tzinfo=UTC))
"""Beyond it a year ahead, or the cycle around it, has no date."""
CARE_LIMIT_DATES = 120
"""A call in each week of a year, twice over."""


def schedule_of(
    reads: Reads,
    contract: Contract,
    *,
    now: datetime,
    at: datetime | None = None,
    with_contacts: bool = False,
) -> ServiceSchedule:
    """The schedule of a contract at an instant, else as it is now. Raises Invalid where the
    contract does not hold then."""
    return _side(reads, contract, now=now, at=at, with_contacts=with_contacts)[1]


def schedules_compared(
    reads: Reads,
    contracts: tuple[Contract, Contract],
    *,
    now: datetime,
    at: tuple[datetime | None, datetime | None],
) -> ScheduleDifference:
    """What the schedules of two contracts (or of one, twice) say differently at these instants."""
    old, new = (
        _side(reads, contract, now=now, at=instant)
        for contract, instant in zip(contracts, at, strict=True)
    )
    return schedule_difference(old, new)


def _side(
    reads: Reads,
    contract: Contract,
    *,
    now: datetime,
    at: datetime | None,
    with_contacts: bool = False,
) -> tuple[Agreed, ServiceSchedule]:
    stated = None if at is None else to_micros(at)
    instant = instant_in(contract, to_micros(now), stated)
    plan = contract.plan_at(instant)
    catalog = reads.catalogs.get(plan.catalog, plan.version.isoformat())
    agreed = agreed_at(contract, catalog, instant)
    account = reads.accounts.get(contract.account)
    beside = Beside(
        account=account,
        care=tuple(_care(contract, instant)),
        contacts=tuple(_contacts(reads, account, instant)) if with_contacts else None,
    )
    return agreed, service_schedule(agreed, beside)


def _care(contract: Contract, at: int) -> Iterator[CareDate]:
    if at >= _LAST_DATED:
        return
    until = to_micros(from_micros(at) + CARE_AHEAD)
    dated = sorted(promised_between(contract, at, until), key=lambda each: (each.until, each.key))
    for promised in dated[:CARE_LIMIT_DATES]:
        yield CareDate(
            due_on=promised.key.due_on.isoformat(),
            what=promised.what,
            is_on_site=promised.is_on_site,
            promise_id=promised.promise_id,
        )


def _contacts(reads: Reads, account: Account, at: int) -> Iterator[ScheduleContact]:
    """Who holds a role at that instant, by name."""
    there = [
        (contact.person, contact.roles_at(at))
        for contact in reads.contacts.of_accounts([account.id]).get(account.id, ())
        if contact.person is not None
        and contact.roles_at(at)
        and (contact.removed_at is None or at < contact.removed_at)
    ]
    for person, roles in sorted(there, key=lambda pair: pair[0].name.casefold()):
        words = tuple(sorted(role.words for role in roles))
        yield ScheduleContact(name=person.name, email=person.email or "", roles=words)
