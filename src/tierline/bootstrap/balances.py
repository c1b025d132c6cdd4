"""Balances of an account, as every check counts them, with their forecasts and their days."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from tierline.actions.checks import FIRST_INSTANT, LAST_INSTANT
from tierline.calendars.local_time import zone_named
from tierline.kernel.errors import NotFound
from tierline.metering.balance import DAY_US
from tierline.queries.balances import FeatureBalance, balances_of
from tierline.queries.usage_recent import (
    MOST_DAYS,
    DayOfUse,
    burn_down,
    days_of_use,
    recent_use,
)

if TYPE_CHECKING:
    from tierline.bootstrap.application import Application
    from tierline.metering.meter import Meter
    from tierline.store.records import Reads


@dataclass(frozen=True, slots=True, kw_only=True)
class DaysOfBalance:
    """A balance, and the days that it is made of. `metered` and `reserved` add up to what is used;
    None where no meter adds it up."""

    balance: FeatureBalance
    metered: Decimal | None
    reserved: Decimal | None
    days: tuple[DayOfUse, ...]


def balances_at(application: Application, account: str, at: int) -> tuple[FeatureBalance, ...]:
    """Every balance of an account in the periods that run at an instant, by name."""
    recent = application.read(lambda reads: recent_use(reads, account, at))
    span = application.rulebook.span_of(account, at)
    return balances_of(span, application.answers.ask, at, recent)


def days_of_balance(application: Application, account: str, feature: str, at: int) -> DaysOfBalance:
    """One of them. Raises NotFound where the account has no such balance."""
    found = {each.feature: each for each in balances_at(application, account, at)}
    balance = found.get(feature)
    if balance is None:
        raise NotFound(f"The account has no balance of '{feature}'.")
    used = None if balance.used is None else Decimal(balance.used)

    def work(reads: Reads) -> DaysOfBalance:
        meter = reads.meters.of_feature(feature)
        if meter is None or not meter.is_additive or used is None:
            nothing = None if used is None or meter is not None else used
            return DaysOfBalance(balance=balance, metered=None, reserved=nothing, days=())
        return _metered(reads, account, meter, balance, at)

    return application.read(work)


def _metered(
    reads: Reads, account: str, meter: Meter, balance: FeatureBalance, at: int
) -> DaysOfBalance:
    zone = zone_named(reads.accounts.get(account).time_zone)
    never_resets = balance.end is None
    start = FIRST_INSTANT if never_resets else balance.start
    end = LAST_INSTANT if balance.end is None else balance.end
    metered = reads.usage.used(account, meter, start, end)
    shown = max(start, at - MOST_DAYS * DAY_US), end
    days = days_of_use(reads, account, meter, shown, zone)
    used = Decimal(balance.used or 0)
    left = Decimal(balance.included) - used
    return DaysOfBalance(
        balance=balance,
        metered=metered,
        reserved=used - metered,
        days=burn_down(days, left),
    )
