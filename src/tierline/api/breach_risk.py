"""How likely breaches are, and how well that was said, over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Query, Request

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.api.adherence import IntervalAnswer, interval_answer
from tierline.api.answers import TypedDict, instant, said
from tierline.api.callers import may
from tierline.api.inputs import Instant, shown
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.queries.breach_risk import backtested
from tierline.scorecards.breach_risk import AHEAD_SECONDS

if TYPE_CHECKING:
    from tierline.scorecards.breach_backtest import Alerts, Band
    from tierline.scorecards.breach_risk import Likelihood

router = Routes(prefix="/v1/reports/breach-risk", tags=["cases"])
Lead = Annotated[Caller, Depends(may(Permission.manage_desk))]
_DIGITS = 4


class ProbabilityAnswer(TypedDict):
    """How likely a miss is: the count, and what else is known of it."""

    share: Annotated[float, said("From 0 to 1; never quite either.")]
    n: Annotated[int, said("How many like it were still open at that share of their time.")]
    missed: Annotated[int, said("How many of those were missed.")]
    interval: Annotated[IntervalAnswer | None, said("95% interval of what was counted.")]
    milestone: Annotated[str, said("The kind of the milestone that is likeliest to be missed.")]
    severity: Annotated[str, said("Of what severity those were; empty: of any.")]
    tier: Annotated[str, said("Of what tier; empty: of any.")]
    because: Annotated[str, said("The count, and what signs made of it, in words.")]


class BandAnswer(TypedDict):
    """Milestones of which about the same was said."""

    low: Annotated[float, said("The probability that was said: from.")]
    high: Annotated[float, said("To.")]
    predicted: Annotated[float, said("Its mean.")]
    n: Annotated[int, said("Milestones that came into the band while they were open.")]
    missed: Annotated[int, said("How many of them were missed.")]
    observed: Annotated[float, said("The share of those.")]
    interval: Annotated[IntervalAnswer | None, said("95% interval of that share.")]
    is_true: Annotated[bool, said("Whether what was said lies in it.")]


class AlertsAnswer(TypedDict):
    """What alerts at a threshold would have come to."""

    threshold: Annotated[float, said("An alert is given from this probability on.")]
    alerts: Annotated[int, said("How many would have been given early enough.")]
    caught: Annotated[int, said("Of those, what was missed in the end.")]
    breaches: Annotated[int, said("All that was missed.")]
    share_caught: Annotated[float | None, said("Caught of all breaches.")]
    share_false: Annotated[float | None, said("Of the alerts, what was met after all.")]
    is_reached: Annotated[bool, said("Whether 80% is caught at no more than 25% false alarms.")]


class BreachRiskAnswer(TypedDict):
    """The report."""

    learned_from: Annotated[str, instant("It was learned of cases that were opened from then on.")]
    since: Annotated[str, instant("And before then; held against those from then on.")]
    until: Annotated[str, instant("And before then.")]
    ahead_seconds: Annotated[int, said("How long ahead an alert must come, in open time.")]
    milestones: Annotated[int, said("n: those that came out, and whose time is over.")]
    breaches: Annotated[int, said("How many of them were missed.")]
    unknown: Annotated[int, said("Of how many nothing was said: too few were like them.")]
    too_short: Annotated[int, said("Breaches with less time in all than an alert comes ahead.")]
    short: Annotated[int, said("Breaches with no more than twice as much time in all.")]
    bands: Annotated[list[BandAnswer], said("Whether the probabilities came true.")]
    alerts: Annotated[list[AlertsAnswer], said("By threshold.")]
    chosen: Annotated[
        AlertsAnswer | None,
        said("The threshold that was best before `since`, as it did after; null: none was good."),
    ]


@router.get("", summary="Whether probabilities of breaches came true, and what alerts catch")
def read_breach_risk(
    request: Request,
    caller: Lead,
    *,
    since: Annotated[Instant | None, Query(description="Absent: 90 days before `until`.")] = None,
    until: Annotated[Instant | None, Query(description="Before then. Absent: now.")] = None,
) -> BreachRiskAnswer:
    """What was learned of the year before `since`, held against the cases that were opened until
    `until`: no milestone is judged by itself."""
    application = application_of(request)
    now = application.now()
    accounts = caller.visible_accounts
    found = application.read(
        lambda reads: backtested(reads.snapshot, now, since, until, accounts=accounts)
    )
    result = found.result
    return {
        "learned_from": shown(found.learned_from),
        "since": shown(found.since),
        "until": shown(found.until),
        "ahead_seconds": AHEAD_SECONDS,
        "milestones": result.milestones,
        "breaches": result.breaches,
        "unknown": result.unknown,
        "too_short": result.too_short,
        "short": result.short,
        "bands": [_band(each) for each in result.bands],
        "alerts": [_alerts(each) for each in result.alerts],
        "chosen": None if result.chosen is None else _alerts(result.chosen),
    }


def probability_answer(found: Likelihood) -> ProbabilityAnswer:
    """A probability as a client gets it."""
    kind, severity, tier = found.like
    return {
        "share": round(found.share, _DIGITS),
        "n": found.open,
        "missed": found.missed,
        "interval": interval_answer(found.interval),
        "milestone": kind,
        "severity": severity,
        "tier": tier,
        "because": found.because,
    }


def _band(found: Band) -> BandAnswer:
    return {
        "low": found.low,
        "high": found.high,
        "predicted": round(found.predicted, _DIGITS),
        "n": found.open,
        "missed": found.missed,
        "observed": round(found.observed, _DIGITS),
        "interval": interval_answer(found.interval),
        "is_true": found.is_true,
    }


def _alerts(found: Alerts) -> AlertsAnswer:
    return {
        "threshold": found.threshold,
        "alerts": found.alerts,
        "caught": found.caught,
        "breaches": found.breaches,
        "share_caught": found.share_caught,
        "share_false": found.share_false,
        "is_reached": found.is_reached,
    }
