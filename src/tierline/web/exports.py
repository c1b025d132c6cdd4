"""Lists to download: the accounts, and what one of them is entitled to."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.calendars.local_time import zone_named
from tierline.kernel.instants import format_instant, format_micros, to_micros
from tierline.queries.account_entitlements import account_entitlements
from tierline.queries.account_summaries import account_summaries
from tierline.queries.accounts import accounts_by_name
from tierline.web.forms import csv_file
from tierline.web.layers import EntitlementRow, entitlement_rows
from tierline.web.shell import Visit, shown_to
from tierline.web.whose import account_of_path

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.responses import Response

    from tierline.accounts.account import Account
    from tierline.queries.account_entitlements import AccountEntitlements
    from tierline.queries.account_summaries import AccountSummary
    from tierline.store.records import Reads

AT_ONCE = 1_000
"""Accounts that are read by one query."""
_ACCOUNT_HEAD = (
    "account", "name", "tier", "coverage", "payment", "contract_ends", "catalog_version",
    "region", "segment", "time_zone",
)  # fmt: skip
_ENTITLEMENT_HEAD = (
    "key", "name", "holds", "is_included", "won_by", "promise", "catalog_version", "from", "until",
    "other_layers",
)  # fmt: skip


@shown_to(Permission.export_records)
def accounts_file(visit: Visit) -> Response:
    """Every account with how it stands now; those whose name holds `?search=`."""
    search, at = visit.asked("search"), to_micros(visit.now)

    def work(reads: Reads) -> list[tuple[object, ...]]:
        rows: list[tuple[object, ...]] = []
        after: str | None = None
        while True:
            page = accounts_by_name(
                reads.snapshot,
                after=after,
                limit=AT_ONCE,
                among=visit.caller.visible_accounts,
                search=search,
            )
            rows += (_account_row(each) for each in account_summaries(reads, page.items, at))
            after = page.next
            if after is None:
                return rows

    name = f"accounts-{visit.now.date().isoformat()}.csv"
    return csv_file(name, _ACCOUNT_HEAD, visit.application.read(work))


@shown_to(Permission.read_accounts)
def entitlements_file(visit: Visit) -> Response:
    """Every entitlement and target of an account, now or `?at=`, with the layer that won."""
    id_ = account_of_path(visit, Permission.read_accounts)
    instant = visit.instant() or visit.now
    at = to_micros(instant)

    def work(reads: Reads) -> tuple[Account, AccountEntitlements]:
        return reads.accounts.get(id_), account_entitlements(reads, id_, at)

    account, found = visit.application.read(work)
    zone = zone_named(account.time_zone)
    rows = chain.from_iterable(
        entitlement_rows(found, zone, targets=targets) for targets in (False, True)
    )
    name = f"entitlements-{id_}-{instant.date().isoformat()}.csv"
    return csv_file(name, _ENTITLEMENT_HEAD, map(_entitlement_row, rows))


def _account_row(summary: AccountSummary) -> tuple[object, ...]:
    account = summary.account
    return (
        account.id,
        account.name,
        summary.tier,
        summary.coverage.value,
        None if summary.payment is None else summary.payment.value,
        None if summary.end is None else format_micros(summary.end),
        summary.version,
        account.region,
        account.segment,
        account.time_zone,
    )


def _entitlement_row(row: EntitlementRow) -> tuple[object, ...]:
    """With the layer that won; the others by name."""
    won = next((layer for layer in row.layers if layer.part == "Won"), None)
    others = [layer for layer in row.layers if layer is not won]
    return (
        row.key,
        row.name,
        row.words,
        "yes" if row.is_included else "no",
        row.winner,
        won and won.promise_id,
        won and won.version,
        won and _instant(won.start),
        won and _instant(won.end),
        "; ".join(f"{layer.name} ({layer.part.lower()})" for layer in others),
    )


def _instant(value: datetime | None) -> str | None:
    return None if value is None else format_instant(value)


ROUTES = [
    Route("/accounts.csv", accounts_file, methods=["GET"]),
    Route("/accounts/{account}/entitlements.csv", entitlements_file, methods=["GET"]),
]
