"""Time to value over HTTP: of each tier, and of each customer."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Depends, Query, Request

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.api.answers import AccountId, Page, TypedDict, instant, said, word_of
from tierline.api.callers import may
from tierline.api.contacts import require_staff
from tierline.api.inputs import DEFAULT_LIMIT, After, Instant, Limit, Word, listed, shown
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.kernel.instants import from_micros, to_micros
from tierline.metering.meter import Meter
from tierline.metering.time_to_value import CustomerTime, Progress, TierTime, by_tier
from tierline.queries.pages import page_by_account
from tierline.queries.time_to_value import time_to_value_meter, times_to_value
from tierline.store.records import Reads

router = Routes(prefix="/v1/reports/time-to-value", tags=["usage"])
Reader = Annotated[Caller, Depends(may(Permission.read_usage))]
At = Annotated[Instant | None, Query(description="As of this instant; now where it is absent.")]


class TierTimeAnswer(TypedDict):
    """The customers of one tier under contract."""

    tier: Annotated[str, said("The key of the tier.")]
    customers: Annotated[int, said("How many there are.")]
    reached: Annotated[int, said("How many have had their first value: the median is of them.")]
    waiting: Annotated[int, said("How many have begun and are not there yet.")]
    not_started: Annotated[int, said("How many have not begun.")]
    median_seconds: Annotated[str | None, said("The median; null where nobody is there yet.")]


class TimeToValueAnswer(TypedDict):
    """The report, and by which definition."""

    meter: Annotated[str, said("The key of the meter.")]
    version: Annotated[int, said("The version of its definition.")]
    since: Annotated[str | None, said("The event type with which it begins; null: the contract.")]
    event_type: Annotated[str, said("The event type that shows value.")]
    at: Annotated[str, instant("As of when.")]
    tiers: Annotated[list[TierTimeAnswer], said("By the key of the tier.")]


class CustomerTimeAnswer(TypedDict):
    """One customer."""

    account: AccountId
    tier: Annotated[str, said("The key of its tier.")]
    progress: Annotated[str, word_of(Progress, "How far it is.")]
    started_at: Annotated[str | None, instant("When it began.")]
    reached_at: Annotated[str | None, instant("When its first value came.")]
    seconds: Annotated[str | None, said("How long it took; null where it is not there yet.")]


@router.get("/{meter}", summary="Time to value by tier")
def read_time_to_value(
    request: Request, caller: Reader, meter: Word, *, at: At = None
) -> TimeToValueAnswer:
    """The median of those who have had their first value, and how many still wait for theirs."""
    definition, instant_, customers = _found(request, caller, meter, at)
    return {
        "meter": definition.key,
        "version": definition.version,
        "since": definition.since,
        "event_type": definition.event_type,
        "at": shown(from_micros(instant_)),
        "tiers": [_tier(each) for each in by_tier(customers)],
    }


@router.get("/{meter}/customers", summary="Time to value of each customer")
def list_times_to_value(
    request: Request,
    caller: Reader,
    meter: Word,
    *,
    at: At = None,
    after: After = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[CustomerTimeAnswer]:
    """Every customer under contract, by account: those of whom the report is made."""
    _, _, customers = _found(request, caller, meter, at)
    page = page_by_account(customers, after=after, limit=limit)
    return listed([_customer(each) for each in page.items], page.next)


def _found(
    request: Request, caller: Caller, key: str, at: datetime | None
) -> tuple[Meter, int, tuple[CustomerTime, ...]]:
    require_staff(caller)
    application = application_of(request)
    instant_ = to_micros(at or application.now())

    def work(reads: Reads) -> tuple[Meter, int, tuple[CustomerTime, ...]]:
        meter = time_to_value_meter(reads, key)
        return meter, instant_, times_to_value(reads, meter, instant_)

    return application.read(work)


def _tier(each: TierTime) -> TierTimeAnswer:
    middle = each.median_seconds
    return {
        "tier": each.tier,
        "customers": each.reached + each.waiting + each.not_started,
        "reached": each.reached,
        "waiting": each.waiting,
        "not_started": each.not_started,
        "median_seconds": None if middle is None else f"{middle:f}",
    }


def _customer(each: CustomerTime) -> CustomerTimeAnswer:
    started, reached, seconds = each.started_at, each.reached_at, each.seconds
    return {
        "account": each.account,
        "tier": each.tier,
        "progress": each.progress.value,
        "started_at": None if started is None else shown(from_micros(started)),
        "reached_at": None if reached is None else shown(from_micros(reached)),
        "seconds": None if seconds is None else f"{seconds:f}",
    }
