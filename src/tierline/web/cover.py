"""The people of accounts: whose engineers and pods there are, and when none of them would be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.actions.routing_plans import DAYS_AHEAD
from tierline.bootstrap.cover import gaps_ahead
from tierline.queries.actors import users_named
from tierline.routing.cover import gap_words
from tierline.web.shell import Visit, shown_to
from tierline.web.written_hours import hours_text

if TYPE_CHECKING:
    from starlette.responses import Response

    from tierline.queries.actors import NamedUser
    from tierline.routing.need import AccountNeed
    from tierline.store.records import Reads

PATH = "/agents/cover"
_SHOWN_GAPS = 100


@shown_to(Permission.work_cases)
def cover_page(visit: Visit) -> Response:
    """Every account that has people of its own, and what it lacks of them."""

    def work(reads: Reads) -> dict[str, Any]:
        needs = reads.routing.needs_with_people()
        users = {user for need in needs for user in need.engineers | need.deputies}
        return {
            "needs": needs,
            "users": users_named(reads.snapshot, users),
            "accounts": reads.accounts.of_ids([need.account for need in needs]),
            "gaps": gaps_ahead(visit.application, reads, visit.now),
        }

    found = visit.application.read(work)
    names = {each: account.name for each, account in found["accounts"].items()}
    gaps = found["gaps"]
    lacking = {gap.account for gap in gaps}
    return visit.page(
        "pages/cover.html",
        rows=[
            {**_row(need, found["users"]), "name": names[need.account],
             "is_lacking": need.account in lacking}
            for need in found["needs"]
        ],
        gaps=[
            {"of": gap, "name": names[gap.account], "words": gap_words(gap)}
            for gap in gaps[:_SHOWN_GAPS]
        ],
        more=max(0, len(gaps) - _SHOWN_GAPS),
        days=DAYS_AHEAD,
        may_lead=visit.caller.may(Permission.manage_desk),
    )  # fmt: skip


def _row(need: AccountNeed, users: dict[str, NamedUser]) -> dict[str, Any]:
    def named(ids: frozenset[str]) -> list[str]:
        return sorted(users[user].name for user in ids if user in users)

    people = named(need.engineers)
    if need.pod:
        people.append(f"the pod {need.pod}")
    cover = need.cover
    return {
        "account": need.account,
        "people": people,
        "deputies": named(need.deputies),
        "cover": "" if cover is None else hours_text(cover) or "At any hour",
        "zone": "" if cover is None or cover.always_open else cover.time_zone,
    }


ROUTES = [Route(PATH, cover_page, methods=["GET"])]
