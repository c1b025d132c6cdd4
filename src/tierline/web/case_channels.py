"""By which channels cases come, and how many out of plan: a page for those who lead."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.cases.channel import ChannelAccess
from tierline.queries.case_channels import channel_use
from tierline.web.case_page import CHANNELS
from tierline.web.offered import tiers_offered
from tierline.web.shell import Visit, shown_to

if TYPE_CHECKING:
    from starlette.responses import Response

PATH = "/cases/channels"
_DAYS = 90


@shown_to(Permission.work_cases)
def channels_page(visit: Visit) -> Response:
    """The last 90 days, what came most out of plan first."""
    since = visit.now - timedelta(days=_DAYS)
    uses, tiers = visit.application.read(
        lambda reads: (
            channel_use(reads.snapshot, since=since, accounts=visit.caller.visible_accounts),
            tiers_offered(reads),
        )
    )
    return visit.page(
        "pages/case_channels.html",
        uses=[
            {
                "use": use,
                "tier": tiers.get(use.tier, use.tier),
                "safety": use.cases.get(ChannelAccess.safety, 0),
                "helped_once": use.cases.get(ChannelAccess.helped_once, 0),
                "exception": use.cases.get(ChannelAccess.exception, 0),
            }
            for use in uses
        ],
        names=CHANNELS,
        since=since,
        days=_DAYS,
        total=sum(use.total for use in uses),
        out_of_plan=sum(use.out_of_plan for use in uses),
    )


ROUTES = [Route(PATH, channels_page, methods=["GET"])]
