"""The activation funnel over HTTP: of each entitlement, and the customers of each step."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Depends, Query, Request

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.api.answers import AccountId, Feature, Page, TypedDict, instant, said, word_of
from tierline.api.callers import may
from tierline.api.contacts import require_staff
from tierline.api.inputs import DEFAULT_LIMIT, After, Instant, Limit, Word, listed, shown
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.kernel.instants import from_micros, to_micros
from tierline.queries.activation_funnel import activation_funnel
from tierline.queries.pages import page_by_account
from tierline.scorecards.activation_funnel import Entitlement, Funnel, Stall, Step, funnels
from tierline.scorecards.intervals import Evidence

router = Routes(prefix="/v1/reports/activation", tags=["usage"])
Reader = Annotated[Caller, Depends(may(Permission.read_usage))]
At = Annotated[Instant | None, Query(description="As of this instant; now where it is absent.")]


class WastedAnswer(TypedDict):
    """A sum of list prices."""

    currency: Annotated[str, said("The currency.")]
    amount: Annotated[str, said("A year at list price of those who never used it.")]


class FunnelAnswer(TypedDict):
    """One entitlement over all customers under contract that have it."""

    feature: Feature
    name: Annotated[str, said("Its name.")]
    entitled: Annotated[int, said("How many customers have it.")]
    activated: Annotated[int, said("How many of them ever used it.")]
    habitual: Annotated[int, said("How many use it in three of the last four stretches of time.")]
    too_new: Annotated[int, said("How many used it and have had it for less than three.")]
    stall: Annotated[str | None, word_of(Stall, "Where most stop; null: nobody does.")]
    stalled: Annotated[int, said("How many stop there.")]
    wasted: Annotated[list[WastedAnswer], said("By currency; empty: it is sold in plans only.")]
    evidence: Annotated[str, word_of(Evidence, "What is said of those who used it rests on this.")]


class ActivationAnswer(TypedDict):
    """The report."""

    at: Annotated[str, instant("As of when.")]
    entitlements: Annotated[list[FunnelAnswer], said("The most wasted value first.")]


class EntitledAnswer(TypedDict):
    """One customer of an entitlement."""

    account: AccountId
    step: Annotated[str, word_of(Step, "How far it has come.")]


@router.get("", summary="Who uses what they are entitled to")
def read_activation(request: Request, caller: Reader, *, at: At = None) -> ActivationAnswer:
    """Of every feature whose use a meter shows: entitled, activated, habitual."""
    found, instant_ = _found(request, caller, at)
    return {
        "at": shown(from_micros(instant_)),
        "entitlements": [_funnel(each) for each in funnels(found)],
    }


@router.get("/{feature}/customers", summary="The customers of an entitlement, with their steps")
def list_entitled(
    request: Request,
    caller: Reader,
    feature: Word,
    *,
    at: At = None,
    step: Annotated[Step | None, Query(description="Only those who have come this far.")] = None,
    after: After = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[EntitledAnswer]:
    """By account: those of whom the report is made. Empty where no meter shows the feature."""
    found, _ = _found(request, caller, at)
    chosen = (each for each in found if each.feature == feature and step in (None, each.step))
    page = page_by_account(chosen, after=after, limit=limit)
    return listed([_entitled(each) for each in page.items], page.next)


def _found(
    request: Request, caller: Caller, at: datetime | None
) -> tuple[tuple[Entitlement, ...], int]:
    require_staff(caller)
    application = application_of(request)
    instant_ = to_micros(at or application.now())
    return application.read(lambda reads: activation_funnel(reads, instant_)), instant_


def _funnel(each: Funnel) -> FunnelAnswer:
    return {
        "feature": each.feature,
        "name": each.name,
        "entitled": each.entitled,
        "activated": each.activated,
        "habitual": each.habitual,
        "too_new": each.too_new,
        "stall": None if each.stall is None else each.stall.value,
        "stalled": each.stalled,
        "wasted": [
            {"currency": currency, "amount": f"{amount:f}"} for currency, amount in each.wasted
        ],
        "evidence": each.evidence.value,
    }


def _entitled(each: Entitlement) -> EntitledAnswer:
    return {"account": each.account, "step": each.step.value}
