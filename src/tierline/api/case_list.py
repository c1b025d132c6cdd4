"""The list of cases over HTTP: what is due first, narrowed down, or as a saved view says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Query, Request

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.actions.saved_views import seen_view
from tierline.api.answers import Page, said
from tierline.api.breach_risk import ProbabilityAnswer, probability_answer
from tierline.api.callers import account_for, may
from tierline.api.case_answers import CaseRowAnswer
from tierline.api.inputs import DEFAULT_LIMIT, After, Limit, Word, listed, shown
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.cases.channel import Channel
from tierline.cases.saved_view import CaseFilter
from tierline.cases.standing import CaseState
from tierline.kernel.errors import Fault, Invalid, NotFound
from tierline.queries.at_risk import AtRisk, listed_cases
from tierline.queries.routing import (
    CaseView,
    both,
    condition_of,
    narrowed_to,
    numbered,
    reasons_of,
    states_of,
)

if TYPE_CHECKING:
    from tierline.queries import cases as queries
    from tierline.scorecards.breach_risk import Likelihood
    from tierline.store.records import Reads

router = Routes(tags=["cases"])
Reader = Annotated[Caller, Depends(may(Permission.read_cases))]
MOST_KEYS = 20


class ListedCaseAnswer(CaseRowAnswer):
    """A case in the list; of the view `at-risk` with how likely it is to be late, and why."""

    breach_probability: Annotated[
        ProbabilityAnswer | None,
        said("Of its next miss; null: too few like it, something is missed already, another view."),
    ]
    at_risk_because: Annotated[
        str | None, said("What most stands in the way of being in time; null: another view.")
    ]


@router.get("/v1/cases", summary="Cases, by when something is due")
def list_cases(
    request: Request,
    caller: Reader,
    *,
    account: Annotated[str | None, Query(max_length=200, description="Of this account.")] = None,
    state: Annotated[
        CaseState | None, Query(description="In this state; absent: all that have not ended.")
    ] = None,
    number: Annotated[
        int | None,
        Query(ge=1, le=10**9, description="The one that people call so, whatever its state."),
    ] = None,
    severity: Annotated[
        tuple[Word, ...], Query(max_length=MOST_KEYS, description="Of one of these severities.")
    ] = (),
    tier: Annotated[
        tuple[Word, ...], Query(max_length=MOST_KEYS, description="Held to one of these tiers.")
    ] = (),
    channel: Annotated[
        tuple[Channel, ...], Query(max_length=MOST_KEYS, description="By one of these ways in.")
    ] = (),
    view: Annotated[CaseView | None, Query(description="Only those; for our own people.")] = None,
    saved: Annotated[
        str | None, Query(max_length=200, description="A saved view; for our own people.")
    ] = None,
    after: After = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[ListedCaseAnswer]:
    """What is due first, or was, stands first; of the view `at-risk` what is missed already, then
    what is likeliest to be."""
    application = application_of(request)
    accounts = caller.visible_accounts
    if account is not None:
        accounts = frozenset({account_for(application, caller, account, Permission.read_cases)})
    if view is not None or saved is not None:
        caller.require(Permission.work_cases)
    now, is_at_risk = application.now(), view is CaseView.at_risk
    asked = CaseFilter(severities=severity, tiers=tier, channels=channel)
    narrowed = None if view is None else narrowed_to(view, caller.id, now)
    for condition in (condition_of(asked, caller.id, now), numbered(number)):
        narrowed = both(narrowed, condition)
    risk = application.breach_risks.of(now) if is_at_risk and caller.accounts is None else None

    def work(reads: Reads) -> tuple[AtRisk, dict[str, str]]:
        chosen = None if saved is None else _filter_of(reads, saved, caller)
        found = listed_cases(
            reads, risk, now, accounts=accounts, state=state,
            states=tuple(CaseState) if number else states_of(view, chosen),
            narrowed=both(narrowed, condition_of(chosen, caller.id, now)), after=after, limit=limit,
        )  # fmt: skip
        if not is_at_risk:
            return found, {}
        return found, reasons_of(reads.snapshot, found.page.items, found.likelihoods, now)

    found, reasons = application.read(work)
    likely = found.likelihoods
    rows = [_listed(row, likely.get(row.id), reasons.get(row.id)) for row in found.page.items]
    return listed(rows, found.page.next)


def _filter_of(reads: Reads, saved: str, caller: Caller) -> CaseFilter:
    """The filter of a saved view that the caller sees. Raises Invalid."""
    try:
        return seen_view(reads, saved, caller.id).filter
    except NotFound as error:
        fault = Fault("unknown_view", error.message, "saved", "GET /v1/case-views lists them.")
        raise Invalid("There is no such list of cases.", [fault]) from None


def _listed(
    row: queries.CaseRow, likely: Likelihood | None, because: str | None
) -> ListedCaseAnswer:
    return {
        "id": row.id,
        "number": row.number,
        "account": row.account,
        "subject": row.subject,
        "channel": row.channel,
        "access": row.access,
        "coverage": row.coverage,
        "tier": row.tier,
        "state": row.state.value,
        "severity": row.severity,
        "opened_at": shown(row.opened_at),
        "next_due_at": shown(row.next_due_at),
        "breach_probability": None if likely is None else probability_answer(likely),
        "at_risk_because": because,
    }
