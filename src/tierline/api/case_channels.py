"""By which channels cases come, over HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import Depends, Query, Request

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.api.answers import Page, TypedDict, said, word_of
from tierline.api.callers import may
from tierline.api.inputs import Instant, listed
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.cases.channel import Channel, ChannelAccess
from tierline.queries.case_channels import ChannelUse, channel_use

router = Routes(tags=["cases"])
Reader = Annotated[Caller, Depends(may(Permission.read_cases))]
_DAYS = timedelta(days=90)


class ChannelUseAnswer(TypedDict):
    """Cases of a tier by one channel."""

    tier: Annotated[str, said("The tier; empty where nothing was promised.")]
    channel: Annotated[str, word_of(Channel, "The way in.")]
    cases: Annotated[int, said("All of them.")]
    included: Annotated[int, said("The plan includes the channel, or says nothing of channels.")]
    safety: Annotated[int, said("Not included, never refused: the worst severity, an outage.")]
    helped_once: Annotated[int, said("Not included: the first time, which is helped.")]
    exception: Annotated[int, said("Not included, and helped again.")]
    refused: Annotated[int, said("Contacts that were refused, which are no cases.")]


@router.get("/v1/case-channels", summary="By which channels cases come, and how many out of plan")
def list_channels(
    request: Request,
    caller: Reader,
    since: Annotated[Instant | None, Query(description="Absent: 90 days ago.")] = None,
    until: Annotated[Instant | None, Query(description="Absent: now.")] = None,
) -> Page[ChannelUseAnswer]:
    """Cases opened from `since` to before `until`, by tier and channel: what came most out of plan
    stands first."""
    application = application_of(request)
    start = since or (until or application.now()) - _DAYS
    found = application.read(
        lambda reads: channel_use(
            reads.snapshot, since=start, until=until, accounts=caller.visible_accounts
        )
    )
    return listed([_told(each) for each in found], None)


def _told(use: ChannelUse) -> ChannelUseAnswer:
    counts = use.cases
    fine = counts.get(ChannelAccess.included, 0) + counts.get(ChannelAccess.no_plan, 0)
    return {
        "tier": use.tier,
        "channel": use.channel.value,
        "cases": use.total,
        "included": fine,
        "safety": counts.get(ChannelAccess.safety, 0),
        "helped_once": counts.get(ChannelAccess.helped_once, 0),
        "exception": counts.get(ChannelAccess.exception, 0),
        "refused": use.refused,
    }
