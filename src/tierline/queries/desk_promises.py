"""Promises kept over the whole desk: by account and tier, each account in the months of its own
calendar, so that its figure is the one that it reads itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from tierline.calendars.months import month_after
from tierline.queries.adherence import desk_adherence
from tierline.queries.attainment import months_until
from tierline.queries.promises_kept import Window, promises_kept
from tierline.scorecards.desk import Stretch
from tierline.scorecards.promises_kept import PromiseKept, Score, score_of, scores_by
from tierline.store.accounts import account_table

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date, datetime

    from tierline.store.records import Reads

_account = account_table.c


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountKept:
    """What came of all that was promised to an account on a tier."""

    account: str
    name: str
    tier: str
    score: Score


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskPromises:
    """The twelve months from the first to the last (their first days); `accounts` with the smallest
    share kept first; `names` of tiers."""

    first: date
    last: date
    overall: Score
    tiers: tuple[tuple[str, Score], ...]
    accounts: tuple[AccountKept, ...]
    names: Mapping[str, str]


def desk_promises(
    reads: Reads, now: datetime, last_month: str = "", accounts: Collection[str] | None = None
) -> DeskPromises:
    """Of all accounts, or some. Raises Invalid for what is no month."""
    known = _accounts(reads, accounts)
    first, until, _ = months_until("UTC", now, last_month)
    zones = {zone for _, zone in known.values()}
    months = {zone: months_until(zone, now, last_month)[2] for zone in zones}
    windows = {id_: months[zone] for id_, (_, zone) in known.items()}
    desk = desk_adherence(reads.snapshot, _around(windows, now), accounts=accounts)
    rows = promises_kept(reads, desk, windows, now).rows
    by_account = scores_by(rows, lambda row: (row.account, row.tier))
    found = [
        AccountKept(account=account, name=known[account][0], tier=tier, score=score)
        for (account, tier), score in by_account.items()
    ]
    return DeskPromises(
        first=first,
        last=month_after(until, -1),
        overall=score_of(rows),
        tiers=tuple(sorted(scores_by(rows, _tier).items())),
        accounts=tuple(sorted(found, key=_worst_first)),
        names=desk.adherence.names,
    )


def _accounts(reads: Reads, accounts: Collection[str] | None) -> dict[str, tuple[str, str]]:
    """Names and time zones by id."""
    chosen = sa.select(_account.id, _account.name, _account.time_zone)
    if accounts is not None:
        chosen = chosen.where(_account.id.in_(sorted(accounts)))
    return {row.id: (row.name, row.time_zone) for row in reads.snapshot.execute(chosen)}


def _around(windows: Mapping[str, Window], now: datetime) -> Stretch:
    """From the first of them to the last."""
    since = min((each.since for each in windows.values()), default=now)
    until = max((each.until for each in windows.values()), default=now)
    return Stretch(since, until, now)


def _tier(row: PromiseKept) -> str:
    return row.tier


def _worst_first(each: AccountKept) -> tuple[float, int, str, str]:
    share = each.score.share
    return 2.0 if share is None else share, -each.score.missed, each.name, each.tier
