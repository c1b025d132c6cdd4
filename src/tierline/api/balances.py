"""Balances over HTTP: what is used of what is included, and when the rest will be used up."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Query, Request

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.api.answers import AccountId, Feature, TypedDict, instant, said, word_of
from tierline.api.callers import account_for, may
from tierline.api.inputs import Instant, Word, shown
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.bootstrap.balances import DaysOfBalance, balances_at, days_of_balance
from tierline.kernel.instants import from_micros, to_micros
from tierline.metering.balance import MOST_WEEKS, WEEK_DAYS, Forecast, Outlook

if TYPE_CHECKING:
    from tierline.entitlements.decision import Units
    from tierline.queries.balances import FeatureBalance

router = Routes(prefix="/v1/accounts/{account}/balances", tags=["usage"])
Reader = Annotated[Caller, Depends(may(Permission.read_usage))]
At = Annotated[Instant | None, Query(description="The period that runs then; now where absent.")]


class ForecastAnswer(TypedDict):
    """A straight line from the use of the last whole weeks, or of this period where only
    reservations count it."""

    outlook: Annotated[str, word_of(Outlook, "What can be said of the rest.")]
    at: Annotated[str | None, instant("When it is, or will be, used up; null: it is not.")]
    a_day: Annotated[str | None, said("What was used a day; null: not enough data.")]
    days: Annotated[
        int, said(f"The days it rests on: at least {WEEK_DAYS}, at most {MOST_WEEKS * WEEK_DAYS}.")
    ]


class BalanceAnswer(TypedDict):
    """One counted feature in the period that runs."""

    feature: Feature
    name: Annotated[str, said("Its name.")]
    unit: Annotated[str, said("What it counts in.")]
    used: Annotated[str | None, said("What is used, metered and reserved; null: not known.")]
    included: Annotated[str, said("What is included, with what was carried over.")]
    remaining: Annotated[str | None, said("What is left; 0 where more was used.")]
    start: Annotated[str, instant("Where the period starts.")]
    end: Annotated[str | None, instant("Where it resets; null: never.")]
    promise: Annotated[str, said("The id of the promise.")]
    forecast: Annotated[
        ForecastAnswer | None, said("Null where it is not used up by use: a peak, people.")
    ]


class BalancesAnswer(TypedDict):
    """All balances of an account."""

    account: AccountId
    at: Annotated[str, instant("As of when.")]
    balances: Annotated[list[BalanceAnswer], said("By name.")]


class DayAnswer(TypedDict):
    """One day on the wall clock of the account."""

    day: Annotated[str, said("The day.")]
    used: Annotated[str, said("What was metered on it.")]
    remaining: Annotated[str, said("What was left at its end; below 0 where more was used.")]


class BurnDownAnswer(TypedDict):
    """One balance, and the days that it is made of."""

    balance: Annotated[BalanceAnswer, said("The balance.")]
    metered: Annotated[str | None, said("What the days add up to; null: no meter adds it up.")]
    reserved: Annotated[str | None, said("What reservations hold or have used.")]
    days: Annotated[list[DayAnswer], said("Days with use in the period, 400 at most.")]


@router.get("", summary="What is used of what is included")
def list_balances(
    request: Request, caller: Reader, account: Word, *, at: At = None
) -> BalancesAnswer:
    """The counts of every check, with what is left of each and when it will be used up."""
    id_, instant_ = _asked(request, caller, account, at)
    found = balances_at(application_of(request), id_, instant_)
    return {
        "account": id_,
        "at": shown(from_micros(instant_)),
        "balances": [_balance(each) for each in found],
    }


@router.get("/{feature}", summary="One balance, day by day")
def read_balance(
    request: Request, caller: Reader, account: Word, feature: Word, *, at: At = None
) -> BurnDownAnswer:
    """How it has burnt down in the period."""
    id_, instant_ = _asked(request, caller, account, at)
    found: DaysOfBalance = days_of_balance(application_of(request), id_, feature, instant_)
    return {
        "balance": _balance(found.balance),
        "metered": _written(found.metered),
        "reserved": _written(found.reserved),
        "days": [
            {
                "day": each.day.isoformat(),
                "used": _text(each.used),
                "remaining": _text(each.left),
            }
            for each in found.days
        ],
    }


def _asked(request: Request, caller: Caller, account: str, at: datetime | None) -> tuple[str, int]:
    application = application_of(request)
    id_ = account_for(application, caller, account, Permission.read_usage)
    application.read(lambda reads: reads.accounts.get(id_))
    return id_, to_micros(at or application.now())


def _balance(each: FeatureBalance) -> BalanceAnswer:
    return {
        "feature": each.feature,
        "name": each.name,
        "unit": each.unit,
        "used": _written(each.used),
        "included": _text(each.included),
        "remaining": _written(each.left),
        "start": shown(from_micros(each.start)),
        "end": None if each.end is None else shown(from_micros(each.end)),
        "promise": each.promise_id,
        "forecast": None if each.forecast is None else _forecast(each.forecast),
    }


def _forecast(rest: Forecast) -> ForecastAnswer:
    return {
        "outlook": rest.outlook.value,
        "at": None if rest.at is None else shown(from_micros(rest.at)),
        "a_day": None if rest.a_day is None else f"{rest.a_day.quantize(_SHOWN):f}",
        "days": rest.days,
    }


_SHOWN = Decimal("0.000001")


def _written(number: Units | None) -> str | None:
    return None if number is None else _text(number)


def _text(number: Units) -> str:
    """Without zeros that say nothing."""
    return f"{Decimal(number).normalize():f}"
