"""What was promised beside how it was found: a page for those who lead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.queries.adherence import desk_adherence
from tierline.queries.experience import experience_by_tier
from tierline.scorecards.experience import TierExperience, opposing
from tierline.scorecards.intervals import WEAK_BELOW
from tierline.web import replay_words as words
from tierline.web.shell import Visit, shown_to
from tierline.web.stretches import asked_stretch, stated_stretch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response

    from tierline.store.records import Reads

PATH = "/adherence/experience"
_WORSE = {
    "satisfaction": "satisfaction",
    "reopened": "cases that come back",
    "empty": "updates without news",
}


@shown_to(Permission.manage_desk)
def experience_page(visit: Visit) -> Response:
    """Of the cases that were raised from `?since=` until before `?until=`, as of `?at=`."""
    during = asked_stretch(visit)
    accounts = visit.caller.visible_accounts

    def work(reads: Reads) -> tuple[tuple[TierExperience, ...], Mapping[str, str]]:
        desk = desk_adherence(reads.snapshot, during, accounts=accounts)
        return experience_by_tier(reads.snapshot, desk, during), desk.adherence.names

    rows, names = visit.application.read(work)
    against = opposing(rows)
    return visit.page(
        "pages/experience.html",
        during=during,
        stated=stated_stretch(visit),
        rows=[
            {
                "row": each,
                "name": names.get(each.tier, each.tier),
                "worse": [_WORSE[word] for word in against.get(each.tier, ())],
            }
            for each in rows
        ],
        weak_below=WEAK_BELOW,
        words=words,
    )


ROUTES = [Route(PATH, experience_page, methods=["GET"])]
