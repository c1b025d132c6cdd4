"""Whether preventative care reduces severe cases, over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.api.adherence import AsOf, IntervalAnswer, Since, Until, interval_answer
from tierline.api.answers import AccountId, Feature, Page, TypedDict, instant, said
from tierline.api.callers import may
from tierline.api.inputs import listed, shown
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.kernel.instants import from_micros
from tierline.queries.adherence import stretch
from tierline.queries.prevention import prevention_report

if TYPE_CHECKING:
    from tierline.scorecards.prevention import Prevention, Ratio

router = Routes(prefix="/v1/reports/prevention", tags=["cases"])
Lead = Annotated[Caller, Depends(may(Permission.manage_desk))]


class ChangeAnswer(TypedDict):
    """A change against matched customers."""

    change: Annotated[float, said("-0.31: 31% fewer severe cases than without care.")]
    interval: Annotated[IntervalAnswer | None, said("95% interval of the change.")]
    is_clear: Annotated[bool, said("Whether all of it is on one side of no change.")]


class MatchedAnswer(TypedDict):
    """A customer whose care began."""

    account: AccountId
    began_at: Annotated[str, instant("When the first item was held.")]
    matches: Annotated[list[AccountId], said("Customers of the same tier without it.")]


class RatesAnswer(TypedDict):
    """A stretch of 30 days."""

    with_care: Annotated[float, said("Severe cases of a customer with care.")]
    matched: Annotated[float, said("Of a matched one.")]


class PreventionAnswer(TypedDict):
    """A kind of care."""

    feature: Feature
    severities: Annotated[list[str], said("What counts as severe.")]
    effect: Annotated[ChangeAnswer | None, said("90 days after against 90 before.")]
    trend: Annotated[
        ChangeAnswer | None, said("The later 45 days before against the earlier; clear: no effect.")
    ]
    rates: Annotated[list[RatesAnswer], said("Three stretches before care began, three after.")]
    after: Annotated[int, said("Severe cases in the 90 days after it began.")]
    avoided: Annotated[float | None, said("So many more would have come by the effect.")]
    avoided_interval: Annotated[IntervalAnswer | None, said("The same by its interval.")]
    customers: Annotated[list[MatchedAnswer], said("Who was compared.")]
    unmatched: Annotated[int, said("Customers with care who could not be compared.")]


@router.get("", summary="Whether preventative care reduces severe cases")
def read_prevention(
    request: Request,
    caller: Lead,
    since: Since = None,
    until: Until = None,
    as_of: AsOf = None,
) -> Page[PreventionAnswer]:
    """By kind of care, from the cases opened in that time."""
    del caller  # whoever leads the desk sees every account
    application = application_of(request)
    during = stretch(application.now(), since, until, as_of)
    found = application.read(lambda reads: prevention_report(reads, during))
    return listed([_answer(each, found.severities) for each in found.kinds], None)


def _answer(each: Prevention, severities: tuple[str, ...]) -> PreventionAnswer:
    return {
        "feature": each.feature,
        "severities": list(severities),
        "effect": _change(each.effect),
        "trend": _change(each.trend),
        "rates": [{"with_care": own, "matched": other} for own, other in each.rates],
        "after": each.after,
        "avoided": each.avoided_about,
        "avoided_interval": interval_answer(each.avoided),
        "customers": [
            {
                "account": one.begun.customer.account,
                "began_at": shown(from_micros(one.begun.at)),
                "matches": [other.account for other in one.matches],
            }
            for one in each.matched
        ],
        "unmatched": each.unmatched,
    }


def _change(found: Ratio | None) -> ChangeAnswer | None:
    if found is None:
        return None
    return {
        "change": found.change,
        "interval": interval_answer(found.interval),
        "is_clear": found.is_clear,
    }
