"""Attainment of one account over twelve months of its own calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import sqlalchemy as sa

from tierline.calendars.local_time import local_date, resolve_local, zone_named
from tierline.calendars.months import month_after, month_stated
from tierline.queries.adherence import desk_adherence
from tierline.queries.promises_kept import PromisesKept, Window, promises_kept
from tierline.scorecards.account_attainment import AccountAttainment, Whose, attainment_of
from tierline.scorecards.desk import Stretch
from tierline.store.cases import case_table

if TYPE_CHECKING:
    from datetime import datetime

    from tierline.accounts.account import Account
    from tierline.store.records import Reads
    from tierline.store.unit_of_work import Snapshot

MONTHS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class AttainedYear:
    """Twelve months of an account, from the day `first` to before `until`. `last` is the first day
    of the newest month with a case up to their end, wherever it lies; None where there is none."""

    attained: AccountAttainment
    first: date
    until: date
    last: date | None

    def file_name(self, what: str) -> str:
        """What a file of it is called: `attainment-2025-01-2025-12`."""
        return f"{what}-{self.first:%Y-%m}-{month_after(self.until, -1):%Y-%m}"


def months_until(time_zone: str, now: datetime, last_month: str = "") -> tuple[date, date, Window]:
    """The first days of the twelve months of a calendar that end with `last_month` (`2025-12`), or
    with the present one, and of the month after them; and from when until when they are, as far as
    they are over. Raises Invalid for what is no month."""
    zone = zone_named(time_zone)
    this = local_date(now, zone).replace(day=1)
    last = min(month_stated(last_month) or this, this)
    first, until = month_after(last, 1 - MONTHS), month_after(last, 1)
    starts, ends = (resolve_local(day, 0, zone) for day in (first, until))
    return first, until, Window(starts, min(ends, now))


def account_attainment(
    snapshot: Snapshot, account: Account, now: datetime, last_month: str = ""
) -> AttainedYear:
    """The twelve months of the account's own calendar that end with `last_month` (`2025-12`), or
    with the present one. Raises Invalid for what is no month."""
    first, until, window = months_until(account.time_zone, now, last_month)
    during, zone = Stretch(window.since, window.until, now), zone_named(account.time_zone)
    desk = desk_adherence(snapshot, during, accounts={account.id}, zone=zone)
    whose = Whose(id=account.id, name=account.name, time_zone=account.time_zone)
    return AttainedYear(
        attained=attainment_of(whose, during, desk),
        first=first,
        until=until,
        last=_last(snapshot, account, window.until),
    )


def promises_of_year(reads: Reads, year: AttainedYear) -> PromisesKept:
    """What came of every promise in the same months, those without a clock among them."""
    found = year.attained
    window = Window(found.during.since, found.during.until)
    return promises_kept(reads, found.desk, {found.account.id: window}, found.during.as_of)


def _last(snapshot: Snapshot, account: Account, before: datetime) -> date | None:
    """The newest month with a case that was raised before then."""
    case = case_table.c
    newest = sa.select(sa.func.max(case.opened_at)).where(
        case.account_id == account.id, case.opened_at < before
    )
    at = snapshot.execute(newest).scalar()
    return None if at is None else local_date(at, zone_named(account.time_zone)).replace(day=1)
