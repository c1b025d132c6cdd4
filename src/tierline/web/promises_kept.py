"""Promises kept by account and tier: a page for those who lead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.queries.desk_promises import desk_promises
from tierline.queries.promises_kept import score_fields
from tierline.web.forms import csv_file
from tierline.web.shell import Visit, shown_to

if TYPE_CHECKING:
    from starlette.responses import Response

    from tierline.queries.desk_promises import DeskPromises

PATH = "/adherence/promises"
SHOWN_ACCOUNTS = 200
_FIGURES = ("due", "kept", "missed", "over", "open", "share")


@shown_to(Permission.manage_desk)
def promises_page(visit: Visit) -> Response:
    """The twelve months that end with `?until=2025-12`, or now."""
    found = _read(visit)
    shown = found.accounts[:SHOWN_ACCOUNTS]
    return visit.page(
        "pages/promises_kept.html",
        found=found,
        until=f"{found.last:%Y-%m}",
        tiers=[(found.names.get(tier, tier), score) for tier, score in found.tiers],
        accounts=[(each, found.names.get(each.tier, each.tier)) for each in shown],
        more=len(found.accounts) - len(shown),
    )


@shown_to(Permission.manage_desk)
def promises_file(visit: Visit) -> Response:
    """The same to download, all accounts."""
    found = _read(visit)
    name = f"promises-kept-{found.first:%Y-%m}-{found.last:%Y-%m}.csv"
    return csv_file(name, ("account", "name", "tier", *_FIGURES), _rows(found))


def _rows(found: DeskPromises) -> list[list[Any]]:
    return [
        [each.account, each.name, each.tier, *score_fields(each.score).values()]
        for each in found.accounts
    ]


def _read(visit: Visit) -> DeskPromises:
    until, now, accounts = visit.asked("until", 20), visit.now, visit.caller.visible_accounts
    return visit.application.read(lambda reads: desk_promises(reads, now, until, accounts))


ROUTES = [
    Route(PATH, promises_page, methods=["GET"]),
    Route(f"{PATH}.csv", promises_file, methods=["GET"]),
]
