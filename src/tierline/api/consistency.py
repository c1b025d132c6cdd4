"""Whether customers of one tier are served alike, over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.api.adherence import AsOf, Since, Until
from tierline.api.answers import AccountId, Page, TypedDict, said
from tierline.api.callers import may
from tierline.api.inputs import listed
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.queries.adherence import stretch
from tierline.queries.consistency import consistency_report
from tierline.scorecards.consistency import PERMUTATIONS, SEED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tierline.scorecards.consistency import Consistency, CustomerServed

router = Routes(prefix="/v1/reports/consistency", tags=["cases"])
Lead = Annotated[Caller, Depends(may(Permission.manage_desk))]


class PartAnswer(TypedDict):
    """What goes with something."""

    by: Annotated[str, said("`agent`, `region`, `channel`, or `customer` beyond those.")]
    share: Annotated[float, said("Of all variance; with `rest` they sum to 1.")]
    by_chance: Annotated[float, said("The mean of it where cases are permuted.")]
    p: Annotated[float, said("How often it is as large then.")]


class CustomerServedAnswer(TypedDict):
    """A customer of the tier with eight cases or more."""

    account: AccountId
    name: Annotated[str, said("What the account is called.")]
    cases: Annotated[int, said("n: cases with a milestone that was decided.")]
    difference: Annotated[float, said("Part of the allowed time used more than by its like.")]
    p: Annotated[float, said("How often any customer of the tier is as far off by chance.")]
    is_outlier: Annotated[bool, said("Whether p is under 0.05.")]


class ConsistencyAnswer(TypedDict):
    """A tier."""

    tier: Annotated[str, said("The tier.")]
    cases: Annotated[int, said("Cases with a milestone that was decided.")]
    accounts: Annotated[int, said("Of so many customers.")]
    parts: Annotated[list[PartAnswer], said("What the variance of the difference goes with.")]
    rest: Annotated[float, said("The share of it that goes with none of these.")]
    over_served: Annotated[list[CustomerServedAnswer], said("Outliers, the fastest first.")]
    under_served: Annotated[list[CustomerServedAnswer], said("Outliers, the slowest first.")]
    customers: Annotated[list[CustomerServedAnswer], said("All, the fastest first.")]
    permutations: Annotated[int, said("So many were made.")]
    seed: Annotated[int, said("From this one, by PCG64.")]


@router.get("", summary="Whether customers of one tier are served alike")
def read_consistency(
    request: Request,
    caller: Lead,
    since: Since = None,
    until: Until = None,
    as_of: AsOf = None,
) -> Page[ConsistencyAnswer]:
    """Of the cases opened in that time with a milestone that was decided, by tier."""
    application = application_of(request)
    during = stretch(application.now(), since, until, as_of)
    found = application.read(
        lambda reads: consistency_report(reads.snapshot, during, accounts=caller.visible_accounts)
    )
    return listed([_answer(each, found.names) for each in found.tiers], None)


def _answer(tier: Consistency, names: Mapping[str, str]) -> ConsistencyAnswer:
    def listed_ones(some: tuple[CustomerServed, ...]) -> list[CustomerServedAnswer]:
        return [_customer(each, names) for each in some]

    return {
        "tier": tier.tier,
        "cases": tier.cases,
        "accounts": tier.accounts,
        "parts": [
            {"by": each.by, "share": each.share, "by_chance": each.by_chance, "p": each.p}
            for each in tier.parts
        ],
        "rest": tier.rest,
        "over_served": listed_ones(tier.over_served),
        "under_served": listed_ones(tier.under_served),
        "customers": listed_ones(tier.customers),
        "permutations": PERMUTATIONS,
        "seed": SEED,
    }


def _customer(each: CustomerServed, names: Mapping[str, str]) -> CustomerServedAnswer:
    return {
        "account": each.account,
        "name": names.get(each.account, ""),
        "cases": each.cases,
        "difference": each.difference,
        "p": each.p,
        "is_outlier": each.is_outlier,
    }
