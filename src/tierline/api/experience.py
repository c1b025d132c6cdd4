"""What was promised beside how it was found, over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.api.adherence import AsOf, IntervalAnswer, Since, Until, interval_answer
from tierline.api.answers import Page, TypedDict, said
from tierline.api.callers import may
from tierline.api.inputs import listed
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.queries.adherence import desk_adherence, stretch
from tierline.queries.experience import experience_by_tier
from tierline.scorecards.experience import Scores, Share, TierExperience, opposing

if TYPE_CHECKING:
    from tierline.store.records import Reads

router = Routes(prefix="/v1/reports/experience", tags=["cases"])
Lead = Annotated[Caller, Depends(may(Permission.manage_desk))]


class ShareAnswer(TypedDict):
    """So many of so many."""

    count: Annotated[int, said("How many.")]
    of: Annotated[int, said("n: of how many; under 8 it is weak evidence.")]
    share: Annotated[float | None, said("The one of the other; null: of none.")]
    interval: Annotated[IntervalAnswer | None, said("95% interval of the share.")]
    is_weak: Annotated[bool, said("Of fewer than 8.")]


class ScoresAnswer(TypedDict):
    """Ratings from 1 to 5."""

    of: Annotated[int, said("n: how many customers answered; under 8 it is weak evidence.")]
    mean: Annotated[float | None, said("Their mean; null: nobody answered.")]
    interval: Annotated[IntervalAnswer | None, said("95% interval of the mean.")]
    is_weak: Annotated[bool, said("Of fewer than 8.")]


class ExperienceAnswer(TypedDict):
    """One tier."""

    tier: Annotated[str, said("The tier on which cases were raised.")]
    met: Annotated[ShareAnswer, said("Milestones met of those that are decided.")]
    satisfaction: Annotated[ScoresAnswer, said("How customers found their cases.")]
    reopened: Annotated[ShareAnswer, said("Cases reopened of those that were resolved.")]
    without_news: Annotated[ShareAnswer, said("Updates without news of all updates.")]
    opposing: Annotated[
        list[str],
        said("What is worse than on all other tiers by more than chance, though the promises are "
             "kept: at least two of `satisfaction`, `reopened`, `empty`; else empty."),
    ]  # fmt: skip


@router.get("", summary="Adherence beside satisfaction, reopened cases and empty updates, by tier")
def read_experience(
    request: Request, caller: Lead, *, since: Since = None, until: Until = None, as_of: AsOf = None
) -> Page[ExperienceAnswer]:
    """Of the cases opened in that time."""
    application = application_of(request)
    during = stretch(application.now(), since, until, as_of)

    def work(reads: Reads) -> tuple[TierExperience, ...]:
        desk = desk_adherence(reads.snapshot, during, accounts=caller.visible_accounts)
        return experience_by_tier(reads.snapshot, desk, during)

    rows = application.read(work)
    against = opposing(rows)
    found: list[ExperienceAnswer] = [
        {
            "tier": each.tier,
            "met": share_answer(each.met),
            "satisfaction": _scores(each.scores),
            "reopened": share_answer(each.reopened),
            "without_news": share_answer(each.empty),
            "opposing": list(against.get(each.tier, ())),
        }
        for each in rows
    ]
    return listed(found, None)


def share_answer(row: Share) -> ShareAnswer:
    """A share with its n and interval."""
    return {
        "count": row.hits,
        "of": row.total,
        "share": row.share,
        "interval": interval_answer(row.interval),
        "is_weak": row.is_weak,
    }


def _scores(row: Scores) -> ScoresAnswer:
    return {
        "of": row.total,
        "mean": row.mean,
        "interval": interval_answer(row.interval),
        "is_weak": row.is_weak,
    }
